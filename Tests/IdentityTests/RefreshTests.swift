import Crypto
import Foundation
import Postgres
import TestDatabase
import Testing

@testable import Identity

@Suite(.database) struct RefreshTests {
    @Test func `each refresh gives another token of the same session`() async throws {
        try await SignInBench.open { bench in
            let first = try await bench.session(for: .sample())
            bench.clock.advance(by: 3000)
            let second = try await bench.signIn.refresh(first.refreshToken)
            let third = try await bench.signIn.refresh(second.refreshToken)
            let tokens = [first, second, third].map(\.refreshToken)
            #expect(Set(tokens).count == 3)
            #expect(second.account == first.account)
            let ids = try await [first, second, third].asyncMap {
                try await bench.tokens.verify($0.accessToken).sessionID
            }
            #expect(Set(ids).count == 1)
            #expect(second.expiresAt == first.expiresAt + 3000)
        }
    }

    @Test func `tabs that refresh at once get the same token`() async throws {
        try await SignInBench.open { bench in
            var token = try await bench.session(for: .sample()).refreshToken
            for round in 1...20 {
                let presented = token
                let answers = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<8 {
                        group.addTask { try await bench.signIn.refresh(presented).refreshToken }
                    }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
                #expect(answers.count == 1)
                token = try #require(answers.first)
                let count = try await bench.count("SELECT count(*) FROM auth.refresh_tokens")
                #expect(count == round + 1)
            }
        }
    }

    @Test func `within ten seconds an older token gives the active one`() async throws {
        try await SignInBench.open { bench in
            let first = try await bench.session(for: .sample()).refreshToken
            let second = try await bench.signIn.refresh(first).refreshToken
            bench.clock.advance(by: 9)
            let third = try await bench.signIn.refresh(second).refreshToken
            bench.clock.advance(by: 1)
            #expect(try await bench.signIn.refresh(first).refreshToken == third)
            #expect(try await bench.signIn.refresh(second).refreshToken == third)
            _ = try await bench.signIn.refresh(third)
        }
    }

    @Test func `a token used again later ends the whole session, and only that`() async throws {
        try await SignInBench.open { bench in
            let stolen = try await bench.session(for: .sample())
            bench.clock.advance(by: 60)
            let other = try await bench.session(for: .sample())
            let active = try await bench.signIn.refresh(stolen.refreshToken)
            bench.clock.advance(by: 10.1)
            for token in [stolen.refreshToken, active.refreshToken, active.refreshToken] {
                await #expect(throws: SignInError.refreshTokenReused) {
                    try await bench.signIn.refresh(token)
                }
            }
            await #expect(throws: SignInError.sessionEnded) {
                try await bench.signIn.account(active.accessToken)
            }
            _ = try await bench.signIn.refresh(other.refreshToken)
        }
    }

    @Test(arguments: ["", "nonsense", String(repeating: "x", count: 10_000), "a'b\u{1F4A5}"])
    func `a token nobody gave out is unknown`(token: String) async throws {
        try await SignInBench.open { bench in
            await #expect(throws: SignInError.refreshTokenUnknown) {
                try await bench.signIn.refresh(token)
            }
        }
    }

    @Test func `the database keeps only digests of tokens`() async throws {
        try await SignInBench.open { bench in
            let first = try await bench.session(for: .sample()).refreshToken
            let second = try await bench.signIn.refresh(first).refreshToken
            let rows = try await bench.pool.rows(
                "SELECT digest, t::text AS everything FROM auth.refresh_tokens t", as: .service)
            let digests = try rows.map { try $0.value("digest", as: Data.self) }
            #expect(
                Set(digests) == Set([first, second].map { Data(SHA256.hash(data: Data($0.utf8))) }))
            let everything = try rows.map { try $0.value("everything", as: String.self) }.joined()
            #expect(!everything.contains(first) && !everything.contains(second))
        }
    }

    @Test func `a session nobody came back to for ninety days is over`() async throws {
        try await SignInBench.open { bench in
            let idle = try await bench.session(for: .sample("ada"))
            let used = try await bench.session(for: .sample("bob"))
            bench.clock.advance(by: 60 * 86_400)
            let next = try await bench.signIn.refresh(used.refreshToken)
            bench.clock.advance(by: 30 * 86_400)
            await #expect(throws: SignInError.refreshTokenUnknown) {
                try await bench.signIn.refresh(idle.refreshToken)
            }
            try await bench.signIn.purge()
            #expect(try await bench.count("SELECT count(*) FROM auth.sessions") == 1)
            // The one in use keeps its active token, and has forgotten the used one.
            #expect(try await bench.count("SELECT count(*) FROM auth.refresh_tokens") == 1)
            _ = try await bench.signIn.refresh(next.refreshToken)
        }
    }

    @Test func `codes that expired are purged, others stay`() async throws {
        try await SignInBench.open { bench in
            _ = try await bench.code(for: .sample("ada"))
            bench.clock.advance(by: 300)
            let email = try EmailAddress.sample("bob")
            let code = try await bench.code(for: email)
            bench.clock.advance(by: 300)
            try await bench.signIn.purge()
            #expect(try await bench.count("SELECT count(*) FROM auth.one_time_codes") == 1)
            _ = try await bench.signIn.open(email, code: code)
        }
    }
}

extension Array {
    func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
