package import Postgres

/// What a person may read of their own credits, asked for in their name under row level security.
package struct Statement: Sendable {
    private let pool: Pool
    private let user: ID<User>

    package init(_ pool: Pool, of user: ID<User>) {
        self.pool = pool
        self.user = user
    }

    /// Zero for a person who has no account yet.
    package func balance() async throws -> Credits {
        let rows = try await pool.rows(
            "SELECT balance FROM public.users WHERE id = \(user)", as: .user(user))
        return try rows.first?.value("balance") ?? .zero
    }

    /// Entries newest first.
    /// - Parameters:
    ///   - before: only entries older than this `seq`.
    ///   - limit: entries at most.
    package func entries(before seq: Int? = nil, limit: Int) async throws -> [Entry] {
        let rows = try await pool.rows(
            """
            SELECT \(Entry.columns) FROM public.credit_ledger
            WHERE user_id = \(user) AND seq < \(seq ?? Int.max)::bigint
            ORDER BY seq DESC LIMIT \(limit)::bigint
            """, as: .user(user))
        return try rows.map(Entry.init)
    }
}
