package import Foundation
import Logging
package import Postgres
package import Testing

/// A fresh, migrated database on a real Postgres, for one test. Use with `@Suite(.database)`.
package struct TestDatabase: Sendable {
    @TaskLocal private static var lent: TestDatabase?

    package let settings: DatabaseSettings
    package let pool: Pool

    /// The running test's own database.
    package static var current: TestDatabase {
        get throws { try #require(lent, "the suite needs the trait .database") }
    }

    package static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package static func migrator() throws -> Migrator {
        try Migrator(
            migrations: repository.appending(path: "supabase/migrations"),
            localSupabase: repository.appending(path: "db/local-supabase.sql"))
    }

    /// Makes a user with a balance, as a grant.
    package func makeUser(credits: Int = 0) async throws -> ID<User> {
        let user = ID<User>.new()
        try await pool.transaction { transaction in
            try transaction.rows(
                """
                INSERT INTO public.users (id, email, balance, seq)
                VALUES (\(user), \("\(user)@example.com"), \(credits), \(credits == 0 ? 0 : 1))
                """)
            guard credits != 0 else { return }
            try transaction.rows(
                """
                INSERT INTO public.credit_ledger
                  (user_id, seq, amount, balance_after, kind, reference)
                VALUES (\(user), 1, \(credits), \(credits), 'grant', \("test:\(user)"))
                """)
        }
        return user
    }

    /// Lends a database of its own to a part of a test.
    package static func withNew(
        _ function: (TestDatabase) async throws -> Void
    ) async throws {
        try await lend { try await function(try current) }
    }

    fileprivate static func lend(to function: () async throws -> Void) async throws {
        let cluster = try await TestCluster.shared.settings()
        let name = "test_" + UUID().uuidString.replacing("-", with: "").lowercased()
        let maintenance = Pool(cluster("postgres"), limits: .init(connections: 1))
        try await maintenance.runScript("CREATE DATABASE \(name) TEMPLATE placemint")
        let settings = cluster(name)
        let pool = Pool(settings, limits: .init(connections: 8, wait: .seconds(20)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            try await $lent.withValue(
                TestDatabase(settings: settings, pool: pool), operation: function)
            group.cancelAll()
        }
        await pool.close()
        try await maintenance.runScript("DROP DATABASE \(name) WITH (FORCE)")
        await maintenance.close()
    }
}

/// Lends each test of the suite a database of its own.
package struct DatabaseTrait: SuiteTrait, TestTrait, TestScoping {
    package let isRecursive = true

    package func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await Turnstile.shared.enter()
        let result: Result<Void, any Error>
        do {
            result = .success(try await TestDatabase.lend { try await function() })
        } catch {
            result = .failure(error)
        }
        await Turnstile.shared.leave()
        try result.get()
    }
}

extension Trait where Self == DatabaseTrait {
    package static var database: DatabaseTrait { DatabaseTrait() }
}

/// Lets so many tests at a time have a database that the server's connections suffice.
private actor Turnstile {
    static let shared = Turnstile()

    private var places = 8
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        guard places == 0 else { return places -= 1 }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        guard waiting.isEmpty else { return waiting.removeFirst().resume() }
        places += 1
    }
}

/// One Postgres for the whole test process; the pipe to its watchdog ends it with the process.
private actor TestCluster {
    static let shared = TestCluster()

    private var starting: Task<EmbeddedCluster, any Error>?

    func settings() async throws -> @Sendable (String) -> DatabaseSettings {
        let task = starting ?? Task { try await Self.start() }
        starting = task
        let parameters = try await task.value.settings.parameters
        return { name in
            DatabaseSettings(parameters: parameters.merging(["dbname": name]) { $1 })
        }
    }

    private static func start() async throws -> EmbeddedCluster {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "placemint-tests-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path)
        // A test's data need not survive a power cut.
        let cluster = try EmbeddedCluster(
            folder: folder.appending(path: "postgres"),
            options: ["fsync": "off", "max_connections": "200"], logger: Logger(label: "tests"))
        let (ready, signal) = AsyncThrowingStream<Void, any Error>.makeStream()
        Task {
            do {
                try await cluster.withServer { settings in
                    let pool = Pool(settings)
                    try await TestDatabase.migrator().migrate(pool)
                    await pool.close()
                    signal.finish()
                    try await Task.sleep(for: .seconds(86_400))
                }
            } catch {
                signal.finish(throwing: error)
            }
        }
        for try await _ in ready {}
        return cluster
    }
}
