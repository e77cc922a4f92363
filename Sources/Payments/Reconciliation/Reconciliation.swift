package import Foundation
package import Logging
import Postgres

/// Compares what Stripe knows with what is on record here, and makes good what was missed.
///
/// Everything it repairs goes through the same verbs as an event does, so it is safe at any time,
/// in several processes at once, and when it dies halfway.
package struct Reconciliation: Sendable {
    /// How far back a periodic run looks. Stripe keeps events for 30 days.
    package static let shortWindow = Duration.seconds(2 * 86_400)
    package static let longWindow = Duration.seconds(30 * 86_400)
    /// An open purchase whose page was never heard of is over when Stripe has forgotten the key.
    private static let unnamedLifetime = Duration.seconds(86_400)

    let events: StripeEvents
    let logger: Logger
    var pool: Pool { events.pool }

    package init(events: StripeEvents, logger: Logger) {
        self.events = events
        self.logger = logger
    }

    /// One run.
    /// - Parameter window: how far back to look.
    /// - Throws: `PostgresError`; `StripeError` when Stripe cannot be asked: what was repaired up
    ///   to then stays repaired.
    package func run(window: Duration, now: Date = Date()) async throws -> Report {
        var report = Report()
        let since = now.addingTimeInterval(-(window / .seconds(1)))
        if let client = events.client {
            try await recoverEvents(from: client, since: since, &report)
        }
        while try await events.applyDue() > 0 {}
        if let client = events.client {
            try await settleOverdue(with: client, &report)
            try await compareSessions(with: client, since: since, &report)
            try await compareReversals(with: client, since: since, &report)
        }
        report.expired += try await expireUnnamed()
        try await countOpenMatters(&report)
        return report
    }

    // MARK: Events that were never delivered

    private func recoverEvents(
        from client: StripeClient, since: Date, _ report: inout Report
    ) async throws {
        var last: String?
        for _ in 0..<Self.pageLimit {
            let page = try await client.undeliveredEvents(since: since, after: last)
            for (event, body) in page.events {
                let isNew = try await events.record(event, body, grace: .zero)
                if isNew { report.recoveredEvents += 1 }
            }
            last = page.events.last?.event.id
            guard page.hasMore, last != nil else { return }
        }
        logger.error("Too many events were not delivered to recover them at once")
    }

    /// Hands over page after page, until there is none, or too many.
    private func eachPage<Item: Decodable & Sendable>(
        _ client: StripeClient, _ path: String, since: Date,
        where filters: [(String, String)] = [],
        _ body: (StripeList<Item>) async throws -> String?
    ) async throws {
        var last: String?
        for _ in 0..<Self.pageLimit {
            let page: StripeList<Item> = try await client.page(
                path, since: since, after: last, where: filters)
            last = try await body(page)
            guard page.hasMore, last != nil else { return }
        }
        logger.error("A list at Stripe is too long to compare", metadata: ["list": "\(path)"])
    }

    /// 100,000 items. Who sells more in a window compares shorter ones.
    private static let pageLimit = 1_000

    // MARK: Purchases that should be over

    private func settleOverdue(
        with client: StripeClient, _ report: inout Report
    ) async throws {
        let rows = try await pool.rows(
            """
            SELECT checkout_session FROM public.purchases
            WHERE status IN ('open', 'awaiting_payment') AND expires_at < now()
              AND checkout_session NOT LIKE 'cs\\_sandbox\\_%'
            ORDER BY expires_at LIMIT 1000
            """, as: .service)
        for row in rows {
            let session = try row.value("checkout_session", as: String.self)
            do {
                try await bringUpToDate(try await client.session(session), &report)
            } catch StripeError.refused(404, _, _, _) {
                report.differences.append(.unknownAtStripe(session: session))
            }
        }
    }

    private func expireUnnamed() async throws -> Int {
        try await pool.transaction { transaction in
            try transaction.rows(
                """
                UPDATE public.purchases SET status = 'expired'
                WHERE status = 'open'
                  AND created_at < now() - make_interval(
                    secs => \(Self.unnamedLifetime / .seconds(1)))
                  AND (checkout_session IS NULL OR checkout_session LIKE 'cs\\_sandbox\\_%')
                RETURNING id
                """
            ).count
        }
    }

    // MARK: Sessions

    private func compareSessions(
        with client: StripeClient, since: Date, _ report: inout Report
    ) async throws {
        var seen: Set<String> = []
        try await eachPage(
            client, "checkout/sessions", since: since,
            where: [("status", StripeSession.Status.complete)]
        ) { (page: StripeList<StripeSession>) in
            for session in page.data where session.isOurs {
                try await bringUpToDate(session, &report)
                if session.paymentStatus != "unpaid" { seen.insert(session.id) }
                report.comparedSessions += 1
            }
            return page.data.last?.id
        }
        try await findUnpaid(with: client, since: since, except: seen, &report)
    }

    private func bringUpToDate(
        _ session: StripeSession, _ report: inout Report
    ) async throws {
        let before = try await Purchase.find(session: session.id, in: pool)
        if case .review(let reason) = try await events.apply(session) {
            report.differences.append(.doesNotFit(session: session.id, reason))
            return
        }
        guard let after = try await Purchase.find(session: session.id, in: pool) else { return }
        if before?.status != .paid, after.status == .paid {
            report.settled.append(session.id)
        } else if before?.status != after.status, after.status == .expired {
            report.expired += 1
        }
        if let total = session.amountTotal, let paid = after.paidCents, total != paid {
            report.differences.append(
                .doesNotFit(
                    session: session.id, "Stripe charged \(total), on record is \(paid)"))
        }
    }

    /// Purchases that are paid here: Stripe has to agree.
    private func findUnpaid(
        with client: StripeClient, since: Date, except seen: Set<String>, _ report: inout Report
    ) async throws {
        var last = ""
        while true {
            let rows = try await pool.rows(
                """
                SELECT checkout_session FROM public.purchases
                WHERE status = 'paid' AND paid_at >= \(since) AND checkout_session > \(last)
                  AND checkout_session NOT LIKE 'cs\\_sandbox\\_%'
                ORDER BY checkout_session LIMIT 100
                """, as: .service)
            for row in rows {
                last = try row.value("checkout_session")
                if seen.contains(last) { continue }
                if try await !isPaid(last, at: client) {
                    report.differences.append(.notPaidAtStripe(session: last))
                }
            }
            if rows.isEmpty { return }
        }
    }

    private func isPaid(_ session: String, at client: StripeClient) async throws -> Bool {
        do {
            let session = try await client.session(session)
            return session.status == StripeSession.Status.complete
                && session.paymentStatus != "unpaid"
        } catch StripeError.refused(404, _, _, _) {
            return false
        }
    }

    // MARK: Refunds and disputes

    private func compareReversals(
        with client: StripeClient, since: Date, _ report: inout Report
    ) async throws {
        try await eachPage(client, "refunds", since: since) {
            (page: StripeList<StripeRefund>) in
            for refund in page.data {
                let date = Date(timeIntervalSince1970: Double(refund.created ?? 0))
                try await take(
                    refund.reversal(at: date), refund.paymentIntent, refund.currency, &report)
            }
            return page.data.last?.id
        }
        try await eachPage(client, "disputes", since: since) {
            (page: StripeList<StripeDispute>) in
            for dispute in page.data {
                let date = Date(timeIntervalSince1970: Double(dispute.created ?? 0))
                try await take(
                    dispute.reversal(funds: .untouched, at: date), dispute.paymentIntent,
                    dispute.currency, &report)
            }
            return page.data.last?.id
        }
    }

    private func take(
        _ reversal: Reversal, _ payment: String?, _ currency: String, _ report: inout Report
    ) async throws {
        let (outcome, hasMoved) = try await pool.transaction { transaction in
            var before = Purchase?.none
            let outcome = try Purchase.withPayment(payment, currency, in: transaction) {
                before = $0
                return try $0.take(reversal, in: transaction)
            }
            let after = try before.flatMap {
                try Purchase.lock(where: "id = \($0.id)", in: transaction)
            }
            return (outcome, before?.clawedBack != after?.clawedBack)
        }
        if hasMoved { report.reversed.append(reversal.id) }
        if case .review(let reason) = outcome {
            report.differences.append(.doesNotFit(session: reversal.id, reason))
        }
    }

    // MARK: What is left

    private func countOpenMatters(_ report: inout Report) async throws {
        let rows = try await pool.rows(
            """
            SELECT id, type, review_reason, attempts, last_error
            FROM public.stripe_events WHERE applied_at IS NULL
            ORDER BY received_at LIMIT 1000
            """, as: .service)
        for row in rows {
            let event = Report.Event(
                id: try row.value("id"), type: try row.value("type"),
                attempts: try row.value("attempts"),
                reason: try row.optional("review_reason") ?? row.optional("last_error"))
            if try row.optional("review_reason", as: String.self) != nil {
                report.toReview.append(event)
            } else {
                report.waiting.append(event)
            }
        }
    }
}
