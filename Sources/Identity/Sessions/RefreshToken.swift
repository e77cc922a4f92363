internal import Crypto
internal import Foundation
internal import Postgres

/// A key to a session that fits once. Stored only as its SHA-256.
///
/// Its successor is derived from it with the server's secret. So when two tabs use one token at
/// the same time, the second can be given the successor that the first got, although nothing that
/// could be stolen from the database is kept of it.
struct RefreshToken: Equatable, Sendable {
    /// 256 bits in base64url take 43; anything much longer is not ours.
    private static let lengthLimit = 128

    let text: String

    /// - Throws: `SignInError.refreshTokenUnknown` for what cannot be one.
    init(_ text: String) throws {
        guard 1...Self.lengthLimit ~= text.utf8.count else { throw SignInError.refreshTokenUnknown }
        self.text = text
    }

    private init(bytes: Data) { text = bytes.base64URL }

    static func random() -> RefreshToken {
        RefreshToken(bytes: SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) })
    }

    func successor(_ secret: Secret) -> RefreshToken {
        RefreshToken(bytes: secret.authenticate(text, for: .refreshToken))
    }

    var digest: Data { Data(SHA256.hash(data: Data(text.utf8))) }

    func insert(for session: ID<Session>, at now: Date, in tx: Transaction) throws {
        try tx.rows(
            """
            INSERT INTO auth.refresh_tokens (digest, session_id, created_at)
            VALUES (\(digest), \(session), \(now))
            """)
    }
}
