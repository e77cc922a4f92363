package import Ledger
import Postgres

extension StripeEvents {
    package enum ReviewError: Error, Equatable, CustomStringConvertible {
        /// There is none by this id, or it was applied.
        case notWaiting(String)

        package var description: String {
            switch self {
            case .notWaiting(let id): "no event '\(id)' waits to be applied or reviewed"
            }
        }
    }

    /// Has an event tried again at once, after a person has mended what stood in its way.
    /// - Throws: `ReviewError`, `PostgresError`.
    package func retry(_ id: String, by action: OperatorAction) async throws {
        try await change(id, by: action, "review_reason = NULL, next_attempt_at = now()")
        while try await applyDue() > 0 {}
    }

    /// Puts an event away for good: it changes nothing.
    /// - Throws: `ReviewError`, `PostgresError`.
    package func dismiss(_ id: String, by action: OperatorAction) async throws {
        try await change(id, by: action, "applied_at = now()")
    }

    private func change(_ id: String, by action: OperatorAction, _ change: SQL) async throws {
        try await pool.transaction { transaction in
            let row = try transaction.row(
                """
                UPDATE public.stripe_events SET \(change)
                WHERE id = \(id) AND applied_at IS NULL RETURNING id
                """)
            guard row != nil else { throw ReviewError.notWaiting(id) }
            try action.record(subject: id, in: transaction)
        }
    }
}
