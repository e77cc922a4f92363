import Foundation
import Ledger
import Postgres

extension Purchase {
    /// Takes in what is known of a refund or a dispute, and moves credits to match.
    func take(_ news: Reversal, in transaction: Transaction) throws -> Outcome {
        guard news.rank != nil else {
            return .review("a \(news.kind.rawValue) with the status '\(news.status)'")
        }
        guard news.cents >= 0 else { return .review("a negative amount") }
        let row = try transaction.row(
            """
            SELECT purchase_id, \(Reversal.columns) FROM public.purchase_reversals
            WHERE id = \(news.id)
            """)
        var reversal = news
        if let row {
            guard try row.value("purchase_id") == id else {
                return .review("'\(news.id)' belongs to another purchase")
            }
            reversal = try Reversal(row)
            reversal.merge(news)
        }
        try save(reversal, in: transaction)
        try balanceReversals(because: reversal, in: transaction)
        return .applied
    }

    /// Takes in what the charge says was refunded so far.
    func take(reportedCents: Int, in transaction: Transaction) throws -> Outcome {
        guard reportedCents > refundedCentsReported else { return .applied }
        let row = try transaction.row(
            """
            UPDATE public.purchases SET refunded_cents_reported = \(reportedCents)
            WHERE id = \(id) RETURNING \(Purchase.columns)
            """)
        try row.map(Purchase.init)?.balanceReversals(because: nil, in: transaction)
        return .applied
    }

    private func save(_ reversal: Reversal, in transaction: Transaction) throws {
        try transaction.rows(
            """
            INSERT INTO public.purchase_reversals
              (id, purchase_id, kind, amount_cents, status, funds, created_at, updated_at)
            VALUES (\(reversal.id), \(id), \(reversal.kind.rawValue), \(reversal.cents),
                    \(reversal.status), \(reversal.funds.rawValue), now(), \(reversal.updatedAt))
            ON CONFLICT (id) DO UPDATE
            SET amount_cents = excluded.amount_cents, status = excluded.status,
                funds = excluded.funds, updated_at = excluded.updated_at
            """)
    }

    /// Claws back or reinstates what the refunds and disputes amount to by now. The purchase's row
    /// is held, so nobody does the same at the same time.
    private func balanceReversals(
        because cause: Reversal?, in transaction: Transaction
    ) throws {
        let rows = try transaction.rows(
            """
            SELECT \(Reversal.columns) FROM public.purchase_reversals WHERE purchase_id = \(id)
            """)
        let reversals = Reversals(
            credits: credits.amount, paidCents: paidCents ?? 0,
            reportedCents: refundedCentsReported, all: try rows.map(Reversal.init))
        let target = Credits(reversals.clawback)
        if target != clawedBack {
            try transaction.rows(
                """
                UPDATE public.purchases
                SET clawed_back = \(target), reversal_entries = reversal_entries + 1
                WHERE id = \(id)
                """)
            try post(from: clawedBack, to: target, because: cause, in: transaction)
        }
        try updateHold(in: transaction)
        try transaction.notify(.credits(of: user))
    }

    private func post(
        from before: Credits, to target: Credits, because cause: Reversal?,
        in transaction: Transaction
    ) throws {
        let reference = "\(id)/\(reversalEntries + 1)"
        let isDispute = cause?.kind == .dispute
        if target > before {
            try Ledger.clawBack(
                Credits(target.amount - before.amount), from: user, reference: reference,
                note: "\(title): payment \(isDispute ? "disputed" : "refunded")", in: transaction)
        } else {
            try Ledger.reinstate(
                Credits(before.amount - target.amount), to: user, reference: reference,
                note: "\(title): \(isDispute ? "dispute over" : "refund cancelled")",
                in: transaction)
        }
    }

    /// Nothing can be spent while any payment of the person's is disputed. Asked under the lock
    /// of the person's row, so that two disputes see each other.
    private func updateHold(in transaction: Transaction) throws {
        try Ledger.lock(user, in: transaction)
        let rows = try transaction.rows(
            """
            SELECT \(Reversal.columns), created_at FROM public.purchase_reversals
            WHERE kind = 'dispute'
              AND purchase_id IN (SELECT id FROM public.purchases WHERE user_id = \(user))
            """)
        let starts = try rows.compactMap { row -> Date? in
            try Reversal(row).isOpenDispute ? try row.value("created_at") : nil
        }
        try Ledger.holdSpending(of: user, since: starts.min(), in: transaction)
    }
}

extension Reversal {
    static let columns: SQL = "id, kind, amount_cents, status, funds, updated_at"

    init(_ row: Row) throws {
        let kind = try row.value("kind", as: String.self)
        let funds = try row.value("funds", as: String.self)
        guard let kind = Kind(rawValue: kind), let funds = Funds(rawValue: funds) else {
            throw PostgresError.decoding(
                column: "kind", wanted: "Reversal.Kind", found: "'\(kind)', '\(funds)'")
        }
        self.init(
            id: try row.value("id"), kind: kind, cents: try row.value("amount_cents"),
            status: try row.value("status"), funds: funds,
            updatedAt: try row.value("updated_at"))
    }
}
