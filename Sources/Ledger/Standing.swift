import Postgres

/// What a person has, and whether they may spend it.
package struct Standing: Equatable, Sendable {
    package let balance: Credits
    /// The last ledger entry that the balance counts; 0 before the first.
    package let seq: Int
    package let freeze: Freeze?

    /// Why nothing can be spent.
    package enum Freeze: Equatable, Sendable {
        /// A payment was taken back after its credits were spent.
        case owes(Credits)
        /// A payment is disputed, and nobody knows yet how that ends.
        case disputed
    }
}

extension Standing.Freeze {
    init?(balance: Credits, isHeld: Bool) {
        if isHeld {
            self = .disputed
        } else if balance < .zero {
            self = .owes(-balance)
        } else {
            return nil
        }
    }
}

extension Standing.Freeze: CustomStringConvertible {
    /// For the person it concerns.
    package var description: String {
        switch self {
        case .owes(let credits):
            "A payment of yours was taken back after its credits were spent: your balance is "
                + "-\(credits). Buy credits to bring it above zero."
        case .disputed:
            "A payment of yours is disputed with the bank. "
                + "Credits can be spent again when the dispute is over."
        }
    }
}

extension Standing {
    init(_ row: Row) throws {
        let balance = try row.value("balance", as: Credits.self)
        self.init(
            balance: balance, seq: try row.value("seq"),
            freeze: Freeze(balance: balance, isHeld: try row.value("held")))
    }
}
