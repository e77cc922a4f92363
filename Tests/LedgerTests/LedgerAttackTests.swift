import Foundation
import Ledger
import Postgres
import TestDatabase
import Testing

/// What the tables themselves refuse, whoever asks.
@Suite(.database) struct LedgerAttackTests {
    let database: TestDatabase
    var pool: Pool { database.pool }

    init() throws { database = try .current }

    func run(_ statements: [SQL], role: String, claims: String = "") async throws {
        try await pool.transaction(as: .owner) { transaction in
            try transaction.rows(
                """
                SELECT set_config('role', \(role), true),
                       set_config('request.jwt.claims', \(claims), true)
                """)
            for statement in statements { try transaction.rows(statement) }
        }
    }

    func claims(of user: ID<User>) -> String {
        #"{"sub":"\#(user)","role":"authenticated"}"#
    }

    @Test func `people read their own rows and nobody else's`() async throws {
        let mine = try await database.makeUser(credits: 7)
        let theirs = try await database.makeUser(credits: 9)
        for table: SQL in [
            "SELECT user_id AS owner FROM public.credit_ledger",
            "SELECT id AS owner FROM public.users",
        ] {
            let rows = try await pool.rows(table, as: .user(mine))
            #expect(try rows.map { try $0.value("owner", as: ID<User>.self) } == [mine])
        }
        let stolen = try await pool.rows(
            "SELECT FROM public.users WHERE id = \(theirs)", as: .user(mine))
        #expect(stolen.isEmpty)
    }

    @Test(arguments: ["anon", "authenticated"])
    func `nobody outside writes anything`(role: String) async throws {
        let user = try await database.makeUser(credits: 10)
        let attacks: [SQL] = [
            "UPDATE public.users SET balance = 1000000 WHERE id = \(user)",
            "INSERT INTO public.users (id, email) VALUES (gen_random_uuid(), 'x')",
            "DELETE FROM public.users WHERE id = \(user)",
            """
            INSERT INTO public.credit_ledger
              (user_id, seq, amount, balance_after, kind, reference)
            VALUES (\(user), 2, 5, 15, 'grant', 'mine')
            """,
            "UPDATE public.credit_ledger SET amount = 99 WHERE user_id = \(user)",
            "DELETE FROM public.credit_ledger WHERE user_id = \(user)",
            "TRUNCATE public.credit_ledger",
            "UPDATE public.jobs SET credits = 1",
            "UPDATE public.purchases SET status = 'paid'",
            "INSERT INTO public.stripe_events (id, type, payload) VALUES ('e', 't', '{}')",
            "SELECT * FROM public.stripe_events",
            "SELECT public.users_check_balance()",
            "ALTER TABLE public.credit_ledger DISABLE TRIGGER ALL",
            "SET LOCAL session_replication_role = replica",
        ]
        for attack in attacks {
            let error = await #expect(throws: PostgresError.self, "\(attack.text)") {
                try await run([attack], role: role, claims: claims(of: user))
            }
            #expect(error?.sqlState == "42501", "\(attack.text): \(String(describing: error))")
        }
    }

    @Test func `anon sees no table at all`() async throws {
        for table in ["users", "credit_ledger", "jobs", "assets", "purchases", "stripe_events"] {
            let error = await #expect(throws: PostgresError.self) {
                try await run([SQL(script: "SELECT * FROM public.\(table)")], role: "anon")
            }
            #expect(error?.sqlState == "42501", "\(table)")
        }
    }

    @Test(arguments: ["service_role", "postgres"])
    func `even the server and the owner cannot rewrite history`(role: String) async throws {
        let user = try await database.makeUser(credits: 10)
        for attack: SQL in [
            "UPDATE public.credit_ledger SET amount = 99 WHERE user_id = \(user)",
            "DELETE FROM public.credit_ledger WHERE user_id = \(user)",
            "TRUNCATE public.credit_ledger",
            "TRUNCATE public.users CASCADE",
        ] {
            let error = await #expect(throws: PostgresError.self, "\(attack.text)") {
                try await run([attack], role: role)
            }
            #expect(["42501", "23001"].contains(error?.sqlState ?? ""), "\(attack.text)")
        }
    }

    @Test(arguments: ["service_role", "postgres"])
    func `a balance without its entry, or an entry without its balance, does not commit`(
        role: String
    ) async throws {
        let user = try await database.makeUser(credits: 10)
        let entry = { (seq: Int, amount: Int, after: Int) -> SQL in
            """
            INSERT INTO public.credit_ledger
              (user_id, seq, amount, balance_after, kind, reference)
            VALUES (\(user), \(seq), \(amount), \(after), 'grant', \("r\(seq)"))
            """
        }
        let attacks: [(String, [SQL])] = [
            (
                "users_balance_is_last_entry",
                ["UPDATE public.users SET balance = 1000 WHERE id = \(user)"]
            ),
            ("users_seq_only_grows", ["UPDATE public.users SET seq = 0, balance = 0"]),
            ("credit_ledger_in_balance", [entry(2, 5, 15)]),
            (
                "credit_ledger_chained",
                [
                    "UPDATE public.users SET balance = 99, seq = 2 WHERE id = \(user)",
                    entry(2, 5, 99),
                ]
            ),
            (
                "credit_ledger_chained",
                [
                    "UPDATE public.users SET balance = 15, seq = 3 WHERE id = \(user)",
                    entry(3, 5, 15),
                ]
            ),
        ]
        for (constraint, statements) in attacks {
            let error = await #expect(throws: PostgresError.self) {
                try await run(statements, role: role)
            }
            #expect(error?.constraint == constraint)
        }
        #expect(try await Statement(pool, of: user).balance() == Credits(10))
    }

    /// Somebody who has bought 50 credits and has `left` of them.
    func buyer(left: Int) async throws -> (user: ID<User>, purchase: UUID) {
        let user = try await database.makeUser()
        let purchase = UUID()
        try await run(
            [
                """
                INSERT INTO public.purchases
                  (id, user_id, pack, credits, amount_cents, currency, status, paid_at, paid_cents)
                VALUES (\(purchase), \(user), 'p', 50, 500, 'eur', 'paid', now(), 500)
                """
            ] + post(50, "purchase", purchase.uuidString.lowercased(), user)
                + (left < 50 ? post(left - 50, "generation", "job", user) : []),
            role: "service_role")
        return (user, purchase)
    }

    func post(
        _ amount: Int, _ kind: String, _ reference: String, _ user: ID<User>
    ) -> [SQL] {
        [
            """
            UPDATE public.users SET balance = balance + \(amount)::bigint, seq = seq + 1
            WHERE id = \(user)
            """,
            """
            INSERT INTO public.credit_ledger (user_id, seq, amount, balance_after, kind, reference)
            SELECT id, seq, \(amount), balance, \(kind), \(reference) FROM public.users
            WHERE id = \(user)
            """,
        ]
    }

    @Test func `only a clawback goes below zero`() async throws {
        let (user, purchase) = try await buyer(left: 10)
        let name = purchase.uuidString.lowercased()
        let error = await #expect(throws: PostgresError.self) {
            try await run(post(-30, "adjustment", "x", user), role: "service_role")
        }
        #expect(error?.constraint == "credit_ledger_only_clawback_below_zero")
        try await run(
            [
                """
                UPDATE public.purchases SET clawed_back = 30, reversal_entries = 1
                WHERE id = \(purchase)
                """
            ] + post(-30, "clawback", "\(name)/1", user), role: "service_role")
        await #expect(
            throws: LedgerError.frozen(balance: Credits(-20), .owes(Credits(20)))
        ) {
            try await pool.transaction {
                try Ledger.spend(Credits(1), by: user, reference: "job", note: "", in: $0)
            }
        }
    }

    @Test(arguments: ["service_role", "postgres"])
    func `a purchase and its credits come and go together, or not at all`(
        role: String
    ) async throws {
        let (user, purchase) = try await buyer(left: 50)
        let name = purchase.uuidString.lowercased()
        let attacks: [(String, [SQL])] = [
            (
                "purchases_paid_with_credits",
                [
                    """
                    INSERT INTO public.purchases (id, user_id, pack, credits, amount_cents,
                      currency, status, paid_at, paid_cents)
                    VALUES (gen_random_uuid(), \(user), 'p', 50, 500, 'eur', 'paid', now(), 500)
                    """
                ]
            ),
            (
                "purchases_paid_with_credits",
                ["UPDATE public.purchases SET credits = 90 WHERE id = \(purchase)"]
            ),
            (
                "purchases_paid_with_credits",
                [
                    """
                    UPDATE public.purchases
                    SET status = 'expired', paid_at = NULL, paid_cents = NULL
                    WHERE id = \(purchase)
                    """
                ]
            ),
            (
                "purchases_clawed_back_in_ledger",
                ["UPDATE public.purchases SET clawed_back = 9 WHERE id = \(purchase)"]
            ),
            (
                "purchases_clawed_back_within_credits",
                ["UPDATE public.purchases SET clawed_back = 51 WHERE id = \(purchase)"]
            ),
            ("credit_ledger_purchase_exists", post(50, "purchase", "\(UUID())", user)),
            ("credit_ledger_purchase_exists", post(-50, "clawback", "nothing", user)),
            ("credit_ledger_reversal_in_purchase", post(-50, "clawback", "\(name)/1", user)),
            ("credit_ledger_reversal_in_purchase", post(9, "reinstatement", "\(name)/1", user)),
        ]
        for (constraint, statements) in attacks {
            let error = await #expect(throws: PostgresError.self, "\(constraint)") {
                try await run(statements, role: role)
            }
            #expect(error?.constraint == constraint)
        }
        #expect(try await Statement(pool, of: user).balance() == Credits(50))
    }

    @Test func `no role from outside may write any table, or run any function`() async throws {
        let writable = try await pool.rows(
            """
            SELECT role || ' may ' || privilege || ' ' || table_name AS leave
            FROM information_schema.tables,
              unnest(ARRAY['anon', 'authenticated', 'public']) AS role,
              unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
              AND has_table_privilege(role, format('public.%I', table_name), privilege)
            """, as: .owner)
        #expect(try writable.map { try $0.value("leave", as: String.self) } == [])
        let callable = try await pool.rows(
            """
            SELECT role || ' may run ' || proname AS leave
            FROM pg_proc, unnest(ARRAY['anon', 'authenticated', 'public']) AS role
            WHERE pronamespace = 'public'::regnamespace
              AND has_function_privilege(role, pg_proc.oid, 'EXECUTE')
            """, as: .owner)
        #expect(try callable.map { try $0.value("leave", as: String.self) } == [])
        let tables = try await pool.rows(
            """
            SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = 'public'
            """, as: .owner)
        #expect(try tables.first?.value("n", as: Int.self) ?? 0 >= 8, "the tables were looked at")
    }
}
