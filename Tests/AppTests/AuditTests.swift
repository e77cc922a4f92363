import Foundation
import Ledger
import Postgres
import TestDatabase
import Testing

@testable import App

/// Every rule of the audit, broken by hand past everything that guards it.
@Suite(.database) struct AuditTests {
    let database: TestDatabase
    let books: SampleBooks
    var pool: Pool { database.pool }

    init() async throws {
        database = try .current
        books = try await SampleBooks.write(database)
    }

    func breaches() async throws -> [AuditBreach] {
        let found = Found<AuditBreach>()
        let summary = try await Audit(pool, rules: Serving.auditRules).run { found.add($0) }
        #expect(summary.breaches == found.all.count)
        #expect(summary.rules == Serving.auditRules.count)
        return found.all
    }

    /// Does what no role of ours can: with every trigger and foreign key asleep, and without the
    /// constraints that still stand in the way.
    func breakIn(_ statement: String, dropping constraints: [String]) async throws {
        let drops = constraints.map { name in
            let table = ["users", "credit_ledger", "purchases", "jobs"].first(where: name.hasPrefix)
            return "ALTER TABLE public.\(table ?? "") DROP CONSTRAINT \(name) CASCADE;"
        }
        try await pool.runScript(
            "SET LOCAL session_replication_role = replica;" + drops.joined() + statement)
    }

    @Test func `sound books have no breach`() async throws {
        #expect(try await breaches() == [])
        let summary = try await Audit(pool, rules: Serving.auditRules).run { _ in }
        #expect(summary.entries == 8)
    }

    struct Crime: Sendable, CustomTestStringConvertible {
        let rule: String
        let subject: String
        let statement: String
        var dropping: [String] = []
        var testDescription: String { "\(rule): \(statement)" }
    }

    static let crimes = [
        Crime(
            rule: "chain.numbered", subject: "credit_ledger $user 4",
            statement: "DELETE FROM credit_ledger WHERE user_id = '$user' AND seq = 3"),
        Crime(
            rule: "chain.continued", subject: "credit_ledger $user 3",
            statement: """
                UPDATE credit_ledger SET balance_after = 1 WHERE user_id = '$user' AND seq = 3
                """),
        Crime(
            rule: "chain.continued", subject: "credit_ledger $user 5",
            statement: "UPDATE credit_ledger SET amount = 501 WHERE user_id = '$user' AND seq = 5"),
        Crime(
            rule: "balance.last", subject: "users $user",
            statement: "UPDATE users SET balance = balance + 1 WHERE id = '$user'"),
        Crime(
            rule: "balance.last", subject: "users $user",
            statement: "UPDATE users SET seq = seq + 1 WHERE id = '$user'"),
        Crime(
            rule: "balance.last", subject: "users $user",
            statement: "DELETE FROM credit_ledger WHERE user_id = '$user'"),
        Crime(
            rule: "entry.owned", subject: "credit_ledger $user 1",
            statement: "DELETE FROM users WHERE id = '$user'"),
        Crime(
            rule: "entry.signed", subject: "credit_ledger $user 1",
            statement: "UPDATE credit_ledger SET amount = -100 WHERE user_id = '$user' AND seq = 1",
            dropping: ["credit_ledger_sign_fits_kind"]),
        Crime(
            rule: "entry.covered", subject: "credit_ledger $user 2",
            statement: """
                UPDATE credit_ledger SET balance_after = -1 WHERE user_id = '$user' AND seq = 2
                """,
            dropping: ["credit_ledger_only_clawback_below_zero"]),
        Crime(
            rule: "entry.once", subject: "credit_ledger generation $failed",
            statement: """
                INSERT INTO credit_ledger SELECT user_id, 99, amount, balance_after, kind, reference
                FROM credit_ledger WHERE user_id = '$user' AND seq = 2
                """,
            dropping: ["credit_ledger_reference_once"]),
        Crime(
            rule: "adjustment.recorded", subject: "credit_ledger $user 7",
            statement: "DELETE FROM operator_actions"),
        Crime(
            rule: "adjustment.recorded", subject: "credit_ledger $user 7",
            statement: "UPDATE operator_actions SET amount = 500"),
        Crime(
            rule: "job.debited", subject: "jobs $completed",
            statement: "DELETE FROM credit_ledger WHERE user_id = '$user' AND seq = 4"),
        Crime(
            rule: "job.debited", subject: "jobs $completed",
            statement: "UPDATE jobs SET credits = 19 WHERE id = '$completed'"),
        Crime(
            rule: "job.refunded", subject: "jobs $failed",
            statement: "DELETE FROM credit_ledger WHERE user_id = '$user' AND seq = 3"),
        Crime(
            rule: "job.refunded", subject: "jobs $completed",
            statement: """
                INSERT INTO credit_ledger VALUES
                  ('$user', 9, 20, 345, 'refund', '$completed', NULL, now())
                """),
        Crime(
            rule: "job.refunded", subject: "jobs $failed",
            statement: "UPDATE credit_ledger SET amount = 19 WHERE user_id = '$user' AND seq = 3"),
        Crime(
            rule: "job.known", subject: "credit_ledger $user 2",
            statement: "DELETE FROM jobs WHERE id = '$failed'"),
        Crime(
            rule: "purchase.granted", subject: "purchases $purchase",
            statement: "DELETE FROM credit_ledger WHERE user_id = '$user' AND seq = 5"),
        Crime(
            rule: "purchase.granted", subject: "purchases $purchase",
            statement: "UPDATE purchases SET credits = 900 WHERE id = '$purchase'"),
        Crime(
            rule: "purchase.granted", subject: "purchases $open",
            statement: """
                INSERT INTO credit_ledger VALUES
                  ('$user', 9, 500, 825, 'purchase', '$open', NULL, now())
                """),
        Crime(
            rule: "purchase.known", subject: "credit_ledger $user 5",
            statement: "DELETE FROM purchases WHERE id = '$purchase'"),
        Crime(
            rule: "purchase.clawed_back", subject: "purchases $purchase",
            statement: "UPDATE purchases SET clawed_back = 10 WHERE id = '$purchase'"),
        Crime(
            rule: "purchase.clawed_back", subject: "purchases $purchase",
            statement: "DELETE FROM credit_ledger WHERE user_id = '$user' AND seq = 6"),
        Crime(
            rule: "purchase.clawed_back", subject: "purchases $purchase",
            statement: """
                UPDATE credit_ledger SET amount = -501 WHERE user_id = '$user' AND seq = 6;
                UPDATE purchases SET clawed_back = 501 WHERE id = '$purchase'
                """,
            dropping: ["purchases_clawed_back_within_credits"]),
        Crime(
            rule: "purchase.held", subject: "users $user",
            statement: "UPDATE users SET spending_held_since = now() WHERE id = '$user'"),
        Crime(
            rule: "purchase.held", subject: "users $user",
            statement: """
                INSERT INTO purchase_reversals (id, purchase_id, kind, amount_cents, status)
                VALUES ('dp_1', '$purchase', 'dispute', 900, 'under_review')
                """),
    ]

    @Test(arguments: crimes) func `each broken rule is found, and its row is named`(
        crime: Crime
    ) async throws {
        try await breakIn(
            "SET LOCAL search_path = public;" + books.name(in: crime.statement),
            dropping: crime.dropping)
        let found = try await breaches().filter { $0.rule == crime.rule }.map(\.subject)
        #expect(found.contains(books.name(in: crime.subject)), "\(found)")
    }

    @Test func `every rule has a crime that breaks it`() {
        #expect(Set(Self.crimes.map(\.rule)) == Set(Serving.auditRules.map(\.name)))
    }

    @Test func `many breaches are all named`() async throws {
        try await pool.runScript(
            """
            SET LOCAL session_replication_role = replica;
            INSERT INTO public.credit_ledger
            SELECT '\(books.user)', n, 1, 0, 'grant', 'made up ' || n
            FROM generate_series(100, 1799) AS n;
            """)
        let found = try await breaches()
        #expect(found.count { $0.rule == "chain.continued" } == 1_700)
    }
}
