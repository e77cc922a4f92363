import Ledger
import Payments
import Postgres
import Studio

/// A line of the ledger, and what it was for.
struct EntryReply: Encodable {
    let seq: Int
    let amount: Credits
    let balanceAfter: Credits
    let kind: String
    let reference: String
    let note: String?
    let createdAt: Int
    /// The video or the checkout that moved the credits, by the id under which it can be asked for.
    let subject: String?

    init(_ entry: Entry) {
        seq = entry.seq
        amount = entry.amount
        balanceAfter = entry.balanceAfter
        kind = entry.kind.rawValue
        reference = entry.reference
        note = entry.note
        createdAt = entry.createdAt.unixSeconds
        subject = Self.subject(of: entry)
    }

    enum CodingKeys: String, CodingKey {
        case seq, amount, kind, reference, note, subject
        case balanceAfter = "balance_after"
        case createdAt = "created_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(seq, forKey: .seq)
        try container.encode(amount, forKey: .amount)
        try container.encode(balanceAfter, forKey: .balanceAfter)
        try container.encode(kind, forKey: .kind)
        try container.encode(reference, forKey: .reference)
        try container.encode(note, forKey: .note)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(subject, forKey: .subject)
    }

    private static func subject(of entry: Entry) -> String? {
        switch entry.kind {
        case .generation, .refund: return ID<Job>(entry.reference).map(WireID.video)
        case .purchase, .clawback, .reinstatement:
            let purchase = entry.reference.prefix { $0 != "/" }
            return ID<Purchase>(String(purchase)).map(WireID.checkout)
        case .grant, .adjustment: return nil
        }
    }
}
