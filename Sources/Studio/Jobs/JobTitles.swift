package import Postgres

extension Job {
    /// What a video's entries in the ledger say of it. Entries are never changed, so nothing that a
    /// person wrote may stand in them; its title is put in when they are read.
    package static let ledgerNote = "Video"
}

/// The titles of a person's videos, read in their own name, deleted ones too.
package struct JobTitles: Sendable {
    private let pool: Pool
    private let user: ID<User>

    package init(_ pool: Pool, of user: ID<User>) {
        self.pool = pool
        self.user = user
    }

    /// - Throws: `PostgresError`.
    package func titles(of ids: [ID<Job>]) async throws -> [ID<Job>: String] {
        guard !ids.isEmpty else { return [:] }
        let rows = try await pool.rows(
            """
            SELECT \(Job.columns) FROM public.jobs
            WHERE id = ANY (\(ids)::uuid[]) AND user_id = \(user)
            """, as: .user(user))
        let jobs = try rows.map(Job.init)
        return Dictionary(jobs.map { ($0.id, $0.title) }) { first, _ in first }
    }
}
