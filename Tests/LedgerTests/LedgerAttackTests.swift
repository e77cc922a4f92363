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

    @Test func `only a clawback goes below zero`() async throws {
        let user = try await database.makeUser(credits: 10)
        let post = { (kind: String, after: Int) -> [SQL] in
            [
                "UPDATE public.users SET balance = \(after), seq = seq + 1 WHERE id = \(user)",
                """
                INSERT INTO public.credit_ledger
                  (user_id, seq, amount, balance_after, kind, reference)
                SELECT id, seq, -30, balance, \(kind), 'x' FROM public.users WHERE id = \(user)
                """,
            ]
        }
        let error = await #expect(throws: PostgresError.self) {
            try await run(post("adjustment", -20), role: "service_role")
        }
        #expect(error?.constraint == "credit_ledger_only_clawback_below_zero")
        try await run(post("clawback", -20), role: "service_role")
        await #expect(throws: LedgerError.frozen(balance: Credits(-20))) {
            try await pool.transaction {
                try Ledger.spend(Credits(1), by: user, reference: "job", note: "", in: $0)
            }
        }
    }
}
