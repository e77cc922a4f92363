import Foundation
import Ledger
import Logging
import Payments
import Postgres
import TestDatabase
import Testing

@Suite(.database) struct StripeEventsTests {
    let database: TestDatabase
    var pool: Pool { database.pool }
    let secret = "whsec_test"
    let pack = Pack(
        id: "starter", name: "Starter", credits: 500, price: Price(cents: 500, currency: "eur"))

    init() throws { database = try .current }

    var events: StripeEvents {
        StripeEvents(pool: pool, secrets: [secret], logger: Logger(label: "tests"))
    }

    func purchase(by user: ID<User>) async throws -> Purchase {
        try await pool.transaction {
            try Purchase.open(
                pack, for: user, session: "cs_\(UUID().uuidString)", in: $0)
        }
    }

    func deliver(
        _ type: String, id: String = "evt_1", of purchase: Purchase, changing: [String: Any] = [:]
    ) async throws {
        let session: [String: Any] = [
            "id": purchase.checkoutSession, "object": "checkout.session", "mode": "payment",
            "currency": "eur", "amount_subtotal": 500, "payment_status": "paid",
            "payment_intent": "pi_\(purchase.id)",
        ]
        let event: [String: Any] = [
            "id": id, "object": "event", "type": type,
            "data": ["object": session.merging(changing) { $1 }],
        ]
        let body = try JSONSerialization.data(withJSONObject: event)
        let header = StripeSignature.header(for: body, secret: secret, at: Date())
        try await events.receive(body, signature: header)
    }

    func state(of purchase: Purchase) async throws -> (Purchase.Status?, Int) {
        let found = try await Purchase.find(session: purchase.checkoutSession, in: pool)
        let balance = try await Statement(pool, of: purchase.user).balance()
        return (found?.status, balance.amount)
    }

    @Test func `a paid session gives its credits, once for fifty copies at once`() async throws {
        let purchase = try await purchase(by: database.makeUser())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await deliver(
                        number.isMultiple(of: 2)
                            ? "checkout.session.completed"
                            : "checkout.session.async_payment_succeeded",
                        id: "evt_\(number % 4)", of: purchase)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await state(of: purchase) == (.paid, 500))
        let entries = try await Statement(pool, of: purchase.user).entries(limit: 10)
        #expect(entries.map(\.kind) == [.purchase])
    }

    @Test func `unpaid waits, and counts when the money comes`() async throws {
        let purchase = try await purchase(by: database.makeUser())
        try await deliver(
            "checkout.session.completed", of: purchase, changing: ["payment_status": "unpaid"])
        #expect(try await state(of: purchase) == (.awaitingPayment, 0))
        try await deliver("checkout.session.async_payment_succeeded", id: "evt_2", of: purchase)
        #expect(try await state(of: purchase) == (.paid, 500))
    }

    @Test(arguments: [
        ("checkout.session.expired", Purchase.Status.expired),
        ("checkout.session.async_payment_failed", .failed),
    ])
    func `an ended session gives nothing, and cannot undo a paid one`(
        type: String, status: Purchase.Status
    ) async throws {
        let unpaid = try await purchase(by: database.makeUser())
        try await deliver(type, of: unpaid, changing: ["payment_status": "unpaid"])
        #expect(try await state(of: unpaid) == (status, 0))
        let paid = try await purchase(by: database.makeUser())
        try await deliver("checkout.session.completed", id: "evt_2", of: paid)
        try await deliver(type, id: "evt_3", of: paid)
        #expect(try await state(of: paid) == (.paid, 500))
    }

    @Test(
        arguments: [
            ["amount_subtotal": 1], ["currency": "usd"], ["mode": "subscription"],
            ["payment_status": "no_payment_required"], ["id": "cs_of_somebody_else"],
        ] as [[String: any Sendable]])
    func `what does not fit the purchase changes nothing and is on record`(
        change: [String: any Sendable]
    ) async throws {
        let purchase = try await purchase(by: database.makeUser())
        try await deliver("checkout.session.completed", of: purchase, changing: change)
        #expect(try await state(of: purchase) == (.open, 0))
        let rows = try await pool.rows(
            "SELECT last_error FROM public.stripe_events WHERE applied_at IS NULL", as: .service)
        #expect(try rows.first?.optional("last_error", as: String.self) != nil)
    }

    @Test func `other types are recorded and done with`() async throws {
        let purchase = try await purchase(by: database.makeUser())
        try await deliver("invoice.paid", of: purchase)
        #expect(try await state(of: purchase) == (.open, 0))
        let rows = try await pool.rows(
            "SELECT FROM public.stripe_events WHERE applied_at IS NOT NULL", as: .service)
        #expect(rows.count == 1)
    }

    @Test func `an event that was recorded but not applied is applied by its next copy`()
        async throws
    {
        let purchase = try await purchase(by: database.makeUser())
        _ = try await pool.rows(
            """
            INSERT INTO public.stripe_events (id, type, payload)
            VALUES ('evt_1', 'checkout.session.completed', '{}')
            """, as: .service)
        try await deliver("checkout.session.completed", of: purchase)
        #expect(try await state(of: purchase) == (.paid, 500))
    }

    @Test func `a forged or thin delivery is refused and leaves no trace`() async throws {
        let body = Data(#"{"id":"evt_1","object":"v2.core.event","type":"x"}"#.utf8)
        await #expect(throws: StripeEvents.Refusal.badSignature) {
            try await events.receive(body, signature: "t=1,v1=00")
        }
        let header = StripeSignature.header(for: body, secret: secret, at: Date())
        await #expect(throws: StripeEvents.Refusal.notAnEvent) {
            try await events.receive(body, signature: header)
        }
        let rows = try await pool.rows("SELECT FROM public.stripe_events", as: .service)
        #expect(rows.isEmpty)
    }
}
