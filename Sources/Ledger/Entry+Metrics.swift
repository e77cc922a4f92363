import Metrics
import Postgres

extension Entry {
    private static let moved = "placemint_credits_moved_total"

    /// Counts a new entry once it is committed. Only this process's: Prometheus adds them up.
    func counted(in transaction: Transaction) -> Entry {
        let (kind, amount) = (kind, amount.amount)
        transaction.afterCommit {
            Counter(label: Self.moved, dimensions: Self.dimensions(kind, isGiven: amount > 0))
                .increment(by: abs(amount))
        }
        return self
    }

    /// Has every kind counted from 0, so that the first movement of a process is seen as one.
    package static func beginCounting() {
        for kind in Kind.allCases {
            for isGiven in [true, false] where kind.canBe(given: isGiven) {
                Counter(label: moved, dimensions: dimensions(kind, isGiven: isGiven))
                    .increment(by: 0)
            }
        }
    }

    private static func dimensions(_ kind: Kind, isGiven: Bool) -> [(String, String)] {
        [("kind", kind.rawValue), ("direction", isGiven ? "given" : "taken")]
    }
}

extension Entry.Kind {
    fileprivate func canBe(given: Bool) -> Bool {
        switch self {
        case .purchase, .grant, .refund, .reinstatement: given
        case .generation, .clawback: !given
        case .adjustment: true
        }
    }
}
