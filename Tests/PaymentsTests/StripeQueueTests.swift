import Foundation
import Ledger
import Postgres
import TestDatabase
import Testing

@testable import Payments

/// Events that were recorded and not applied: retried, visible, never lost.
@Suite(.database) struct StripeQueueTests {
    let rig: PaymentRig
    var pool: Pool { rig.pool }

    init() throws { rig = PaymentRig(try .current) }

    /// As a process leaves it that dies between its two transactions.
    func recordOnly(_ purchase: Purchase, id: String = "evt_1") async throws {
        let body = try PaymentRig.body(
            "checkout.session.completed", rig.session(purchase), id: id)
        let event = try JSONDecoder.stripe.decode(StripeEvent.self, from: body)
        #expect(try await rig.events.record(event, body, grace: .zero))
    }

    @Test func `an event that was only recorded is applied by the worker, once`() async throws {
        let purchase = try await rig.open(by: rig.database.makeUser())
        try await recordOnly(purchase)
        #expect(try await rig.state(of: purchase) == (.open, 0))
        let tried = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { try await rig.events.applyDue() } }
            return try await group.reduce(0, +)
        }
        #expect(tried >= 1)
        #expect(try await rig.state(of: purchase) == (.paid, 500))
        #expect(try await rig.events.applyDue() == 0)
    }

    @Test func `an event that was only recorded is applied by its next copy`() async throws {
        let purchase = try await rig.open(by: rig.database.makeUser())
        try await recordOnly(purchase)
        try await rig.deliver("checkout.session.completed", rig.session(purchase), id: "evt_1")
        #expect(try await rig.state(of: purchase) == (.paid, 500))
    }

    @Test func `the worker leaves an event to whoever has just recorded it`() async throws {
        let purchase = try await rig.open(by: rig.database.makeUser())
        let body = try PaymentRig.body(
            "checkout.session.completed", rig.session(purchase), id: "evt_1")
        let event = try JSONDecoder.stripe.decode(StripeEvent.self, from: body)
        _ = try await rig.events.record(event, body, grace: .seconds(60))
        #expect(try await rig.events.applyDue() == 0)
    }

    @Test func `an event that cannot be applied yet waits longer each time, then for a person`()
        async throws
    {
        let purchase = try await rig.open(by: rig.database.makeUser())
        try await rig.deliver("refund.created", rig.refund(purchase))
        var pauses: [Double] = []
        for _ in 0..<4 {
            try await rig.applyWaiting()
            let rows = try await pool.rows(
                """
                SELECT extract(epoch FROM next_attempt_at - now())::float8 AS pause
                FROM public.stripe_events WHERE applied_at IS NULL AND review_reason IS NULL
                """, as: .service)
            pauses.append(try #require(try rows.first?.value("pause", as: Double.self)))
        }
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $1 > 1.8 * $0 }, "\(pauses)")
        #expect(try await rig.reviews() == [])
        _ = try await pool.rows(
            "UPDATE public.stripe_events SET received_at = now() - interval '73 hours'",
            as: .service)
        try await rig.applyWaiting()
        #expect(try await rig.reviews().count == 1)
    }

    @Test func `an event that breaks a constraint waits for a person and stops nothing else`()
        async throws
    {
        let first = try await rig.buyer()
        let second = try await rig.open(by: rig.database.makeUser())
        // The same payment cannot have paid for both.
        try await rig.deliver(
            "checkout.session.completed",
            rig.session(second, changing: ["payment_intent": PaymentRig.payment(of: first)]))
        #expect(try await rig.state(of: second) == (.open, 0))
        #expect(try await rig.reviews().first?.contains("payment_intent_once") == true)
    }

    @Test func `an operator has an event tried again, or puts it away, and is on record`()
        async throws
    {
        let purchase = try await rig.open(by: rig.database.makeUser())
        try await rig.deliver(
            "checkout.session.completed", rig.session(purchase, changing: ["currency": "usd"]),
            id: "evt_odd")
        // Stripe's side cannot be changed, but ours can.
        _ = try await pool.rows(
            "UPDATE public.purchases SET currency = 'usd' WHERE id = \(purchase.id)",
            as: .service)
        let retry = try OperatorAction(.retryEvent, by: "ops", reason: "the currency was ours")
        try await rig.events.retry("evt_odd", by: retry)
        #expect(try await rig.state(of: purchase) == (.paid, 500))

        try await rig.deliver(
            "checkout.session.completed", rig.session(purchase, changing: ["mode": "setup"]),
            id: "evt_away")
        let dismiss = try OperatorAction(.dismissEvent, by: "ops", reason: "a test of theirs")
        try await rig.events.dismiss("evt_away", by: dismiss)
        #expect(try await rig.reviews() == [])
        await #expect(throws: StripeEvents.ReviewError.notWaiting("evt_away")) {
            try await rig.events.retry("evt_away", by: retry)
        }
        let rows = try await pool.rows(
            "SELECT operator, action, subject, reason FROM public.operator_actions ORDER BY 2",
            as: .service)
        #expect(
            try rows.map { try $0.value("subject", as: String.self) } == ["evt_away", "evt_odd"])
        #expect(try rows.allSatisfy { try $0.value("operator", as: String.self) == "ops" })
    }
}
