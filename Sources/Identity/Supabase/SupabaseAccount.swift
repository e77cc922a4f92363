package import Postgres

/// What became of somebody's sign-in when they closed their account.
package enum SignInRemoval: Equatable, Sendable {
    case removed
    /// It is not in this database: Supabase keeps it elsewhere, or it went before.
    case notHere
    /// The database does not let it go; why.
    case refused(String)
}

/// A person's row in a Supabase project's own database.
package enum SupabaseAccount {
    /// Removes a person from `auth.users`, and with them their sessions, in the transaction that
    /// closes their account. A rule of the operator's that keeps the row does not keep the
    /// account open.
    ///
    /// The table is `supabase_auth_admin`'s, and `service_role` may not write it; the role that
    /// the connection signed in as, `postgres`, may.
    /// - Throws: `PostgresError`.
    package static func remove(
        _ user: ID<User>, in transaction: Transaction
    ) throws -> SignInRemoval {
        try transaction.rows("SELECT set_config('role', 'none', true)")
        let removal = try removeAsOwner(user, in: transaction)
        try transaction.rows("SELECT set_config('role', 'service_role', true)")
        return removal
    }

    /// Whether people's sign-ins are in this database and can be removed.
    package static func isHere(_ pool: Pool) async throws -> Bool {
        try await pool.transaction(as: .owner) { transaction in
            let isProject = try transaction.row(
                "SELECT to_regclass('auth.identities') IS NOT NULL AS found")
            return try isProject?.value("found", as: Bool.self) == true
                && mayRemove(in: transaction)
        }
    }

    private static func removeAsOwner(
        _ user: ID<User>, in transaction: Transaction
    ) throws -> SignInRemoval {
        guard try mayRemove(in: transaction) else { return .notHere }
        try transaction.rows("SAVEPOINT sign_in")
        do {
            let row = try transaction.row("DELETE FROM auth.users WHERE id = \(user) RETURNING id")
            return row == nil ? .notHere : .removed
        } catch let error as PostgresError where isRule(error) {
            try transaction.rows("ROLLBACK TO SAVEPOINT sign_in")
            return .refused("\(error)")
        }
    }

    private static func mayRemove(in transaction: Transaction) throws -> Bool {
        try transaction.row(
            """
            SELECT FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = 'auth' AND c.relname = 'users'
              AND has_schema_privilege(n.oid, 'USAGE')
              AND has_table_privilege(c.oid, 'DELETE') AND has_table_privilege(c.oid, 'SELECT')
            """) != nil
    }

    /// A constraint (class 23), a right (42) or a trigger (P0) says no. Anything else is between
    /// us and the database.
    private static func isRule(_ error: PostgresError) -> Bool {
        ["23", "42", "P0"].contains(error.sqlState?.prefix(2) ?? "")
    }
}
