import Logging
import Postgres

extension Serving {
    /// Says so when a pooler is used as if there were none, which is right only in session mode.
    /// - Throws: `PostgresError`.
    func checkFit(of database: DatabaseSettings) async throws {
        guard database.prepares else { return }
        try await withPool(database) { pool in
            guard try await pool.isBehindPooler() else { return }
            logger.notice(
                "A pooler is in front of the database: in transaction mode, set ?prepared=false")
        }
    }
}

extension Checkup {
    /// How this server hears of what others on the database do.
    func news() async -> Finding? {
        do {
            let database = try databaseSettings()
            switch try settings.newsSource(database ?? .init(parameters: [:])) {
            case .questions:
                return Finding(
                    part: "news", state: .note,
                    remark: "asked for every second, as behind a pooler nothing is announced; "
                        + "DATABASE_DIRECT_URL would change that", remedy: nil)
            case .notices(let address):
                // Our own has no address in the settings, and no pooler.
                guard database != nil else { return nil }
                return await heard(at: address)
            }
        } catch {
            return Finding(part: "news", state: .broken, remark: "\(error)", remedy: nil)
        }
    }

    private func heard(at address: DatabaseSettings) async -> Finding {
        await look(
            "news",
            remedy:
                "set DATABASE_DIRECT_URL to an address of the same database that leads past the "
                + "pooler, or add ?prepared=false to DATABASE_URL"
        ) {
            guard try await Listener.hears(pool, at: address) else {
                throw PostgresError.configuration("what the database announces does not arrive")
            }
            return "what the database announces arrives"
        }
    }

    private func databaseSettings() throws -> DatabaseSettings? {
        guard case .external(let url, _) = settings.database else { return nil }
        return try DatabaseSettings(url: url)
    }

    /// Where there is Supabase Storage: whether its bucket is guarded.
    func storagePolicies() async -> Finding? {
        do {
            let rows = try await pool.rows(
                """
                SELECT count(*) AS policies FROM pg_policies
                WHERE schemaname = 'storage' AND policyname LIKE 'placemint%'
                HAVING to_regclass('storage.objects') IS NOT NULL
                """, as: .owner)
            guard let row = rows.first else { return nil }
            guard try row.value("policies", as: Int.self) == 0 else {
                return Finding(
                    part: "storage policies", state: .ok, remark: "the bucket is guarded",
                    remedy: nil)
            }
            return Finding(
                part: "storage policies", state: .broken,
                remark: "the bucket 'placemint' has none, as this role may not make them",
                remedy: "run supabase/migrations/20261125120000_storage_policies.sql "
                    + "in Supabase's SQL editor")
        } catch {
            // The database's own finding says it better.
            return nil
        }
    }
}
