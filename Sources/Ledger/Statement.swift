package import Foundation
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
    package func standing() async throws -> Standing {
        let rows = try await pool.rows(
            """
            SELECT balance, seq, spending_held_since IS NOT NULL AS held FROM public.users
            WHERE id = \(user)
            """, as: .user(user))
        return try rows.first.map(Standing.init) ?? Standing(balance: .zero, seq: 0, freeze: nil)
    }

    /// Zero for a person who has no account yet.
    package func balance() async throws -> Credits { try await standing().balance }

    /// Which entries to read.
    package struct Filter: Equatable, Sendable {
        /// None means all.
        package var kinds: Set<Entry.Kind> = []
        package var since: Date?
        /// Up to this time, itself not included.
        package var until: Date?

        package init(kinds: Set<Entry.Kind> = [], since: Date? = nil, until: Date? = nil) {
            self.kinds = kinds
            self.since = since
            self.until = until
        }
    }

    /// Entries newest first.
    /// - Parameters:
    ///   - before: only entries older than this `seq`.
    ///   - limit: entries at most.
    package func entries(
        _ filter: Filter = Filter(), before seq: Int? = nil, limit: Int
    ) async throws -> [Entry] {
        let kinds = (filter.kinds.isEmpty ? Set(Entry.Kind.allCases) : filter.kinds)
            .map(\.rawValue).sorted()
        let rows = try await pool.rows(
            """
            SELECT \(Entry.columns) FROM public.credit_ledger
            WHERE user_id = \(user) AND seq < \(seq ?? Int.max)::bigint
              AND kind = ANY (\(kinds)::text[])
              AND (created_at >= \(filter.since)::timestamptz) IS NOT FALSE
              AND (created_at < \(filter.until)::timestamptz) IS NOT FALSE
            ORDER BY seq DESC LIMIT \(limit)::bigint
            """, as: .user(user))
        return try rows.map(Entry.init)
    }
}
