import Ledger

/// A balance, and why it cannot be spent if it cannot.
struct BalanceReply: Encodable {
    let balance: Credits
    /// The last entry it counts, which tells of two answers which is the newer.
    let seq: Int
    let frozen: Frozen?

    struct Frozen: Encodable {
        let reason: String
        let message: String
    }

    init(_ standing: Standing) {
        balance = standing.balance
        seq = standing.seq
        frozen = standing.freeze.map { freeze in
            let reason =
                switch freeze {
                case .owes: "payment_taken_back"
                case .disputed: "payment_disputed"
                }
            return Frozen(reason: reason, message: freeze.description)
        }
    }

    private enum CodingKeys: String, CodingKey { case balance, seq, frozen }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(balance, forKey: .balance)
        try container.encode(seq, forKey: .seq)
        try container.encodeIfPresent(frozen, forKey: .frozen)
    }
}
