import Foundation
import Ledger
import Postgres
import TestDatabase
import Testing

@testable import Payments

@Suite(.database) struct StripeEventsTests {
    let rig: PaymentRig
    var pool: Pool { rig.pool }

    init() throws { rig = PaymentRig(try .current) }

    @Test func `a paid session gives its credits, once for fifty copies at once`() async throws {
        let purchase = try await rig.open(by: rig.database.makeUser())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await rig.deliver(
                        number.isMultiple(of: 2)
                            ? "checkout.session.completed"
                            : "checkout.session.async_payment_succeeded",
                        rig.session(purchase), id: "evt_\(number % 4)")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await rig.state(of: purchase) == (.paid, 500))
        #expect(try await rig.entries(of: purchase) == ["purchase 500"])
        #expect(try await rig.breaches() == [])
    }

    @Test func `unpaid waits, and counts when the money comes`() async throws {
        let purchase = try await rig.open(by: rig.database.makeUser())
        try await rig.deliver(
            "checkout.session.completed",
            rig.session(purchase, changing: ["payment_status": "unpaid"]))
        #expect(try await rig.state(of: purchase) == (.awaitingPayment, 0))
        try await rig.deliver("checkout.session.async_payment_succeeded", rig.session(purchase))
        #expect(try await rig.state(of: purchase) == (.paid, 500))
    }

    @Test func `money that comes before the news that it is awaited counts once`() async throws {
        let purchase = try await rig.open(by: rig.database.makeUser())
        try await rig.deliver("checkout.session.async_payment_succeeded", rig.session(purchase))
        try await rig.deliver(
            "checkout.session.completed",
            rig.session(purchase, changing: ["payment_status": "unpaid"]))
        #expect(try await rig.state(of: purchase) == (.paid, 500))
    }

    @Test(arguments: [
        ("checkout.session.expired", Purchase.Status.expired),
        ("checkout.session.async_payment_failed", .failed),
    ])
    func `an ended session gives nothing, cannot undo a paid one, and can still be paid`(
        type: String, status: Purchase.Status
    ) async throws {
        let purchase = try await rig.open(by: rig.database.makeUser())
        let ended = rig.session(purchase, changing: ["payment_status": "unpaid"])
        try await rig.deliver(type, ended)
        #expect(try await rig.state(of: purchase) == (status, 0))
        try await rig.deliver("checkout.session.completed", rig.session(purchase))
        #expect(try await rig.state(of: purchase) == (.paid, 500))
        try await rig.deliver(type, ended)
        #expect(try await rig.state(of: purchase) == (.paid, 500))
    }

    @Test(
        arguments: [
            (["amount_subtotal": 1], "subtotal"), (["currency": "usd"], "currency"),
            (["mode": "subscription"], "mode"), (["livemode": true], "real payment"),
            (["payment_status": "no_payment_required"], "payment_status"),
            (["client_reference_id": "somebody else's"], "client_reference_id"),
            (["metadata": ["user_id": "somebody else"]], "user_id"),
            (["id": "cs_of_nobody"], "no purchase"),
            (["amount_subtotal": "many"], "cannot be read"),
        ] as [([String: any Sendable], String)])
    func `what does not fit changes nothing and waits for a person`(
        change: [String: any Sendable], reason: String
    ) async throws {
        let purchase = try await rig.open(by: rig.database.makeUser())
        try await rig.deliver(
            "checkout.session.completed", rig.session(purchase, changing: change))
        #expect(try await rig.state(of: purchase) == (.open, 0))
        let reviews = try await rig.reviews()
        #expect(reviews.count == 1)
        #expect(reviews.first?.contains(reason) == true, "\(reviews)")
        try await rig.applyWaiting()
        #expect(try await rig.state(of: purchase) == (.open, 0), "it is not tried again")
    }

    @Test func `what was charged, with tax or less a discount, does not change the credits`()
        async throws
    {
        for total in [1_071, 450] {
            let purchase = try await rig.open(by: rig.database.makeUser())
            try await rig.deliver(
                "checkout.session.completed",
                rig.session(purchase, changing: ["amount_total": total]))
            #expect(try await rig.balance(of: purchase) == 500)
        }
    }

    @Test func `a promotion code pays for a whole pack only where the operator allows it`()
        async throws
    {
        let generous = PaymentRig(
            rig.database,
            policy: PaymentPolicy(livemode: false, allowsFreePurchases: true))
        let purchase = try await generous.open(by: rig.database.makeUser())
        try await generous.deliver(
            "checkout.session.completed",
            generous.session(
                purchase,
                changing: [
                    "payment_status": "no_payment_required", "amount_total": 0,
                    "payment_intent": NSNull(),
                ]))
        #expect(try await generous.state(of: purchase) == (.paid, 500))
        #expect(try await rig.breaches() == [])
    }

    @Test func `other types and other people's sessions are recorded and done with`() async throws {
        try await rig.deliver("invoice.paid", ["id": "in_1", "object": "invoice"])
        try await rig.deliver(
            "checkout.session.completed",
            ["id": "cs_of_another_shop", "object": "checkout.session", "mode": "payment"])
        let rows = try await pool.rows(
            "SELECT FROM public.stripe_events WHERE applied_at IS NOT NULL", as: .service)
        #expect(rows.count == 2)
        #expect(try await rig.reviews() == [])
    }

    @Test func `a session whose name was never written down is known by our reference`()
        async throws
    {
        let user = try await rig.database.makeUser()
        let lost = PaymentRig(rig.database, provider: LostCheckout())
        await #expect(throws: CheckoutError.self) { try await lost.open(by: user) }
        let row = try #require(
            try await pool.rows("SELECT id FROM public.purchases", as: .service).first)
        let purchase = try #require(
            try await Purchase.find(row.value("id"), of: user, in: pool))
        try await rig.deliver(
            "checkout.session.completed", rig.session(purchase, changing: ["id": "cs_lost"]))
        #expect(try await rig.state(of: purchase) == (.paid, 500))
    }

    @Test func `a forged or thin delivery is refused and leaves no trace`() async throws {
        let body = Data(#"{"id":"evt_1","object":"v2.core.event","type":"x"}"#.utf8)
        await #expect(throws: StripeEvents.Refusal.badSignature) {
            try await rig.events.receive(body, signature: "t=1,v1=00")
        }
        let long = String(repeating: "x", count: 300)
        let refused = [
            body, Data("[]".utf8), Data("nonsense".utf8),
            try PaymentRig.body("x", [:], id: ""), try PaymentRig.body("x", [:], id: long),
            try PaymentRig.body("x", ["text": "a\u{0}b"], id: "evt_nul"),
        ]
        for body in refused {
            let header = StripeSignature.header(
                for: body, secret: PaymentRig.secret, at: Date())
            await #expect(throws: StripeEvents.Refusal.notAnEvent) {
                try await rig.events.receive(body, signature: header)
            }
        }
        let rows = try await pool.rows("SELECT FROM public.stripe_events", as: .service)
        #expect(rows.isEmpty)
    }
}

/// Its answer never arrives.
private struct LostCheckout: CheckoutProvider {
    func openPage(for purchase: Purchase) throws -> CheckoutPage {
        throw CheckoutError.unknown("the connection broke")
    }
}
