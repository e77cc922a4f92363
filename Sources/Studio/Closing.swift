package import Postgres

/// What is left of a person's videos and files when their account ends: nothing but the facts
/// that the ledger's entries point at.
package enum Closing {
    /// Removes what a person wrote and uploaded. The objects go with the next sweeps.
    /// - Throws: `OrderError` `not_finished` while videos are under way.
    package static func forget(_ user: ID<User>, in transaction: Transaction) throws {
        let row = try transaction.row(
            """
            SELECT count(*) AS unfinished FROM public.jobs
            WHERE user_id = \(user) AND stage <> 'done'
            """)
        guard try row?.value("unfinished", as: Int.self) == 0 else {
            throw OrderError(
                .notFinished, nil,
                "You have videos under way. Cancel them or wait for them, then try again.")
        }
        try transaction.rows([
            """
            UPDATE public.jobs
            SET prompt = '(deleted)', brief = NULL, title = NULL, crop = NULL,
                idempotency_key = NULL, request_hash = NULL, late_until = NULL,
                deleted_at = coalesce(deleted_at, now())
            WHERE user_id = \(user)
            """,
            """
            UPDATE public.assets SET filename = NULL, deleted_at = coalesce(deleted_at, now())
            WHERE user_id = \(user) AND purged_at IS NULL
            """,
            "UPDATE public.assets SET filename = NULL WHERE user_id = \(user)",
        ])
    }
}
