import Foundation
package import Logging
import NIOCore
import Postgres
package import Prometheus

/// The operator's verbs: serve, work, migrate.
package struct Serving: Sendable {
    let settings: Settings
    let folder: DataFolder
    let migrator: Migrator
    let logger: Logger
    let metrics: PrometheusRegistry

    /// - Parameter metrics: what the process measures with, for whoever asks a server for it.
    /// - Throws: `PostgresError.configuration` when the migrations cannot be read.
    package init(
        _ settings: Settings, logger: Logger, metrics: PrometheusRegistry = PrometheusRegistry()
    ) throws {
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        folder = DataFolder(settings.dataFolder)
        migrator = try Migrator(
            migrations: settings.installation.migrations,
            localSupabase: settings.installation.localSupabase)
    }

    /// Serves until told to stop.
    /// - Throws: `SettingsError`, `PostgresError`, and others that stop the start.
    package func serve() async throws {
        DescriptorLimit.raise()
        let lock = try DataFolderLock(folder)
        defer { lock.release() }
        try folder.emptyWork()
        try await withDatabase(holdsLock: true) { database in
            try await checkFit(of: database)
            let server = try await StudioServer.build(
                settings, database: database, folder: folder, work: folder.work, logger: logger,
                metrics: metrics)
            do {
                try await server.serve()
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                throw SettingsError("PORT", "\(settings.port) is in use on \(settings.host)")
            } catch let error as IOError {
                throw SettingsError("HOST", "\(settings.host):\(settings.port): \(error)")
            }
        }
    }

    /// Works on jobs until told to stop, beside a server or alone.
    /// - Throws: `SettingsError`, `PostgresError`, and others that stop the start.
    package func work() async throws {
        guard settings.workers > 0 else {
            throw SettingsError("WORKERS", "must be at least 1 for 'placemint work'")
        }
        let own = FileManager.default.temporaryDirectory
            .appending(path: "placemint-work-\(ProcessInfo.processInfo.processIdentifier)")
        try await withDatabase(holdsLock: false) { database in
            try await checkFit(of: database)
            let server = try await StudioServer.build(
                settings, database: database, folder: folder, work: own, logger: logger,
                metrics: metrics)
            try await server.work()
        }
    }

    /// Applies pending migrations, or only names them.
    /// - Returns: their names, oldest first.
    /// - Throws: `SettingsError`, `PostgresError`.
    package func migrate(onlyCheck: Bool) async throws -> [String] {
        let migrations = try await withServer { database in
            try await withPool(database) { pool in
                try await onlyCheck ? migrator.pending(in: pool) : migrator.migrate(pool)
            }
        }
        return migrations.map { "\($0.version)_\($0.name)" }
    }

    // MARK: The database

    /// The settings' database, migrated: our own is migrated here, another's must be.
    func withDatabase<Value: Sendable>(
        holdsLock: Bool, _ body: (DatabaseSettings) async throws -> Value
    ) async throws -> Value {
        try await withServer(holdsLock: holdsLock) { database in
            switch settings.database {
            case .embedded: _ = try await withPool(database) { try await migrator.migrate($0) }
            case .external: try await checkMigrations(database)
            }
            return try await body(database)
        }
    }

    private func checkMigrations(_ database: DatabaseSettings) async throws {
        let pending: [Migrator.Migration]
        do {
            pending = try await withPool(database) { try await migrator.pending(in: $0) }
        } catch let error as PostgresError {
            throw SettingsError("DATABASE_URL", "\(error)")
        }
        guard let first = pending.first else { return }
        throw SettingsError(
            "DATABASE_URL",
            "\(pending.count) migrations are pending, the first is "
                + "\(first.version)_\(first.name); run 'placemint migrate'")
    }

    /// The settings' database server: the embedded one is started here, unless another process of
    /// ours has done so.
    func withServer<Value: Sendable>(
        holdsLock: Bool = false, _ body: (DatabaseSettings) async throws -> Value
    ) async throws -> Value {
        switch settings.database {
        case .external(let url, _): return try await body(DatabaseSettings(url: url))
        case .embedded:
            try folder.make()
            let cluster = try EmbeddedCluster(folder: folder.postgres, logger: logger)
            guard holdsLock || !cluster.isRunning() else { return try await body(cluster.settings) }
            return try await cluster.withServer(body)
        }
    }

    func withPool<Value: Sendable>(
        _ database: DatabaseSettings, _ body: (Pool) async throws -> Value
    ) async throws -> Value {
        let pool = Pool(database, limits: .init(connections: 1))
        do {
            let value = try await body(pool)
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }
}
