internal import Crypto
package import Foundation
package import Postgres

/// Keys for programs: made, listed, revoked, recognised.
///
/// A key is `pm_` and 32 random bytes, shown once. Its SHA-256 is kept: of random bytes that is as
/// good as a slow hash, and one look-up finds the key.
package struct APIKeys: Sendable {
    package static let prefix = "pm_"
    /// Keys a person may have at a time: one for each program they could keep track of.
    package static let limit = 50
    /// Also without a plan for it, no key is ever longer than this.
    private static let textLimit = 100
    private static let hintLength = 4
    /// `last_used_at` is written this often at most: it is for people to see which keys are idle.
    private static let usePause: TimeInterval = 60

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Who a key belongs to, and the key.
    package struct Holder: Sendable {
        package let user: ID<User>
        package let email: String
        package let key: APIKey
    }

    /// There are `limit` keys already.
    package struct TooMany: Error {}

    /// Makes a key.
    /// - Returns: the key, and its text, which cannot be had again.
    /// - Throws: `TooMany`; `PostgresError`.
    package func make(_ plan: APIKeyPlan, for user: ID<User>) async throws -> (APIKey, text: String)
    {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let text = Self.prefix + bytes.base64URL
        let scopes = plan.scopes.map(\.rawValue).sorted()
        let row = try await pool.transaction { transaction in
            // Two requests at once cannot both be the last: each holds the person's row.
            try transaction.rows("SELECT FROM public.users WHERE id = \(user) FOR UPDATE")
            return try transaction.row(
                """
                INSERT INTO public.api_keys
                  (id, user_id, name, hash, hint, scopes, monthly_credit_limit, expires_at)
                SELECT \(ID<APIKey>.new()), \(user), \(plan.name), \(Self.hash(text)),
                  \(String(text.suffix(Self.hintLength))), \(scopes)::text[],
                  \(plan.monthlyCreditLimit)::bigint, \(plan.expiresAt)::timestamptz
                WHERE \(Self.limit) > (
                  SELECT count(*) FROM public.api_keys
                  WHERE user_id = \(user) AND revoked_at IS NULL)
                RETURNING \(APIKey.columns)
                """)
        }
        guard let row else { throw TooMany() }
        return (try APIKey(row), text)
    }

    /// This person's keys, the newest first, without those that were revoked.
    /// - Throws: `PostgresError`.
    package func list(of user: ID<User>) async throws -> [APIKey] {
        let rows = try await pool.rows(
            """
            SELECT \(APIKey.columns) FROM public.api_keys
            WHERE user_id = \(user) AND revoked_at IS NULL
            ORDER BY created_at DESC, id DESC LIMIT \(Self.limit)
            """, as: .user(user))
        return try rows.map(APIKey.init)
    }

    /// Ends a key at once, on every server.
    /// - Returns: whether it was this person's and not yet revoked.
    /// - Throws: `PostgresError`.
    package func revoke(_ id: ID<APIKey>, of user: ID<User>) async throws -> Bool {
        let rows = try await pool.rows(
            """
            UPDATE public.api_keys SET revoked_at = now()
            WHERE id = \(id) AND user_id = \(user) AND revoked_at IS NULL RETURNING id
            """, as: .service)
        return !rows.isEmpty
    }

    /// Ends all keys of a person whose account is closed, and forgets their names.
    /// - Throws: `PostgresError`.
    package static func forget(_ user: ID<User>, in transaction: Transaction) throws {
        try transaction.rows(
            """
            UPDATE public.api_keys
            SET revoked_at = coalesce(revoked_at, now()), name = 'Closed'
            WHERE user_id = \(user)
            """)
    }

    /// Whose key a request carries.
    /// - Returns: `nil` for one that is wrong, revoked, past its time, or of a closed account.
    /// - Throws: `PostgresError`.
    package func holder(of text: String, at now: Date = Date()) async throws -> Holder? {
        guard text.hasPrefix(Self.prefix), text.utf8.count <= Self.textLimit else { return nil }
        let rows = try await pool.rows(
            """
            SELECT key.id, key.name, hint, array_to_string(scopes, ' ') AS scopes,
              monthly_credit_limit, expires_at, key.created_at, last_used_at, revoked_at,
              user_id, email
            FROM public.api_keys AS key JOIN public.users AS person ON person.id = user_id
            WHERE hash = \(Self.hash(text)) AND revoked_at IS NULL AND person.deleted_at IS NULL
              AND (expires_at IS NULL OR expires_at > now())
            """, as: .service)
        guard let row = rows.first else { return nil }
        let key = try APIKey(row)
        if now.timeIntervalSince(key.lastUsedAt ?? .distantPast) > Self.usePause {
            _ = try await pool.rows(
                "UPDATE public.api_keys SET last_used_at = now() WHERE id = \(key.id)", as: .service
            )
        }
        return Holder(
            user: try row.value("user_id"), email: try row.value("email"), key: key)
    }

    private static func hash(_ text: String) -> Data { Data(SHA256.hash(data: Data(text.utf8))) }
}
