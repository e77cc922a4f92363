internal import Foundation
internal import Postgres

/// A row of `auth.sessions`.
struct SessionRecord: Sendable {
    /// Browsers need about 120 characters; the rest is extensions and jokes.
    private static let userAgentLimit = 400

    let id: ID<Session>
    let userID: ID<User>
    let startedAt: Date

    /// Begins a session.
    static func start(
        for account: Account, with token: RefreshToken, userAgent: String?, at now: Date,
        in tx: Transaction
    ) throws -> SessionRecord {
        let session = SessionRecord(id: .new(at: now), userID: account.id, startedAt: now)
        try tx.rows(
            """
            INSERT INTO auth.sessions (id, user_id, created_at, refreshed_at, user_agent)
            VALUES (\(session.id), \(account.id), \(now), \(now),
                    \(userAgent.map { String($0.prefix(Self.userAgentLimit)) }))
            """)
        try token.insert(for: session.id, at: now, in: tx)
        return session
    }

    /// Whether signing in again is not needed yet.
    static func isAlive(_ id: ID<Session>, of user: ID<User>, in tx: Transaction) throws -> Bool {
        let row = try tx.row(
            """
            SELECT FROM auth.sessions
            WHERE id = \(id) AND user_id = \(user) AND revoked_at IS NULL
            """)
        return row != nil
    }

    /// Ends sessions for good; their refresh tokens go with them.
    static func end(
        _ scope: SignOutScope, of user: ID<User>, asking id: ID<Session>, in tx: Transaction
    ) throws {
        let which: SQL =
            switch scope {
            case .global: ""
            case .local: "AND id = \(id)"
            case .others: "AND id <> \(id)"
            }
        try tx.rows("DELETE FROM auth.sessions WHERE user_id = \(user) \(which)")
    }
}
