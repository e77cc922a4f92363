internal import Crypto
internal import Foundation
internal import Postgres

/// The key that codes and refresh tokens are derived with: made once, kept in the database, the
/// same for every server on it. Without it a stolen table of codes could be reversed by trying
/// a million digests.
struct Secret: Sendable {
    private static let name = "sign-in"

    private let key: SymmetricKey

    init(_ key: SymmetricKey) { self.key = key }

    /// - Throws: `PostgresError`.
    static func load(_ pool: Pool) async throws -> Secret {
        let fresh = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let value = try await pool.transaction { tx in
            try tx.rows(
                """
                INSERT INTO auth.secrets (name, value) VALUES (\(name), \(fresh))
                ON CONFLICT DO NOTHING
                """)
            let row = try tx.row("SELECT value FROM auth.secrets WHERE name = \(name)")
            return try row?.value("value", as: Data.self)
        }
        guard let value else {
            throw PostgresError.configuration("auth.secrets did not keep the sign-in's key")
        }
        return Secret(SymmetricKey(data: value))
    }

    /// HMAC-SHA256 of `message`. The purpose keeps one use's values from serving as another's.
    func authenticate(_ message: String, for purpose: Purpose) -> Data {
        let text = purpose.rawValue + "\u{0}" + message
        return Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
    }

    /// Compares in a time that does not depend on where the two differ.
    func isValid(_ digest: Data, of message: String, for purpose: Purpose) -> Bool {
        let text = purpose.rawValue + "\u{0}" + message
        return HMAC<SHA256>.isValidAuthenticationCode(
            digest, authenticating: Data(text.utf8), using: key)
    }

    enum Purpose: String {
        case code
        case refreshToken
    }
}
