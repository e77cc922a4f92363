import Synchronization
import TestDatabase
import Testing

@testable import Postgres

/// What is counted of a transaction, is counted when it is committed, and once.
@Suite(.database) struct AfterCommitTests {
    let database: TestDatabase
    let count = Counted()

    final class Counted: Sendable {
        private let number = Mutex(0)
        var value: Int { number.withLock { $0 } }
        func up() { number.withLock { $0 += 1 } }
    }

    struct Undone: Error {}

    init() throws { database = try .current }

    @Test func `a transaction that commits is counted`() async throws {
        try await database.pool.transaction { [count] transaction in
            transaction.afterCommit { count.up() }
            #expect(count.value == 0)
            try transaction.rows("SELECT 1")
        }
        #expect(count.value == 1)
    }

    @Test func `one that is undone is not`() async throws {
        await #expect(throws: Undone.self) {
            try await database.pool.transaction { [count] transaction in
                try transaction.rows("SELECT 1")
                transaction.afterCommit { count.up() }
                throw Undone()
            }
        }
        #expect(count.value == 0)
    }

    @Test func `one whose commit is refused is not`() async throws {
        try await database.pool.runScript(
            """
            CREATE TABLE public.once (a int CONSTRAINT once_a UNIQUE DEFERRABLE INITIALLY DEFERRED);
            GRANT ALL ON public.once TO service_role;
            """)
        await #expect(throws: PostgresError.self) {
            try await database.pool.transaction { [count] transaction in
                try transaction.rows("INSERT INTO public.once VALUES (1), (1)")
                transaction.afterCommit { count.up() }
            }
        }
        #expect(count.value == 0)
    }

    @Test func `one that had to run twice is counted once`() async throws {
        let runs = Counted()
        try await database.pool.transaction { [count] transaction in
            runs.up()
            transaction.afterCommit { count.up() }
            try transaction.rows("SELECT 1")
            if runs.value == 1 {
                try transaction.rows(
                    "DO $$ BEGIN RAISE EXCEPTION 'twice' USING errcode = '40001'; END $$")
            }
        }
        #expect(runs.value == 2 && count.value == 1)
    }
}
