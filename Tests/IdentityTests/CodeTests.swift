import Crypto
import Foundation
import Postgres
import TestDatabase
import Testing

@testable import Identity

@Suite(.database) struct CodeTests {
    @Test func `a code has six digits, of which none is more likely than another`() {
        let codes = (0..<20_000).map { _ in OneTimeCode.random() }
        #expect(codes.allSatisfy { $0.wholeMatch(of: /[0-9]{6}/) != nil })
        for position in 0..<6 {
            let digits = Dictionary(grouping: codes) { Array($0)[position] }
            // 2000 are expected of each; eight standard deviations are 340.
            #expect(digits.count == 10)
            #expect(digits.values.allSatisfy { abs($0.count - 2000) < 340 })
        }
    }

    @Test func `the right code signs in once`() async throws {
        try await SignInBench.open { bench in
            let email = try EmailAddress.sample()
            let code = try await bench.code(for: email)
            let session = try await bench.signIn.open(email, code: code)
            #expect(session.account.email == email.text)
            await #expect(throws: SignInError.codeRejected) {
                try await bench.signIn.open(email, code: code)
            }
        }
    }

    @Test func `of many uses at once of the right code, one signs in`() async throws {
        try await SignInBench.open { bench in
            let email = try EmailAddress.sample()
            let code = try await bench.code(for: email)
            let successes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        await succeeds { try await bench.signIn.open(email, code: code) }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(successes == 1)
            #expect(try await bench.count("SELECT count(*) FROM auth.sessions") == 1)
        }
    }

    @Test func `after five wrong tries the right code is refused`() async throws {
        try await SignInBench.open { bench in
            let email = try EmailAddress.sample()
            let code = try await bench.code(for: email)
            for _ in 0..<5 {
                await #expect(throws: SignInError.codeRejected) {
                    try await bench.signIn.open(email, code: bench.wrong(code))
                }
            }
            await #expect(throws: SignInError.codeRejected) {
                try await bench.signIn.open(email, code: code)
            }
        }
    }

    @Test func `after four wrong tries the right code is still good`() async throws {
        try await SignInBench.open { bench in
            let email = try EmailAddress.sample()
            let code = try await bench.code(for: email)
            for _ in 0..<4 {
                await #expect(throws: SignInError.codeRejected) {
                    try await bench.signIn.open(email, code: bench.wrong(code))
                }
            }
            _ = try await bench.signIn.open(email, code: code)
        }
    }

    @Test func `fifty wrong tries at once leave none for the right code`() async throws {
        try await SignInBench.open { bench in
            let email = try EmailAddress.sample()
            let code = try await bench.code(for: email)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        await #expect(throws: SignInError.codeRejected) {
                            try await bench.signIn.open(email, code: bench.wrong(code))
                        }
                    }
                }
            }
            await #expect(throws: SignInError.codeRejected) {
                try await bench.signIn.open(email, code: code)
            }
            let tries = try await bench.pool.rows(
                "SELECT tries FROM auth.one_time_codes", as: .service)
            #expect(try tries[0].value("tries") == 5)
        }
    }

    @Test func `a code works for ten minutes`() async throws {
        try await SignInBench.open { bench in
            let (ada, bob) = (try EmailAddress.sample("ada"), try EmailAddress.sample("bob"))
            let codes = (ada: try await bench.code(for: ada), bob: try await bench.code(for: bob))
            bench.clock.advance(by: 599)
            _ = try await bench.signIn.open(ada, code: codes.ada)
            bench.clock.advance(by: 1)
            await #expect(throws: SignInError.codeRejected) {
                try await bench.signIn.open(bob, code: codes.bob)
            }
        }
    }

    @Test func `another address's code, and a code never sent, are refused alike`() async throws {
        try await SignInBench.open { bench in
            let code = try await bench.code(for: .sample("ada"))
            for name in ["bob", "ada2"] {
                await #expect(throws: SignInError.codeRejected) {
                    try await bench.signIn.open(.sample(name), code: code)
                }
            }
        }
    }

    @Test func `a new code replaces the one before, with five tries of its own`() async throws {
        try await SignInBench.open { bench in
            let email = try EmailAddress.sample()
            let first = try await bench.code(for: email)
            for _ in 0..<5 {
                await #expect(throws: SignInError.codeRejected) {
                    try await bench.signIn.open(email, code: bench.wrong(first))
                }
            }
            bench.clock.advance(by: 60)
            var second = try await bench.code(for: email)
            if second == first {
                bench.clock.advance(by: 60)
                second = try await bench.code(for: email)
            }
            await #expect(throws: SignInError.codeRejected) {
                try await bench.signIn.open(email, code: first)
            }
            _ = try await bench.signIn.open(email, code: second)
        }
    }

    @Test func `one mail a minute goes to an address, also after it signed in`() async throws {
        try await SignInBench.open { bench in
            let email = try EmailAddress.sample()
            _ = try await bench.session(for: email)
            bench.clock.advance(by: 20.2)
            await #expect(throws: SignInError.mailTooSoon(seconds: 40)) {
                try await bench.signIn.requestCode(for: email, createsAccount: true)
            }
            bench.clock.advance(by: 39.8)
            _ = try await bench.code(for: email)
            #expect(bench.mailbox.all.count == 2)
        }
    }

    @Test func `of many requests at once for an address, one sends a mail`() async throws {
        try await SignInBench.open { bench in
            let email = try EmailAddress.sample()
            let successes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        await succeeds {
                            try await bench.signIn.requestCode(for: email, createsAccount: true)
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            _ = try await bench.mailbox.next()
            #expect(successes == 1)
            #expect(bench.mailbox.all.count == 1)
        }
    }

    @Test func `a code is stored only as a digest that needs the key`() async throws {
        try await SignInBench.open { bench in
            let email = try EmailAddress.sample()
            let code = try await bench.code(for: email)
            let rows = try await bench.pool.rows(
                "SELECT c::text AS everything, digest FROM auth.one_time_codes c", as: .service)
            let everything: String = try rows[0].value("everything")
            #expect(!everything.contains(code))
            let digest: Data = try rows[0].value("digest")
            let secret = try await Secret.load(bench.pool)
            #expect(secret.isValid(digest, of: "\(email)\u{0}\(code)", for: .code))
            let other = Secret(.init(size: .bits256))
            #expect(!other.isValid(digest, of: "\(email)\u{0}\(code)", for: .code))
        }
    }

    @Test func `asking for a code makes no account, using it does`() async throws {
        try await SignInBench.open { bench in
            let email = try EmailAddress.sample()
            let code = try await bench.code(for: email)
            #expect(try await bench.count("SELECT count(*) FROM auth.users") == 0)
            _ = try await bench.signIn.open(email, code: code)
            #expect(try await bench.count("SELECT count(*) FROM auth.users") == 1)
        }
    }

    @Test func `signing in again keeps the account and notes the time`() async throws {
        try await SignInBench.open { bench in
            let first = try await bench.session(for: .sample()).account
            bench.clock.advance(by: 3600)
            let second = try await bench.session(for: .sample()).account
            #expect(second.id == first.id)
            #expect(second.createdAt == first.createdAt)
            #expect(second.confirmedAt == first.confirmedAt)
            #expect(second.lastSignInAt == first.lastSignInAt + 3600)
        }
    }

    @Test func `an unknown address is not told apart, and gets no mail unless it may`() async throws
    {
        try await SignInBench.open { bench in
            let (known, unknown) = (try EmailAddress.sample("ada"), try EmailAddress.sample("eve"))
            _ = try await bench.session(for: known)
            bench.clock.advance(by: 60)
            for email in [unknown, known] {
                try await bench.signIn.requestCode(for: email, createsAccount: false)
                await #expect(throws: SignInError.mailTooSoon(seconds: 60)) {
                    try await bench.signIn.requestCode(for: email, createsAccount: false)
                }
            }
            #expect(try await bench.mailbox.next().to == known)
            #expect(bench.mailbox.all.map(\.to) == [known, known])
            let rows = try await bench.pool.rows(
                "SELECT tries FROM auth.one_time_codes WHERE used_at IS NULL", as: .service)
            #expect(rows.count == 2)
        }
    }
}

/// Whether the work does not throw.
func succeeds<Value>(_ work: () async throws -> Value) async -> Bool {
    do {
        _ = try await work()
        return true
    } catch {
        return false
    }
}
