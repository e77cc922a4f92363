import Crypto
import Foundation
import Postgres
import TestDatabase
import Testing

@testable import Identity

@Suite(.database) struct AccessTokenTests {
    @Test func `a token carries every claim that Supabase's clients know`() async throws {
        try await SignInBench.open { bench in
            let session = try await bench.session(for: .sample())
            let (header, claims) = try ForgedToken.read(session.accessToken)
            let start = Int(bench.clock.now.timeIntervalSince1970)
            #expect(header["alg"] as? String == "ES256")
            #expect(header["kid"] as? String == bench.tokens.keySet.keys.first?.kid)
            #expect(claims["iss"] as? String == SignInBench.issuer)
            #expect(claims["sub"] as? String == session.account.id.description)
            #expect(claims["aud"] as? String == "authenticated")
            #expect(claims["role"] as? String == "authenticated")
            #expect(claims["iat"] as? Int == start)
            #expect(claims["exp"] as? Int == start + 3600)
            #expect(claims["email"] as? String == "ada@example.com")
            #expect(claims["phone"] as? String == "")
            #expect(claims["aal"] as? String == "aal1")
            #expect(claims["is_anonymous"] as? Bool == false)
            #expect((claims["session_id"] as? String).flatMap { UUID(uuidString: $0) } != nil)
            let amr = try #require((claims["amr"] as? [[String: Any]])?.first)
            #expect(amr["method"] as? String == "otp")
            #expect(amr["timestamp"] as? Int == start)
            let metadata = try #require(claims["app_metadata"] as? [String: Any])
            #expect(metadata["provider"] as? String == "email")
            #expect(metadata["providers"] as? [String] == ["email"])
            #expect(claims["user_metadata"] is [String: Any])
        }
    }

    @Test func `the published key verifies a token, and nothing private is published`() async throws
    {
        try await SignInBench.open { bench in
            let token = try await bench.session(for: .sample()).accessToken
            let key = try #require(bench.tokens.keySet.keys.first)
            let point = try [key.x, key.y].reduce(Data()) { try $0 + ForgedToken.bytes($1[...]) }
            let published = try P256.Signing.PublicKey(rawRepresentation: point)
            let end = try #require(token.lastIndex(of: "."))
            let signature = try P256.Signing.ECDSASignature(
                rawRepresentation: ForgedToken.bytes(token[token.index(after: end)...]))
            #expect(published.isValidSignature(signature, for: Data(token[..<end].utf8)))

            let json = try JSONSerialization.jsonObject(
                with: JSONEncoder().encode(bench.tokens.keySet))
            let keys = try #require((json as? [String: [[String: Any]]])?["keys"])
            #expect(keys.count == 1)
            #expect(
                Set(keys[0].keys) == [
                    "kid", "x", "y", "kty", "crv", "alg", "use", "ext", "key_ops",
                ])
        }
    }

    @Test func `a token is good for an hour, also when it was checked before`() async throws {
        try await SignInBench.open { bench in
            let session = try await bench.session(for: .sample())
            let claims = try await bench.tokens.verify(session.accessToken)
            #expect(claims.userID == session.account.id)
            #expect(claims.email == "ada@example.com")
            #expect(claims.expiresAt == session.expiresAt)
            bench.clock.advance(by: 3599)
            _ = try await bench.tokens.verify(session.accessToken)
            bench.clock.advance(by: 1)
            await #expect(throws: SignInError.accessTokenInvalid) {
                try await bench.tokens.verify(session.accessToken)
            }
        }
    }

    @Test func `a forged token serves as the control: with the right key it is accepted`()
        async throws
    {
        try await SignInBench.open { bench in
            let forged = try await ForgedToken(bench)
            let claims = try await bench.tokens.verify(forged.signed())
            #expect(claims.email == "eve@example.com")
        }
    }

    @Test(
        arguments: [
            ["iss": "https://elsewhere.example/auth/v1"], ["aud": "anon"],
            ["aud": ["authenticated"]],
            ["role": "service_role"], ["role": "anon"], ["sub": "admin"], ["sub": ""], ["sub": 5],
            ["session_id": ""], ["exp": 1_790_000_000], ["exp": 0], ["exp": "2100-01-01"],
            ["iss": nil], ["aud": nil], ["role": nil], ["sub": nil], ["exp": nil],
            ["session_id": nil],
        ] as [[String: (any Sendable)?]])
    func `a token with a wrong claim is refused`(change: [String: (any Sendable)?]) async throws {
        try await SignInBench.open { bench in
            var forged = try await ForgedToken(bench)
            for (name, value) in change { forged.claims[name] = value }
            let token = try forged.signed()
            await #expect(throws: SignInError.accessTokenInvalid) {
                try await bench.tokens.verify(token)
            }
        }
    }

    @Test func `only ES256 by one of our keys is accepted`() async throws {
        try await SignInBench.open { bench in
            let forged = try await ForgedToken(bench)
            let pem = forged.key.publicKey.pemRepresentation
            let hmac = { (data: Data, key: Data) in
                Data(HMAC<SHA256>.authenticationCode(for: data, using: SymmetricKey(data: key)))
            }
            let tokens = [
                try forged.signed(with: P256.Signing.PrivateKey()),
                try forged.signed(header: ["alg": "ES256", "kid": "other"]),
                try forged.signed(header: ["alg": "ES256"]),
                try forged.signed(header: ["alg": "ES384", "kid": forged.kid]),
                try forged.signed(header: ["alg": "es256", "kid": forged.kid]),
                try forged.signed(header: ["alg": "none", "kid": forged.kid]),
                try forged.text(header: ["alg": "none"]) { _ in Data() },
                try forged.text(header: ["alg": "none", "kid": forged.kid]) { _ in Data() },
                try forged.text(header: ["alg": "ES256", "kid": forged.kid]) { _ in Data() },
                try forged.text(header: ["alg": "ES256", "kid": forged.kid]) { _ in
                    Data(repeating: 0, count: 64)
                },
                try forged.text(header: ["alg": "ES256", "kid": forged.kid]) {
                    try forged.key.signature(for: $0).derRepresentation
                },
                try forged.text(header: ["alg": "HS256", "kid": forged.kid]) {
                    hmac($0, Data(pem.utf8))
                },
                try forged.text(header: ["alg": "HS256", "kid": forged.kid]) {
                    hmac($0, forged.key.publicKey.rawRepresentation)
                },
            ]
            for (index, token) in tokens.enumerated() {
                await #expect(throws: SignInError.accessTokenInvalid, "token \(index)") {
                    try await bench.tokens.verify(token)
                }
            }
        }
    }

    @Test func `a token changed anywhere is refused`() async throws {
        try await SignInBench.open { bench in
            let token = try await bench.session(for: .sample()).accessToken
            let parts = token.split(separator: ".").map(String.init)
            for index in stride(from: 0, to: parts[1].count, by: 7) {
                var characters = Array(parts[1])
                characters[index] = characters[index] == "A" ? "B" : "A"
                let changed = [parts[0], String(characters), parts[2]].joined(separator: ".")
                await #expect(throws: SignInError.accessTokenInvalid) {
                    try await bench.tokens.verify(changed)
                }
            }
        }
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b.c", "pm_0123", "Bearer x", String(repeating: "a", count: 5000),
        String(repeating: ".", count: 4000), "é.ü.ñ", "e30.e30.e30", "W10.W10.W10",
    ])
    func `what is no token at all is refused`(text: String) async throws {
        try await SignInBench.open { bench in
            await #expect(throws: SignInError.accessTokenInvalid) {
                try await bench.tokens.verify(text)
            }
        }
    }

    @Test func `servers that start at once share one key and one secret`() async throws {
        let pool = try TestDatabase.current.pool
        let kids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    _ = try await Secret.load(pool)
                    let tokens = try await AccessTokens.load(pool, issuer: SignInBench.issuer)
                    return try #require(tokens.keySet.keys.first?.kid)
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(kids.count == 1)
        for table in ["signing_keys", "secrets"] {
            let rows = try await pool.rows(
                SQL(script: "SELECT count(*) FROM auth.\(table)"), as: .service)
            #expect(try rows[0].value("count") == 1)
        }
    }

    @Test func `checking a token asks no database`() async throws {
        try await SignInBench.open { bench in
            let token = try await bench.session(for: .sample()).accessToken
            try await bench.pool.runScript("DROP TABLE auth.signing_keys")
            _ = try await bench.tokens.verify(token)
            _ = try await bench.tokens.verify(token)
        }
    }

    @Test func `a key that another server signs with is found, after a pause`() async throws {
        try await SignInBench.open { bench in
            let old = try await bench.session(for: .sample()).accessToken
            try await bench.pool.runScript("UPDATE auth.signing_keys SET retired_at = now()")
            let other = try await AccessTokens.load(bench.pool, issuer: SignInBench.issuer) {
                bench.clock.now
            }
            #expect(other.keySet.keys.count == 2)
            let signIn = try await SignIn.load(bench.pool, tokens: other, mails: bench.queue) {
                bench.clock.now
            }
            let email = try EmailAddress.sample("bob")
            let new = try await signIn.open(email, code: bench.code(for: email)).accessToken

            bench.clock.advance(by: 29)
            await #expect(throws: SignInError.accessTokenInvalid) {
                try await bench.tokens.verify(new)
            }
            bench.clock.advance(by: 1)
            _ = try await bench.tokens.verify(new)
            _ = try await bench.tokens.verify(old)
            _ = try await other.verify(old)
        }
    }
}
