import Foundation
import Logging
import Postgres
import Synchronization
import TestDatabase
import Testing

@testable import Identity

/// A sign-in on the test's database, with a clock that stands still and a mailbox in memory.
struct SignInBench: Sendable {
    static let issuer = "http://127.0.0.1:8080/auth/v1"

    let pool: Pool
    let clock: TestClock
    let mailbox: Mailbox
    let queue: MailQueue
    let tokens: AccessTokens
    let signIn: SignIn

    /// Sends mails while `body` runs.
    static func open(_ body: (SignInBench) async throws -> Void) async throws {
        let bench = try await SignInBench()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await bench.queue.run() }
            try await body(bench)
            group.cancelAll()
        }
    }

    private init() async throws {
        pool = try TestDatabase.current.pool
        let clock = TestClock()
        self.clock = clock
        mailbox = Mailbox()
        queue = MailQueue(mailbox, logger: Logger(label: "test")) { clock.now }
        tokens = try await AccessTokens.load(pool, issuer: Self.issuer) { clock.now }
        signIn = try await SignIn.load(pool, tokens: tokens, mails: queue) { clock.now }
    }

    /// Asks for a code and reads it from the mail.
    func code(for email: EmailAddress) async throws -> String {
        try await signIn.requestCode(for: email, createsAccount: true)
        let mail = try await mailbox.next()
        try #require(mail.to == email)
        return mail.code
    }

    func session(for email: EmailAddress) async throws -> Session {
        try await signIn.open(email, code: code(for: email))
    }

    func count(_ sql: SQL) async throws -> Int {
        let rows = try await pool.rows(sql, as: .service)
        return try rows[0].value("count")
    }

    /// A code that is not `code`.
    func wrong(_ code: String) -> String { code == "000000" ? "000001" : "000000" }
}

final class TestClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_790_000_000.5))

    var now: Date { time.withLock { $0 } }

    func advance(by seconds: TimeInterval) { time.withLock { $0 += seconds } }
}

/// Keeps mails instead of sending them.
final class Mailbox: Mailer {
    func probe() -> String { "a mailbox" }

    private static let patience = Duration.seconds(20)

    private struct State {
        var mails: [SignInMail] = []
        var read = 0
        var failures: [MailError] = []
    }

    private let state = Mutex(State())

    var all: [SignInMail] { state.withLock { $0.mails } }

    /// How many attempts still fail.
    var failuresLeft: Int { state.withLock { $0.failures.count } }

    /// The next attempts fail with these.
    func fail(_ errors: [MailError]) { state.withLock { $0.failures = errors } }

    func send(_ mail: SignInMail) async throws {
        try state.withLock { state in
            guard state.failures.isEmpty else { throw state.failures.removeFirst() }
            state.mails.append(mail)
        }
    }

    /// Waits for the mail after the one read last.
    func next() async throws -> SignInMail {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            let mail = state.withLock { state -> SignInMail? in
                guard state.read < state.mails.count else { return nil }
                defer { state.read += 1 }
                return state.mails[state.read]
            }
            if let mail { return mail }
            try await Task.sleep(for: .milliseconds(2))
        }
        let none: SignInMail? = nil
        return try #require(none, "no mail came")
    }
}

extension EmailAddress {
    static func sample(_ name: String = "ada") throws -> EmailAddress {
        try EmailAddress("\(name)@example.com")
    }
}
