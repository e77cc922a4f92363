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

    /// Which jobs to list.
    package struct Filter: Sendable {
        package enum State: String, CaseIterable, Sendable {
            case unfinished, completed, failed
        }

        package var state: State?
        package var format: String?

        package init(state: State? = nil, format: String? = nil) {
            self.state = state
            self.format = format
        }

        fileprivate var condition: SQL {
            let state: SQL =
                switch self.state {
                case nil: ""
                case .unfinished: "AND stage <> 'done'"
                case .completed: "AND status = 'completed'"
                case .failed: "AND status = 'failed'"
                }
            guard let format else { return state }
            return "\(state) AND format = \(format)"
        }
    }

    /// One more than the page's limit, when there are more.
    package func page(_ page: Page<Job>, _ filter: Filter = Filter()) async throws -> [Job] {
        let rows = try await pool.rows(
            """
            SELECT \(Job.columns) FROM public.jobs
            WHERE user_id = \(user) AND deleted_at IS NULL \(filter.condition) \(page.condition(on: "public.jobs"))
            \(page.orderAndLimit)
            """, as: .user(user))
        return try rows.map(Job.init)
    }

    /// Gives a job a name of its user's.
    /// - Parameter title: 1 to `Job.titleLimit` characters; `nil` for what it was called before.
    /// - Returns: `nil` when there is no such job.
    package func rename(_ id: ID<Job>, to title: String?) async throws -> Job? {
        try await pool.transaction { [user] transaction in
            let row = try transaction.row(
                """
                UPDATE public.jobs SET title = \(title)
                WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NULL
                RETURNING \(Job.columns)
                """)
            try transaction.notify(Notice(Notice.eventChannel, "video \(user) \(id)"))
            return try row.map(Job.init)
        }
    }

    /// How long a deletion can be taken back.
    private static let undoSeconds = 30

    /// Takes a deletion back, as long as that is possible: the files go soon after.
    /// - Returns: `nil` when there is no such job, or it is too late.
    package func restore(_ id: ID<Job>) async throws -> Job? {
        try await pool.transaction { [user] transaction in
            let row = try transaction.row(
                """
                UPDATE public.jobs SET deleted_at = NULL
                WHERE id = \(id) AND user_id = \(user)
                  AND deleted_at > now() - make_interval(secs => \(Self.undoSeconds))
                RETURNING \(Job.columns)
                """)
            guard let job = try row.map(Job.init) else { return nil }
            let files = [job.video, job.poster, job.spritesheet].compactMap { $0 }
            try transaction.rows(
                """
                UPDATE public.assets SET deleted_at = NULL
                WHERE id = ANY (\(files)::uuid[]) AND purged_at IS NULL
                """)
            try transaction.notify(Notice(Notice.eventChannel, "video \(user) \(id)"))
            return job
        }
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
