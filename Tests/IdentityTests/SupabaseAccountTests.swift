import Foundation
import Postgres
import TestDatabase
import Testing

@testable import Identity

@Suite(.database) struct SupabaseAccountTests {
    private func made(_ pool: Pool) async throws -> ID<User> {
        let user = ID<User>.new()
        try await pool.transaction { transaction in
            try transaction.rows(
                "INSERT INTO auth.users (id, email) VALUES (\(user), \("\(user)@example.com"))")
        }
        return user
    }

    /// What became of it, and in whose name the transaction goes on.
    private func remove(
        _ user: ID<User>, _ pool: Pool
    ) async throws -> (SignInRemoval, role: String) {
        try await pool.transaction { transaction in
            let removal = try SupabaseAccount.remove(user, in: transaction)
            let row = try transaction.row("SELECT current_user::text AS role")
            return (removal, try row?.value("role") ?? "")
        }
    }

    @Test func `the row goes although the service may not write the table`() async throws {
        let pool = try TestDatabase.current.pool
        let user = try await made(pool)
        try await pool.runScript("REVOKE ALL ON auth.users FROM service_role")
        let (removal, role) = try await remove(user, pool)
        #expect(removal == .removed && role == "service_role")
        let (again, _) = try await remove(user, pool)
        #expect(again == .notHere)
    }

    @Test func `a rule that keeps the row does not end the transaction`() async throws {
        let pool = try TestDatabase.current.pool
        let user = try await made(pool)
        try await pool.runScript(
            """
            CREATE TABLE public.friends (id uuid REFERENCES auth.users (id));
            INSERT INTO public.friends VALUES ('\(user)');
            """)
        let (removal, role) = try await remove(user, pool)
        guard case .refused(let reason) = removal else {
            Issue.record("it was \(removal)")
            return
        }
        #expect(reason.contains("23503") && role == "service_role")
        let rows = try await pool.rows("SELECT FROM auth.users WHERE id = \(user)", as: .owner)
        #expect(rows.count == 1)
    }

    @Test func `without the table there is nothing to remove`() async throws {
        let pool = try TestDatabase.current.pool
        try await pool.runScript("ALTER TABLE auth.users RENAME TO former_users")
        let (removal, role) = try await remove(.new(), pool)
        #expect(removal == .notHere && role == "service_role")
        #expect(try await !SupabaseAccount.isHere(pool))
    }
}
