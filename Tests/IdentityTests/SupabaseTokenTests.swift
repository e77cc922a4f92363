import Crypto
import Foundation
import Postgres
import Testing

@testable import Identity

@Suite struct SupabaseTokenTests {
    @Test func `a token says whose it is`() async throws {
        let bench = IssuerBench()
        let forged = bench.forged()
        let holder = try await bench.holder(forged.signed())
        #expect(holder.userID.description == (forged.claims["sub"] as? String)?.lowercased())
        #expect(holder.email == "eve@example.com")
        #expect(holder.sessionID != nil)
        #expect(holder.issuedAt.timeIntervalSince1970 == 1_790_000_000)
    }

    @Test func `each algorithm is checked with the key that is for it`() async throws {
        let bench = IssuerBench(secret: IssuerBench.secret)
        let rsa = try PaperRSAKey.shared.get()
        bench.issuer.publish([PaperKey.first.jwk, rsa.jwk])
        let forged = bench.forged()
        let good = [
            try forged.signed(),
            try forged.text(header: ["alg": "RS256", "kid": rsa.kid], sign: rsa.sign),
            try forged.text(header: ["alg": "HS256"]) { hmac($0, IssuerBench.secret) },
            try forged.text(header: ["alg": "HS256", "kid": "any"]) {
                hmac($0, IssuerBench.secret)
            },
        ]
        for (index, token) in good.enumerated() {
            #expect(await bench.verdict(token) == "good", "token \(index)")
        }
        let swapped = [
            try forged.text(header: ["alg": "ES256", "kid": rsa.kid], sign: rsa.sign),
            try forged.text(header: ["alg": "RS256", "kid": PaperKey.first.kid], sign: rsa.sign),
            try forged.signed(header: ["alg": "RS256", "kid": PaperKey.first.kid]),
            try forged.signed(header: ["alg": "ES256", "kid": rsa.kid]),
            try forged.text(header: ["alg": "RS512", "kid": rsa.kid], sign: rsa.sign),
            try forged.text(header: ["alg": "PS256", "kid": rsa.kid], sign: rsa.sign),
            try forged.text(header: ["alg": "HS512"]) { hmac($0, IssuerBench.secret) },
            try forged.text(header: ["alg": "ES256", "kid": "first"]) {
                hmac($0, IssuerBench.secret)
            },
        ]
        for (index, token) in swapped.enumerated() {
            #expect(await bench.verdict(token) == "invalid", "swapped \(index)")
        }
    }

    @Test(arguments: [nil, IssuerBench.secret])
    func `tokens that anybody could make are refused`(secret: String?) async throws {
        let bench = IssuerBench(secret: secret)
        let forged = bench.forged()
        let kid = PaperKey.first.kid
        let published = PaperKey.first.key.publicKey
        let jwk = try JSONSerialization.data(withJSONObject: PaperKey.first.jwk)
        let es256 = ["alg": "ES256", "kid": kid]
        let token = try forged.signed()
        let tokens = [
            try forged.text(header: ["alg": "none"]) { _ in Data() },
            try forged.text(header: ["alg": "none", "kid": kid]) { _ in Data() },
            try forged.text(header: ["alg": "None", "kid": kid]) { _ in Data([0]) },
            try forged.text(header: es256) { _ in Data() },
            try forged.text(header: es256) { _ in Data(repeating: 0, count: 64) },
            try forged.text(header: es256) {
                try forged.key.signature(for: $0).derRepresentation
            },
            try forged.text(header: ["alg": "HS256", "kid": kid]) {
                hmac($0, published.pemRepresentation)
            },
            try forged.text(header: ["alg": "HS256", "kid": kid]) {
                hmac($0, key: published.rawRepresentation)
            },
            try forged.text(header: ["alg": "HS256", "kid": kid]) { hmac($0, key: jwk) },
            try forged.text(header: ["alg": "HS256", "kid": kid]) { hmac($0, "") },
            try forged.text(header: ["alg": "HS256", "kid": kid]) { hmac($0, kid) },
            try forged.signed(with: P256.Signing.PrivateKey()),
            try forged.signed(header: ["alg": "ES256"]),
            try forged.signed(header: ["alg": "ES256", "kid": "unknown"]),
            try forged.signed(header: ["alg": "es256", "kid": kid]),
            try forged.signed(header: ["alg": "ES384", "kid": kid]),
            try forged.signed(header: ["alg": "ES256", "kid": kid, "crit": ["exp"]]),
            try forged.signed(header: ["kid": kid]),
            try forged.signed(header: ["alg": "ES256", "kid": 5]),
            token + ".", token + "A", "." + token, "Bearer " + token, "", "a.b.c", "e30.e30.e30",
            token + String(repeating: "A", count: 20_000),
            String(repeating: "[", count: 16_000),
        ]
        for (index, token) in tokens.enumerated() {
            #expect(await bench.verdict(token) == "invalid", "token \(index)")
        }
    }

    @Test func `a token may be long, and not without end`() async throws {
        let bench = IssuerBench()
        var forged = bench.forged()
        forged.claims["app_metadata"] = ["groups": String(repeating: "g", count: 8000)]
        #expect(await bench.verdict(try forged.signed()) == "good")
        forged.claims["app_metadata"] = ["groups": String(repeating: "g", count: 13_000)]
        #expect(await bench.verdict(try forged.signed()) == "invalid")
    }

    @Test(
        arguments: [
            ["iss": "https://elsewhere.example/auth/v1"], ["iss": "https://abc.supabase.co"],
            ["iss": "https://abc.supabase.co/auth/v1/"], ["aud": "anon"], ["aud": ["anon"]],
            ["aud": [String]()], ["aud": 5], ["role": "service_role"], ["role": "anon"],
            ["role": "Authenticated"], ["role": ["authenticated"]], ["sub": "admin"], ["sub": ""],
            ["sub": 5], ["exp": 0], ["exp": 1_789_999_970], ["exp": "2100-01-01"],
            ["nbf": 1_790_000_100], ["nbf": 9_999_999_999], ["iss": nil], ["aud": nil],
            ["role": nil], ["sub": nil], ["exp": nil],
        ] as [[String: (any Sendable)?]])
    func `a token with a wrong claim is refused`(change: [String: (any Sendable)?]) async throws {
        let bench = IssuerBench()
        var forged = bench.forged()
        for (name, value) in change { forged.claims[name] = value }
        #expect(await bench.verdict(try forged.signed()) == "invalid")
    }

    @Test(
        arguments: [
            ["aud": ["authenticated"]], ["aud": ["other", "authenticated"]], ["session_id": nil],
            ["iat": nil], ["nbf": 1_790_000_020], ["exp": 1_790_000_000.5],
            ["user_metadata": nil], ["is_anonymous": nil], ["iat": 9_999_999_999],
        ] as [[String: (any Sendable)?]])
    func `a token with another good claim is taken`(
        change: [String: (any Sendable)?]
    ) async throws {
        let bench = IssuerBench()
        var forged = bench.forged()
        for (name, value) in change { forged.claims[name] = value }
        let holder = try await bench.holder(forged.signed())
        #expect(holder.issuedAt <= bench.clock.now)
    }

    @Test(
        arguments: [
            ["is_anonymous": true], ["email": nil], ["email": ""], ["email": "nobody"],
            ["email": "a\u{0}@example.com"],
            ["email": String(repeating: "a", count: 255) + "@example.com"],
        ] as [[String: (any Sendable)?]])
    func `people without an address are told apart from forgers`(
        change: [String: (any Sendable)?]
    ) async throws {
        let bench = IssuerBench()
        var forged = bench.forged()
        for (name, value) in change { forged.claims[name] = value }
        #expect(await bench.verdict(try forged.signed()) == "no address")
        #expect(
            await bench.verdict(try forged.signed(with: P256.Signing.PrivateKey())) == "invalid")
    }

    @Test func `a token ends when it says, but for the clocks' difference`() async throws {
        let bench = IssuerBench()
        let token = try bench.forged().signed()
        bench.clock.advance(by: 3600 + IssuedClaims.leeway - 1)
        #expect(await bench.verdict(token) == "good")
        bench.clock.advance(by: 1)
        #expect(await bench.verdict(token) == "invalid")
    }

    @Test func `a token changed anywhere is refused`() async throws {
        let bench = IssuerBench()
        let token = try bench.forged().signed()
        for index in stride(from: 0, to: token.count, by: 13) {
            var characters = Array(token)
            characters[index] = characters[index] == "A" ? "B" : "A"
            let changed = String(characters)
            #expect(await bench.verdict(changed) != "good", "\(index)")
        }
        #expect(await bench.verdict(token) == "good")
    }

    private func hmac(_ data: Data, _ key: String) -> Data { hmac(data, key: Data(key.utf8)) }

    private func hmac(_ data: Data, key: Data) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: data, using: SymmetricKey(data: key)))
    }
}
