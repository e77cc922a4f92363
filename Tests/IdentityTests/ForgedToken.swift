import Crypto
import Foundation
import Postgres
import Testing

@testable import Identity

/// A token made by hand, from the real key and good claims unless changed.
struct ForgedToken: @unchecked Sendable {
    let kid: String
    let key: P256.Signing.PrivateKey
    var claims: [String: Any?]

    init(kid: String, key: P256.Signing.PrivateKey, claims: [String: Any?]) {
        self.kid = kid
        self.key = key
        self.claims = claims
    }

    init(_ bench: SignInBench) async throws {
        let rows = try await bench.pool.rows("SELECT * FROM auth.signing_keys", as: .service)
        kid = try rows[0].value("kid")
        key = try P256.Signing.PrivateKey(pemRepresentation: try rows[0].value("private_key"))
        let now = Int(bench.clock.now.timeIntervalSince1970)
        claims = [
            "iss": SignInBench.issuer, "aud": "authenticated", "role": "authenticated",
            "sub": UUID().uuidString, "session_id": UUID().uuidString, "exp": now + 3600,
            "iat": now, "email": "eve@example.com", "phone": "", "aal": "aal1",
            "is_anonymous": false, "amr": [["method": "otp", "timestamp": now]],
            "app_metadata": ["provider": "email", "providers": ["email"]], "user_metadata": [:],
        ]
    }

    func signed(
        with other: P256.Signing.PrivateKey? = nil, header: [String: Any]? = nil
    ) throws -> String {
        try text(header: header ?? ["alg": "ES256", "typ": "JWT", "kid": kid]) {
            try (other ?? key).signature(for: $0).rawRepresentation
        }
    }

    func text(header: [String: Any], sign: (Data) throws -> Data) throws -> String {
        let claims = claims.compactMapValues(\.self)
        let parts = try [header, claims].map {
            try JSONSerialization.data(withJSONObject: $0).base64URL
        }
        let input = parts.joined(separator: ".")
        return input + "." + (try sign(Data(input.utf8))).base64URL
    }

    static func read(_ token: String) throws -> (header: [String: Any], claims: [String: Any]) {
        let parts = try token.split(separator: ".").prefix(2).map { part in
            let json = try JSONSerialization.jsonObject(with: bytes(part))
            return try #require(json as? [String: Any])
        }
        return (parts[0], parts[1])
    }

    static func bytes(_ base64URL: Substring) throws -> Data {
        var text = String(base64URL).replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        return try #require(Data(base64Encoded: text))
    }
}
