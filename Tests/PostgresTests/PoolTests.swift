import Foundation
import Logging
import TestDatabase
import Testing

@testable import Postgres

@Suite(.database) struct PoolTests {
    let database: TestDatabase
    var pool: Pool { database.pool }

    init() throws { database = try .current }

    @Test func `whatever is interpolated is bound`() async throws {
        let nasty = "'; DROP TABLE users; -- \"\\ \u{1F331}"
        let rows = try await pool.rows("SELECT \(nasty)::text AS echo", as: .service)
        #expect(try rows.first?.value("echo", as: String.self) == nasty)
    }

    @Test func `a NUL in a text is refused, not cut off at`() async throws {
        let error = await #expect(throws: PostgresError.self) {
            _ = try await pool.rows("SELECT \("a\0b")::text AS echo", as: .service)
        }
        #expect(error?.sqlState == "22021")
        #expect(try await pool.rows("SELECT 1", as: .service).count == 1)
    }

    @Test func `arrays are bound too`() async throws {
        let values = ["a", "b\"c", "d\\e", "NULL", "", "{x,y}"]
        let rows = try await pool.rows("SELECT unnest(\(values)::text[]) AS v", as: .service)
        #expect(try rows.map { try $0.value("v", as: String.self) } == values)
    }

    @Test func `types survive the way there and back`() async throws {
        let date = Date(timeIntervalSince1970: 1_763_800_000.123456)
        let id = ID<User>.new()
        let bytes = Data([0, 1, 127, 128, 255])
        let none: String? = nil
        let rows = try await pool.rows(
            """
            SELECT \(date)::timestamptz AS date, \(id)::uuid AS id, \(bytes)::bytea AS bytes,
                   \(true)::bool AS flag, \(Int.min)::bigint AS number, \(0.1)::float8 AS real,
                   \(none)::text AS nothing, \(JSONB(["k": [1, 2]]))::jsonb AS json
            """, as: .service)
        let row = try #require(rows.first)
        let back = try row.value("date", as: Date.self)
        #expect(abs(back.timeIntervalSince(date)) < 0.000_001)
        #expect(try row.value("id", as: ID<User>.self) == id)
        #expect(try row.value("bytes", as: Data.self) == bytes)
        #expect(try row.value("flag", as: Bool.self))
        #expect(try row.value("number", as: Int.self) == .min)
        #expect(try row.value("real", as: Double.self) == 0.1)
        #expect(try row.optional("nothing", as: String.self) == nil)
        #expect(try row.value("json", as: JSONB<[String: [Int]]>.self).value == ["k": [1, 2]])
    }

    @Test(arguments: [
        ("2000-02-29 23:59:59+00", 951_868_799.0), ("1969-12-31 23:59:59.5+00", -0.5),
        ("2026-11-22 10:00:00+05:30", 1_795_321_800.0), ("2026-11-22 10:00:00-03", 1_795_352_400.0),
    ])
    func `timestamps are read with their offset`(text: String, seconds: Double) throws {
        let date = try #require(Date(sqlText: text))
        #expect(date.timeIntervalSince1970 == seconds)
        #expect(Date(sqlText: date.sqlText) == date)
    }

    @Test(arguments: [
        "", "2026-11-22", "2026-11-22 10:00:00", "2026-11-22 10:00:00+", "2026-11-22 10:00:00+5",
        "2026-11-22 10:00:00.+00", "2026-11-22 10:00:00.1234567+00", "2026-11-22 10:00:00+00 ",
        "26-11-22 10:00:00+00", "2026/11/22 10:00:00+00", "2026-11-22 10:00:00+05:3",
        "infinity", "2026-11-2２ 10:00:00+00",
    ])
    func `what is no timestamp is none`(text: String) { #expect(Date(sqlText: text) == nil) }

    @Test func `a wrong column or type is named`() async throws {
        let rows = try await pool.rows("SELECT 'x' AS word, NULL AS gap", as: .service)
        let row = try #require(rows.first)
        for column in ["word", "gap", "missing"] {
            let error = #expect(throws: PostgresError.self) {
                try row.value(column, as: Int.self)
            }
            #expect("\(String(describing: error))".contains("'\(column)'"))
        }
    }

    @Test func `an error undoes the transaction and frees the connection`() async throws {
        let user = try await database.makeUser()
        for _ in 0..<20 {
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { transaction in
                    try transaction.rows(
                        "UPDATE public.users SET email = 'changed' WHERE id = \(user)")
                    try transaction.rows("SELECT 1 / 0")
                }
            }
            #expect(error?.sqlState == "22012")
        }
        let rows = try await pool.rows(
            "SELECT email FROM public.users WHERE id = \(user)", as: .service)
        #expect(try rows.first?.value("email", as: String.self) != "changed")
    }

    @Test func `a deadlock is resolved by running the loser again`() async throws {
        let first = try await database.makeUser()
        let second = try await database.makeUser()
        let touch = { @Sendable [pool] (one: ID<User>, other: ID<User>) in
            try await pool.transaction { transaction in
                for user in [one, other] {
                    try transaction.rows(
                        "UPDATE public.users SET email = email || 'x' WHERE id = \(user)")
                    try transaction.rows("SELECT pg_sleep(0.05)")
                }
            }
        }
        async let one: Void = touch(first, second)
        async let two: Void = touch(second, first)
        _ = try await (one, two)
        let rows = try await pool.rows(
            "SELECT email FROM public.users ORDER BY id", as: .service)
        #expect(try rows.allSatisfy { try $0.value("email", as: String.self).hasSuffix("xx") })
    }

    @Test func `a full pool says overloaded after the wait`() async throws {
        let small = Pool(database.settings, limits: .init(connections: 1, wait: .milliseconds(80)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await small.run() }
            group.addTask {
                _ = try await small.rows("SELECT pg_sleep(0.6)", as: .service)
            }
            try await Task.sleep(for: .milliseconds(100))
            await #expect(throws: PostgresError.overloaded) {
                _ = try await small.rows("SELECT 1", as: .service)
            }
            try await group.next()
            group.cancelAll()
        }
        await small.close()
    }

    @Test func `a cancelled task cancels its statement`() async throws {
        let began = ContinuousClock.now
        let task = Task { [pool] in
            _ = try await pool.rows("SELECT pg_sleep(60)", as: .owner)
        }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - began < .seconds(45))
        #expect(try await pool.rows("SELECT 1", as: .service).count == 1)
    }

    @Test func `a statement that takes too long is stopped`() async throws {
        let hasty = Pool(
            database.settings, limits: .init(connections: 1, statement: .milliseconds(100)))
        let error = await #expect(throws: PostgresError.self) {
            _ = try await hasty.rows("SELECT pg_sleep(3)", as: .service)
        }
        #expect(error?.sqlState == "57014")
        #expect(try await hasty.rows("SELECT 1", as: .service).count == 1)
        await hasty.close()
    }

    @Test func `a read as a person is one round trip, and a transaction no more than it needs`()
        async throws
    {
        let user = try await database.makeUser(credits: 5)
        let connection = try await Connection.open(database.settings)
        let trips = try await connection.perform { wire in
            let introduction = Principal.user(user).introduction(statement: .seconds(8))
            let answers = try wire.run(introduction + ["SELECT balance FROM public.users"])
            #expect(answers.last?.count == 1)
            let read = wire.roundTrips
            let transaction = Transaction(
                wire,
                opening: ["BEGIN"] + Principal.service.introduction(statement: .seconds(8)),
                board: NoticeBoard())
            try transaction.rows("SELECT 1")
            try transaction.rows("SELECT 2")
            try transaction.commit()
            return [read, wire.roundTrips - read]
        }
        #expect(trips == [1, 3])
        await connection.close()
    }

    @Test func `a batch is one transaction, and leaves no role behind`() async throws {
        let single = Pool(database.settings, limits: .init(connections: 1))
        let user = try await database.makeUser(credits: 5)
        let error = await #expect(throws: PostgresError.self) {
            _ = try await single.rows(
                ["UPDATE public.users SET email = 'changed'", "SELECT 1 / 0"], as: .service)
        }
        #expect(error?.sqlState == "22012")
        let mine = try await single.rows(
            ["SELECT email FROM public.users", "SELECT current_user::text AS role"],
            as: .user(user))
        #expect(try mine[0].first?.value("email", as: String.self) != "changed")
        #expect(try mine[1].first?.value("role", as: String.self) == "authenticated")
        let after = try await single.rows(
            "SELECT current_user::text AS role, auth.uid() AS uid", as: .owner)
        #expect(try after.first?.value("role", as: String.self) == "postgres")
        #expect(try after.first?.optional("uid", as: ID<User>.self) == nil)
        await single.close()
    }

    @Test func `a server that is not there is an error, however often it is asked`() async {
        let nowhere = Pool(
            DatabaseSettings(parameters: ["host": "/nonexistent", "user": "nobody"]),
            limits: .init(connections: 2, wait: .milliseconds(300)))
        for _ in 0..<5 {
            await #expect(throws: PostgresError.self) {
                _ = try await nowhere.rows("SELECT 1", as: .service)
            }
        }
    }

    @Test func `cut connections are made again`() async throws {
        for _ in 0..<3 {
            _ = try await pool.rows("SELECT 1", as: .service)
            let admin = Pool(database.settings, limits: .init(connections: 1))
            _ = try await admin.rows(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """, as: .owner)
            await admin.close()
            #expect(try await pool.rows("SELECT 1", as: .service).count == 1)
        }
    }

    @Test func `without prepared statements everything works the same`() async throws {
        let plain = Pool(
            DatabaseSettings(parameters: database.settings.parameters, prepares: false))
        for number in 0..<3 {
            let rows = try await plain.rows("SELECT \(number)::int AS n", as: .service)
            #expect(try rows.first?.value("n", as: Int.self) == number)
        }
        let rows = try await plain.rows(
            "SELECT count(*) AS n FROM pg_prepared_statements", as: .service)
        #expect(try rows.first?.value("n", as: Int.self) == 0)
        await plain.close()
    }

    @Test func `a connection URL is read, ours and libpq's parts alike`() throws {
        let settings = try DatabaseSettings(
            url: "postgres://me:secret@db.example:6543/app?prepared=false&sslmode=require")
        #expect(!settings.prepares)
        #expect(settings.parameters["host"] == "db.example")
        #expect(settings.parameters["port"] == "6543")
        #expect(settings.parameters["sslmode"] == "require")
        for bad in ["mysql://x", "postgres://h:not-a-port/x?nonsense=1", "db.example"] {
            #expect(throws: PostgresError.self) { try DatabaseSettings(url: bad) }
        }
    }

    @Test func `a notification reaches the listener when the transaction commits`() async throws {
        let listener = Listener(
            database.settings, channels: ["tests"], logger: .init(label: "tests"))
        let (stream, continuation) = AsyncStream<Listener.Event>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await listener.run { continuation.yield($0) } }
            var events = stream.makeAsyncIterator()
            guard case .listening = await events.next() else {
                Issue.record("the first event is not .listening")
                return
            }
            try await pool.transaction { try $0.notify(Notice("tests", "hello")) }
            guard case .notification(let notification) = await events.next() else {
                Issue.record("no notification")
                return
            }
            #expect(notification.channel == "tests" && notification.payload == "hello")
            group.cancelAll()
        }
    }
}
