internal import Foundation
internal import JWTKit
internal import Postgres

/// A key pair that signs access tokens, shared by every server on the database.
struct SigningKey: Sendable {
    let kid: String
    let isCurrent: Bool
    let key: ES256PrivateKey

    /// All keys, the current one among them; makes it when there is none.
    /// - Throws: `PostgresError`, also when a stored key cannot be read.
    static func load(_ pool: Pool, at now: Date) async throws -> [SigningKey] {
        let fresh = (kid: UUID().uuidString.lowercased(), pem: ES256PrivateKey().pemRepresentation)
        let rows = try await pool.transaction { tx in
            try checkTable(in: tx)
            // Of several servers that start at once, one's key is kept.
            try tx.rows(
                """
                INSERT INTO auth.signing_keys (kid, private_key, created_at)
                VALUES (\(fresh.kid), \(fresh.pem), \(now))
                ON CONFLICT DO NOTHING
                """)
            return try tx.rows(
                """
                SELECT kid, private_key, retired_at IS NULL AS is_current FROM auth.signing_keys
                ORDER BY created_at DESC
                """)
        }
        return try rows.map(SigningKey.init)
    }

    /// Supabase's schema auth is its own, and keeps nothing of ours.
    private static func checkTable(in tx: Transaction) throws {
        let found = try tx.row("SELECT to_regclass('auth.signing_keys') IS NOT NULL AS found")
        guard try found?.value("found", as: Bool.self) == true else {
            throw PostgresError.configuration(
                "a Supabase database leaves sign-in to Supabase: set SUPABASE_URL")
        }
    }

    private init(_ row: Row) throws {
        kid = try row.value("kid")
        isCurrent = try row.value("is_current")
        do {
            key = try ES256PrivateKey(pem: try row.value("private_key", as: String.self))
        } catch let error as PostgresError {
            throw error
        } catch {
            throw PostgresError.configuration(
                "the signing key \(kid) in auth.signing_keys is broken")
        }
    }
}
