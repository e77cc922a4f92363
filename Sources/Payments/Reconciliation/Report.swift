extension Reconciliation {
    /// What one run found and did.
    package struct Report: Equatable, Sendable {
        /// Something that a person has to understand; nothing was changed for it.
        package enum Difference: Equatable, Sendable {
            case doesNotFit(session: String, String)
            case notPaidAtStripe(session: String)
            case unknownAtStripe(session: String)
        }

        package struct Event: Equatable, Sendable {
            package let id: String
            package let type: String
            package let attempts: Int
            package let reason: String?
        }

        /// Events that Stripe could not deliver and that are on record now.
        package var recoveredEvents = 0
        package var comparedSessions = 0
        /// Sessions whose purchases turned out to be paid.
        package var settled: [String] = []
        /// Open purchases that are over.
        package var expired = 0
        /// Refunds and disputes that moved credits now.
        package var reversed: [String] = []
        package var differences: [Difference] = []
        /// Events that wait for their next attempt.
        package var waiting: [Event] = []
        /// Events that wait for a person.
        package var toReview: [Event] = []

        /// Whether nothing needs a person.
        package var isClean: Bool { differences.isEmpty && toReview.isEmpty }
    }
}

extension Reconciliation.Report.Difference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .doesNotFit(let session, let reason): "\(session): \(reason)"
        case .notPaidAtStripe(let session): "\(session): paid here, and not at Stripe"
        case .unknownAtStripe(let session): "\(session): open here, and unknown at Stripe"
        }
    }
}
