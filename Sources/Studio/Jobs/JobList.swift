import Ledger
package import Postgres

/// A person's own jobs.
package struct JobList: Sendable {
    let pool: Pool
    let user: ID<User>

    package init(_ pool: Pool, of user: ID<User>) {
        self.pool = pool
        self.user = user
    }

    /// `nil` when there is none, it was deleted, or it is another person's.
    package func find(_ id: ID<Job>) async throws -> Job? {
        let rows = try await pool.rows(
            """
            SELECT \(Job.columns) FROM public.jobs
            WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NULL
            """, as: .user(user))
        return try rows.first.map(Job.init)
    }

    /// The jobs under way, oldest first. There are never more than a person may have.
    package func unfinished() async throws -> [Job] {
        let rows = try await pool.rows(
            """
            SELECT \(Job.columns) FROM public.jobs
            WHERE user_id = \(user) AND stage <> 'done' ORDER BY created_at, id
            """, as: .user(user))
        return try rows.map(Job.init)
    }

    /// One more than the page's limit, when there are more.
    package func page(_ page: Page<Job>) async throws -> [Job] {
        let rows = try await pool.rows(
            """
            SELECT \(Job.columns) FROM public.jobs
            WHERE user_id = \(user) AND deleted_at IS NULL \(page.condition)
            \(page.orderAndLimit)
            """, as: .user(user))
        return try rows.map(Job.init)
    }

    /// Hides a finished job and lets its files go.
    /// - Returns: whether there was one.
    /// - Throws: `OrderError` `not_finished` for a job under way.
    package func delete(_ id: ID<Job>) async throws -> Bool {
        try await pool.transaction { [user] transaction in
            let found = try transaction.row(
                """
                SELECT stage = 'done' AS done FROM public.jobs
                WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NULL FOR UPDATE
                """)
            guard let found else { return false }
            guard try found.value("done") else {
                throw OrderError(
                    .notFinished, nil, "This video is still being made. Delete it afterwards.")
            }
            try transaction.rows(
                """
                WITH gone AS (
                  UPDATE public.jobs SET deleted_at = now() WHERE id = \(id)
                  RETURNING video_asset_id, poster_asset_id, spritesheet_asset_id)
                UPDATE public.assets SET deleted_at = now() FROM gone
                WHERE assets.id IN (video_asset_id, poster_asset_id, spritesheet_asset_id)
                """)
            try transaction.notify(Notice(Notice.eventChannel, "video \(user) \(id)"))
            return true
        }
    }
}
