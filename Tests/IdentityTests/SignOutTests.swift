import Foundation
import Postgres
import TestDatabase
import Testing

@testable import Identity

@Suite(.database) struct SignOutTests {
    /// Two sessions of one person and one of another, and which survive the first's sign-out.
    @Test(arguments: [
        (SignOutScope.global, [false, false, true]),
        (.local, [false, true, true]),
        (.others, [true, false, true]),
    ])
    func `signing out ends the sessions of its scope`(
        scope: SignOutScope, survivors: [Bool]
    ) async throws {
        try await SignInBench.open { bench in
            let mine = try await bench.session(for: .sample("ada"))
            bench.clock.advance(by: 60)
            let phone = try await bench.session(for: .sample("ada"))
            let stranger = try await bench.session(for: .sample("bob"))
            try await bench.signIn.close(scope, mine.accessToken)
            for (session, survives) in zip([mine, phone, stranger], survivors) {
                let isAlive = await succeeds {
                    try await bench.signIn.account(session.accessToken)
                }
                let refreshes = await succeeds {
                    try await bench.signIn.refresh(session.refreshToken)
                }
                #expect(isAlive == survives)
                #expect(refreshes == survives)
            }
        }
    }

    @Test func `after signing out the token names an ended session`() async throws {
        try await SignInBench.open { bench in
            let session = try await bench.session(for: .sample())
            try await bench.signIn.close(.local, session.accessToken)
            await #expect(throws: SignInError.sessionEnded) {
                try await bench.signIn.account(session.accessToken)
            }
            await #expect(throws: SignInError.sessionEnded) {
                try await bench.signIn.close(.global, session.accessToken)
            }
            await #expect(throws: SignInError.refreshTokenUnknown) {
                try await bench.signIn.refresh(session.refreshToken)
            }
        }
    }

    @Test func `a deleted account takes its sessions along`() async throws {
        try await SignInBench.open { bench in
            let session = try await bench.session(for: .sample())
            _ = try await bench.pool.rows("DELETE FROM auth.users", as: .service)
            #expect(try await bench.count("SELECT count(*) FROM auth.refresh_tokens") == 0)
            await #expect(throws: SignInError.sessionEnded) {
                try await bench.signIn.account(session.accessToken)
            }
        }
    }

    @Test(arguments: ["authenticated", "anon"])
    func `nobody but the server reads the sign-in's tables`(role: String) async throws {
        let pool = try TestDatabase.current.pool
        for table in ["signing_keys", "secrets", "one_time_codes", "sessions", "refresh_tokens"] {
            await #expect(throws: PostgresError.self, "\(table)") {
                try await pool.transaction(as: .owner) { tx in
                    try tx.rows("SELECT set_config('role', \(role), true)")
                    try tx.rows(SQL(script: "SELECT count(*) FROM auth.\(table)"))
                }
            }
            let rows = try await pool.rows(
                """
                SELECT relrowsecurity AS on FROM pg_class
                WHERE oid = \("auth.\(table)")::regclass
                """,
                as: .owner)
            #expect(try rows[0].value("on", as: Bool.self))
        }
    }
}
