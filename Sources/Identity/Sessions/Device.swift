package import Foundation
package import Postgres

/// Where somebody is signed in.
package struct Device: Equatable, Sendable {
    package let id: ID<Session>
    /// What the browser called itself when it signed in.
    package let userAgent: String?
    package let signedInAt: Date
    /// To the hour or so: when the session was last refreshed.
    package let lastSeenAt: Date
}

extension SignIn {
    /// A list longer than this is of no use to a person.
    private static let deviceLimit = 100

    /// Where this person is signed in, the latest first.
    /// - Throws: `PostgresError`.
    package func devices(of user: ID<User>) async throws -> [Device] {
        let rows = try await pool.rows(
            """
            SELECT id, user_agent, created_at, refreshed_at FROM auth.sessions
            WHERE user_id = \(user) AND revoked_at IS NULL
            ORDER BY refreshed_at DESC, id DESC LIMIT \(Self.deviceLimit)
            """, as: .service)
        return try rows.map { row in
            Device(
                id: try row.value("id"), userAgent: try row.optional("user_agent"),
                signedInAt: try row.value("created_at"), lastSeenAt: try row.value("refreshed_at"))
        }
    }

    /// Signs one device out.
    /// - Returns: whether it was this person's and signed in.
    /// - Throws: `PostgresError`.
    package func signOut(_ device: ID<Session>, of user: ID<User>) async throws -> Bool {
        let rows = try await pool.rows(
            """
            DELETE FROM auth.sessions
            WHERE id = \(device) AND user_id = \(user) AND revoked_at IS NULL RETURNING id
            """, as: .service)
        return !rows.isEmpty
    }
}
