import Crypto
import Foundation
import Identity
import Postgres
import Studio

/// Links that open one file without a token, for a while: what `<img>` and `<video>` can use.
///
/// Every server on a database signs with the same key, so a link made by one opens at another. A
/// deleted file's link opens nothing, however much of its time is left.
struct MediaLinks: Sendable {
    private static let secretName = "media-links"
    /// A link stays the same for this long, so that browsers find the file in their cache. It opens
    /// the file for once to twice that time.
    private static let step = 3600

    private let key: SymmetricKey
    private let base: String

    init(key: SymmetricKey, base: URL) {
        self.key = key
        self.base = base.absoluteString
    }

    /// Loads the key, or makes it.
    /// - Parameter base: where browsers find this server.
    /// - Throws: `PostgresError`.
    static func load(_ pool: Pool, base: URL) async throws -> MediaLinks {
        let fresh = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let value = try await pool.transaction { transaction in
            try transaction.rows(
                """
                INSERT INTO public.server_secrets (name, value) VALUES (\(secretName), \(fresh))
                ON CONFLICT DO NOTHING
                """)
            let row = try transaction.row(
                "SELECT value FROM public.server_secrets WHERE name = \(secretName)")
            return try row?.value("value", as: Data.self)
        }
        guard let value else {
            throw PostgresError.configuration("server_secrets did not keep the links' key")
        }
        return MediaLinks(key: SymmetricKey(data: value), base: base)
    }

    func url(of asset: ID<Asset>, at now: Date = Date()) -> String {
        let expires = (Int(now.timeIntervalSince1970) / Self.step + 2) * Self.step
        let signature = Data(HMAC<SHA256>.authenticationCode(for: text(asset, expires), using: key))
        return "\(base)/media/\(asset.compact)?expires=\(expires)&signature=\(signature.base64URL)"
    }

    /// Whether a link's signature is ours, and its time has not run out.
    func opens(
        _ asset: ID<Asset>, expires: Int, signature: String, at now: Date = Date()
    ) -> Bool {
        guard expires > Int(now.timeIntervalSince1970), let code = Data(base64URL: signature) else {
            return false
        }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: text(asset, expires), using: key)
    }

    private func text(_ asset: ID<Asset>, _ expires: Int) -> Data {
        Data("\(asset.compact) \(expires)".utf8)
    }
}
