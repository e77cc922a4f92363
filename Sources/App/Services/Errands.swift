import Postgres

/// What is due for all processes together, and has to be done by one: the times are in the database.
struct Errands: Sendable {
    let pool: Pool

    /// Takes an errand on, if its time has come.
    /// - Parameter pause: until its time comes again.
    /// - Returns: whether the caller has to do it.
    /// - Throws: `PostgresError`.
    func take(_ name: String, every pause: Duration) async throws -> Bool {
        try await pool.transaction { transaction in
            try transaction.row(
                """
                INSERT INTO public.server_errands AS errand (name, due_at)
                VALUES (\(name), now() + make_interval(secs => \(pause / .seconds(1))))
                ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at
                WHERE errand.due_at <= now()
                RETURNING name
                """) != nil
        }
    }
}
