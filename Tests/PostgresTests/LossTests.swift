import Foundation
import Synchronization
import TestDatabase
import Testing

@testable import Postgres

/// What is known of a statement or a commit whose answer is bad news.
@Suite(.database) struct LossTests {
    let database: TestDatabase
    var pool: Pool { database.pool }

    init() throws { database = try .current }

    @Test func `a batch that fails at its end says which rule it broke`() async throws {
        let single = Pool(database.settings, limits: .init(connections: 1))
        let user = try await database.makeUser()
        let before = try await process(single)
        let error = await #expect(throws: PostgresError.self) {
            _ = try await single.rows(
                ["UPDATE public.users SET balance = 7 WHERE id = \(user)", "SELECT 1"],
                as: .service)
        }
        #expect(error?.constraint == "users_balance_is_last_entry")
        #expect(try await process(single) == before, "the connection is as good as before")
        await single.close()
    }

    private func process(_ pool: Pool) async throws -> Int? {
        try await pool.rows("SELECT pg_backend_pid() AS n", as: .owner).first?.value("n")
    }

    @Test func `a script can follow a statement that failed`() async throws {
        let single = Pool(database.settings, limits: .init(connections: 1))
        await #expect(throws: PostgresError.self) {
            _ = try await single.rows("SELECT 1 / 0", as: .owner)
        }
        try await single.runScript("SELECT 1; SELECT 2")
        await single.close()
    }

    @Test func `a pooler's error is a lost connection, and at a commit an unknown outcome`()
        async throws
    {
        let error = await #expect(throws: PostgresError.self) {
            _ = try await connectionError(state: "08P01", deferred: false)
        }
        guard case .disconnected = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let runs = Mutex(0)
        await #expect(throws: PostgresError.commitUnknown) {
            _ = try await connectionError(state: "08006", deferred: true) {
                runs.withLock { $0 += 1 }
            }
        }
        #expect(runs.withLock { $0 } == 1, "what may have happened is not done again")
    }

    /// Has the server say what a pooler would, at the statement or at the commit.
    private func connectionError(
        state: String, deferred: Bool, _ counted: @Sendable () -> Void = {}
    ) async throws {
        let hasty = Pool(
            database.settings, limits: .init(connections: 1, wait: .milliseconds(200)))
        try await hasty.transaction(as: .owner) { transaction in
            counted()
            try transaction.rows("SELECT 1")
            try transaction.runScript(
                """
                CREATE TABLE trouble (id int);
                CREATE FUNCTION make_trouble() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'server conn crashed?' USING ERRCODE = '\(state)'; END $$;
                CREATE CONSTRAINT TRIGGER trouble AFTER INSERT ON trouble
                  DEFERRABLE INITIALLY \(deferred ? "DEFERRED" : "IMMEDIATE")
                  FOR EACH ROW EXECUTE FUNCTION make_trouble();
                """)
            try transaction.rows("INSERT INTO trouble VALUES (1)")
        }
    }

    @Test func `a server that stops answering is given up, and another session is asked`()
        async throws
    {
        let hasty = Pool(
            database.settings, limits: .init(connections: 1, statement: .milliseconds(100)))
        let frozen = try #require(try await process(hasty))
        kill(pid_t(frozen), SIGSTOP)
        defer { kill(pid_t(frozen), SIGCONT) }
        let rows = try await hasty.rows("SELECT pg_backend_pid() AS n", as: .service)
        #expect(try rows.first?.value("n", as: Int.self) != frozen)
        await hasty.close()
    }

    @Test(arguments: ["53300", "53100", "57014", "55P03", "25006", "57P01", "57P03"])
    func `states of the server that pass are no defects`(state: String) {
        let error = PostgresError.server(.init(sqlState: state, message: "", constraint: nil))
        #expect(error.isUnavailable)
    }

    @Test(arguments: ["23505", "42501", "22012", "42P01", "40001"])
    func `other refusals are`(state: String) {
        let error = PostgresError.server(.init(sqlState: state, message: "", constraint: nil))
        #expect(!error.isUnavailable)
    }

    @Test func `without a pooler there is none, and notices arrive`() async throws {
        let isPooled = try await pool.isBehindPooler()
        let hears = try await Listener.hears(pool, at: database.settings)
        #expect(!isPooled && hears)
        try await TestDatabase.withNew { elsewhere in
            let hearsElsewhere = try await Listener.hears(pool, at: elsewhere.settings)
            #expect(!hearsElsewhere)
        }
    }
}
