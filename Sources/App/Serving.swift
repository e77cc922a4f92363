package import Logging
package import Postgres

/// From settings to a database that is up, and back down.
package enum Serving {
    /// Runs `body` with the settings' database: the embedded one is started, migrated and
    /// stopped here; an external one must be up and migrated.
    /// - Throws: `SettingsError`, `PostgresError`, and what `body` throws.
    package static func withDatabase<Value: Sendable>(
        _ settings: Settings, folder: DataFolder, logger: Logger,
        _ body: (DatabaseSettings) async throws -> Value
    ) async throws -> Value {
        let migrator = try Migrator(
            migrations: settings.installation.migrations,
            localSupabase: settings.installation.localSupabase)
        switch settings.database {
        case .embedded:
            let cluster = try EmbeddedCluster(folder: folder.postgres, logger: logger)
            return try await cluster.withServer { database in
                let pool = Pool(database, limits: .init(connections: 1))
                try await migrator.migrate(pool)
                await pool.close()
                return try await body(database)
            }
        case .external(let url, _):
            let database = try DatabaseSettings(url: url)
            let pool = Pool(database, limits: .init(connections: 1))
            let pending = try await migrator.pending(in: pool)
            await pool.close()
            guard pending.isEmpty else {
                throw SettingsError(
                    "DATABASE_URL",
                    "\(pending.count) migrations are pending, the first is "
                        + "\(pending[0].version)_\(pending[0].name); run 'placemint migrate'")
            }
            return try await body(database)
        }
    }

    /// Serves until told to stop.
    package static func serve(_ settings: Settings, logger: Logger) async throws {
        let folder = try DataFolder(settings.dataFolder)
        try await withDatabase(settings, folder: folder, logger: logger) { database in
            let server = try await StudioServer.build(
                settings, database: database, folder: folder, logger: logger)
            try await server.run()
        }
    }
}
