import Crypto
import Foundation
import Testing

@testable import Identity

@Suite struct IssuerKeysTests {
    @Test func `keys are fetched once for many tokens at once`() async throws {
        let bench = IssuerBench()
        let forged = bench.forged()
        bench.issuer.hold(true)
        let verdicts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 {
                let token = try forged.signed()
                group.addTask { await bench.verdict(token) }
            }
            try await until { bench.issuer.fetches == 1 }
            bench.issuer.hold(false)
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(verdicts == Array(repeating: "good", count: 50))
        #expect(bench.issuer.fetches == 1)
    }

    @Test func `a request that is given up takes nobody along`() async throws {
        let bench = IssuerBench()
        let token = try bench.forged().signed()
        bench.issuer.hold(true)
        let first = Task { try await bench.holder(token) }
        try await until { bench.issuer.fetches == 1 }
        async let second = bench.verdict(token)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        bench.issuer.hold(false)
        #expect(await second == "good")
        #expect(bench.issuer.fetches == 2)
    }

    @Test func `made-up key names have the issuer asked once in a while`() async throws {
        let bench = IssuerBench()
        let forged = bench.forged()
        _ = try await bench.holder(forged.signed())
        for round in 1...3 {
            bench.clock.advance(by: IssuerKeys.fetchPause)
            for _ in 0..<100 {
                let token = try forged.signed(header: ["alg": "ES256", "kid": UUID().uuidString])
                #expect(await bench.verdict(token) == "invalid")
            }
            #expect(bench.issuer.fetches == 1 + round)
        }
        bench.issuer.hold(true)
        #expect(await bench.verdict(try forged.signed()) == "good", "known keys wait for nobody")
    }

    @Test func `nothing is fetched for what cannot be a token of the project`() async throws {
        let bench = IssuerBench()
        var forged = bench.forged()
        forged.claims["iss"] = "https://elsewhere.example/auth/v1"
        for token in [try forged.signed(), "a.b.c", ""] {
            #expect(await bench.verdict(token) == "invalid")
        }
        #expect(bench.issuer.fetches == 0)
    }

    @Test func `a new key is found by its first token, and the old one goes on`() async throws {
        let bench = IssuerBench()
        let old = try bench.forged().signed()
        _ = try await bench.holder(old)
        bench.issuer.publish([PaperKey.second.jwk, PaperKey.first.jwk])
        bench.clock.advance(by: IssuerKeys.fetchPause)
        #expect(await bench.verdict(try bench.forged(.second).signed()) == "good")
        #expect(await bench.verdict(old) == "good")
        #expect(bench.issuer.fetches == 2)
    }

    @Test func `a key that is taken out is refused after its lifetime, also in known tokens`()
        async throws
    {
        let bench = IssuerBench()
        let old = try bench.forged().signed()
        _ = try await bench.holder(old)
        bench.issuer.publish([PaperKey.second.jwk])
        bench.clock.advance(by: IssuerKeys.lifetime - 1)
        try await bench.tokens.refreshWhenDue()
        #expect(await bench.verdict(old) == "good")
        bench.clock.advance(by: 1)
        try await bench.tokens.refreshWhenDue()
        #expect(bench.issuer.fetches == 2)
        #expect(await bench.verdict(old) == "invalid")
        #expect(await bench.verdict(try bench.forged(.second).signed()) == "good")
    }

    @Test func `a key that changes under its name is another key`() async throws {
        let bench = IssuerBench()
        let old = try bench.forged().signed()
        _ = try await bench.holder(old)
        let other = PaperKey(kid: PaperKey.first.kid)
        bench.issuer.publish([other.jwk])
        bench.clock.advance(by: IssuerKeys.lifetime)
        try await bench.tokens.refreshWhenDue()
        #expect(await bench.verdict(old) == "invalid")
        #expect(await bench.verdict(try bench.forged(other).signed()) == "good")
    }

    @Test func `an outage is survived for hours, and no longer`() async throws {
        let bench = IssuerBench()
        var forged = bench.forged()
        forged.claims["exp"] = Int(bench.clock.now.timeIntervalSince1970) + 86_400
        let token = try forged.signed()
        _ = try await bench.holder(token)
        bench.issuer.fail()
        bench.clock.advance(by: IssuerKeys.lifetime)
        try await bench.tokens.refreshWhenDue()
        #expect(bench.issuer.fetches == 2)
        #expect(await bench.verdict(token) == "good")
        bench.clock.advance(by: IssuerKeys.outageLimit)
        #expect(await bench.verdict(try forged.signed()) == "good")
        bench.clock.advance(by: 1)
        #expect(await bench.verdict(token) == "no keys", "not even a token that was known")
        bench.issuer.publish([PaperKey.first.jwk])
        bench.clock.advance(by: IssuerKeys.fetchPause)
        #expect(await bench.verdict(token) == "good")
    }

    @Test func `during an outage the issuer is asked every half minute`() async throws {
        let bench = IssuerBench()
        bench.issuer.fail()
        for _ in 0..<12 {
            try await bench.tokens.refreshWhenDue()
            bench.clock.advance(by: 5)
        }
        #expect(bench.issuer.fetches == 2)
    }

    @Test func `without keys the wait is told, and ends`() async throws {
        let bench = IssuerBench()
        bench.issuer.fail()
        let token = try bench.forged().signed()
        let pause = Int(IssuerKeys.fetchPause)
        await #expect(throws: SupabaseAuthError.keysUnavailable(retryAfter: pause)) {
            try await bench.holder(token)
        }
        bench.clock.advance(by: 4)
        await #expect(throws: SupabaseAuthError.keysUnavailable(retryAfter: pause - 4)) {
            try await bench.holder(token)
        }
        #expect(bench.issuer.fetches == 1)
        bench.issuer.publish([PaperKey.first.jwk])
        bench.clock.advance(by: IssuerKeys.fetchPause - 4)
        #expect(await bench.verdict(token) == "good")
    }

    @Test func `a clock that is set back keeps nobody waiting`() async throws {
        let bench = IssuerBench()
        bench.issuer.fail()
        let token = try bench.forged().signed()
        #expect(await bench.verdict(token) == "no keys")
        bench.issuer.publish([PaperKey.first.jwk])
        bench.clock.advance(by: -600)
        #expect(await bench.verdict(token) == "good")
    }

    @Test func `an empty set is a project with a secret`() async throws {
        let bare = IssuerBench()
        bare.issuer.publish([])
        #expect(await bare.verdict(try bare.forged().signed()) == "no keys")
        let secret = IssuerBench(secret: IssuerBench.secret)
        secret.issuer.publish([])
        #expect(await secret.verdict(try secret.forged().signed()) == "invalid")
    }

    @Test(arguments: ["", "{}", "[]", "null", "<html>", #"{"keys":{}}"#, #"{"keys":[1,{}]}"#])
    func `an answer that is no key set changes nothing`(text: String) async throws {
        let bench = IssuerBench()
        let token = try bench.forged().signed()
        bench.issuer.answer(with: .success(Data(text.utf8)))
        #expect(await bench.verdict(token) == "no keys")
        bench.issuer.publish([PaperKey.first.jwk])
        bench.clock.advance(by: IssuerKeys.fetchPause)
        #expect(await bench.verdict(token) == "good")
        bench.issuer.answer(with: .success(Data("<html>".utf8)))
        bench.clock.advance(by: IssuerKeys.lifetime)
        try await bench.tokens.refreshWhenDue()
        #expect(await bench.verdict(token) == "good")
    }

    /// What is wrong with a key, as a change to a good one.
    static let unsuitable: [[String: (any Sendable)?]] = [
        ["kty": "oct", "k": "c2VjcmV0"], ["kty": "OKP", "crv": "Ed25519"], ["kty": nil],
        ["alg": "ES384"], ["alg": "RS256"], ["alg": "HS256"], ["use": "enc"],
        ["key_ops": ["sign"]], ["key_ops": [String]()], ["crv": "P-384"], ["crv": nil],
        ["x": nil], ["y": "AA"], ["x": "AA"], ["y": String(repeating: "A", count: 43)],
        ["d": "c2VjcmV0"], ["kid": nil], ["kid": ""], ["kid": 5],
        ["kid": String(repeating: "k", count: 200)],
    ]

    @Test(arguments: unsuitable)
    func `a key that cannot be used is skipped, and the others are not`(
        change: [String: (any Sendable)?]
    ) async throws {
        let bench = IssuerBench()
        let bad = PaperKey(kid: "bad")
        var jwk = bad.jwk
        for (name, value) in change { jwk[name] = value }
        bench.issuer.publish([jwk, PaperKey.first.jwk])
        #expect(await bench.verdict(try bench.forged(bad).signed()) == "invalid")
        #expect(await bench.verdict(try bench.forged().signed()) == "good")
    }

    @Test func `RSA keys have a decent size`() async throws {
        let rsa = try PaperRSAKey.shared.get()
        let forged = IssuerBench().forged()
        let token = try forged.text(header: ["alg": "RS256", "kid": rsa.kid], sign: rsa.sign)
        for (change, verdict) in [
            (["alg": nil], "good"), (["n": Data(repeating: 0xFF, count: 128).base64URL], "invalid"),
            (["n": Data(repeating: 0xFF, count: 1025).base64URL], "invalid"),
            (["e": Data(repeating: 0xFF, count: 5).base64URL], "invalid"), (["e": nil], "invalid"),
        ] as [([String: (any Sendable)?], String)] {
            let bench = IssuerBench()
            var jwk = rsa.jwk
            for (name, value) in change { jwk[name] = value }
            bench.issuer.publish([jwk, PaperKey.first.jwk])
            #expect(await bench.verdict(token) == verdict, "\(change)")
        }
    }

    @Test func `of two keys with one name the first counts`() async throws {
        let bench = IssuerBench()
        let other = PaperKey(kid: PaperKey.first.kid)
        bench.issuer.publish([PaperKey.first.jwk, other.jwk])
        #expect(await bench.verdict(try bench.forged().signed()) == "good")
        #expect(await bench.verdict(try bench.forged(other).signed()) == "invalid")
    }

    private func until(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(2)) }
    }
}
