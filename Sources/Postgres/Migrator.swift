package import Foundation

/// Applies `supabase/migrations/<version>_<name>.sql` in the order of their versions, and records
/// them where the Supabase CLI does, so that either tool can go on where the other stopped.
package struct Migrator: Sendable {
    package struct Migration: Equatable, Sendable {
        package let version: String
        package let name: String
        let script: String
    }

    /// Any number that only migrations use: two servers starting at once take turns.
    private static let lockKey = 7_205_759_403_792_793

    private let migrations: [Migration]
    private let localSupabase: String

    /// Reads the files.
    /// - Parameters:
    ///   - migrations: the folder `supabase/migrations`.
    ///   - localSupabase: the script with what Supabase brings and plain Postgres lacks.
    /// - Throws: `PostgresError.configuration` when a file cannot be read or the folder is empty.
    package init(migrations folder: URL, localSupabase: URL) throws {
        do {
            let files = try FileManager.default
                .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "sql" }
            migrations = try files.compactMap(Self.read).sorted { $0.version < $1.version }
            self.localSupabase = try String(contentsOf: localSupabase, encoding: .utf8)
        } catch {
            throw PostgresError.configuration("cannot read the migrations in \(folder.path)")
        }
        guard !migrations.isEmpty else {
            throw PostgresError.configuration("no migrations in \(folder.path)")
        }
    }

    private static func read(_ file: URL) throws -> Migration? {
        let stem = file.deletingPathExtension().lastPathComponent
        guard let match = stem.wholeMatch(of: /([0-9]+)_(.*)/)?.output else { return nil }
        return Migration(
            version: String(match.1), name: String(match.2),
            script: try String(contentsOf: file, encoding: .utf8))
    }

    /// What the database does not have yet, oldest first.
    package func pending(in pool: Pool) async throws -> [Migration] {
        let exists = try await pool.rows(
            "SELECT to_regclass('supabase_migrations.schema_migrations') IS NOT NULL AS found",
            as: .owner)
        guard try exists.first?.value("found", as: Bool.self) ?? false else { return migrations }
        let rows = try await pool.rows(
            "SELECT version FROM supabase_migrations.schema_migrations", as: .owner)
        let applied = Set(try rows.map { try $0.value("version", as: String.self) })
        return migrations.filter { !applied.contains($0.version) }
    }

    /// Applies what is pending, each migration in a transaction of its own.
    /// - Returns: what was applied.
    /// - Throws: `PostgresError`; migrations before the failed one stay applied.
    @discardableResult
    package func migrate(_ pool: Pool) async throws -> [Migration] {
        try await prepare(pool)
        var applied: [Migration] = []
        for migration in try await pending(in: pool) {
            if try await apply(migration, to: pool) { applied.append(migration) }
        }
        return applied
    }

    private func prepare(_ pool: Pool) async throws {
        if try await !isSupabase(pool) {
            try await pool.transaction(as: .owner) { transaction in
                try transaction.rows("SELECT pg_advisory_xact_lock(\(Self.lockKey)::bigint)")
                try transaction.runScript(localSupabase)
            }
        }
        try await pool.transaction(as: .owner) { transaction in
            try transaction.rows("SELECT pg_advisory_xact_lock(\(Self.lockKey)::bigint)")
            try transaction.runScript(
                """
                CREATE SCHEMA IF NOT EXISTS supabase_migrations;
                CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (
                  version text NOT NULL PRIMARY KEY, statements text[], name text);
                ALTER TABLE supabase_migrations.schema_migrations
                  ADD COLUMN IF NOT EXISTS statements text[], ADD COLUMN IF NOT EXISTS name text;
                """)
        }
    }

    /// Whether Supabase brings the roles and the schema auth, which then are not ours to touch.
    /// - Throws: `PostgresError.configuration` while Supabase Auth has not made its tables yet.
    private func isSupabase(_ pool: Pool) async throws -> Bool {
        let rows = try await pool.rows(
            """
            SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'supabase_auth_admin') AS has_role,
                   to_regclass('auth.identities') IS NOT NULL AS has_tables
            """, as: .owner)
        guard let row = rows.first else { return false }
        let hasTables = try row.value("has_tables", as: Bool.self)
        guard try row.value("has_role", as: Bool.self), !hasTables else { return hasTables }
        throw PostgresError.configuration(
            "this is a Supabase database, and its Auth has made no tables yet: start Auth first")
    }

    /// - Returns: `false` when another process applied it first.
    private func apply(_ migration: Migration, to pool: Pool) async throws -> Bool {
        try await pool.transaction(as: .owner) { transaction in
            try transaction.rows("SELECT pg_advisory_xact_lock(\(Self.lockKey)::bigint)")
            let recorded = try transaction.row(
                """
                INSERT INTO supabase_migrations.schema_migrations (version, statements, name)
                VALUES (\(migration.version), \([migration.script])::text[], \(migration.name))
                ON CONFLICT DO NOTHING RETURNING version
                """)
            guard recorded != nil else { return false }
            try transaction.runScript(migration.script)
            return true
        }
    }
}
