import Foundation
import Ledger
import Logging
import Postgres
import Synchronization
import TestDatabase
import Testing

@testable import Payments

@Suite(.database) struct CheckoutsTests {
    let database: TestDatabase

    init() throws { database = try .current }

    @Test func `two clicks are one purchase, with one page`() async throws {
        let rig = PaymentRig(database)
        let user = try await database.makeUser()
        let first = try await rig.open(by: user)
        #expect(try await rig.open(by: user) == first)
        #expect(first.checkoutURL?.contains(first.checkoutSession ?? "none") == true)
    }

    @Test func `twenty clicks at once are one purchase, asked for under one name`() async throws {
        let provider = CountingCheckout()
        let rig = PaymentRig(database, provider: provider)
        let user = try await database.makeUser()
        let purchases = try await withThrowingTaskGroup(of: Purchase.self) { group in
            for _ in 0..<20 { group.addTask { try await rig.open(by: user) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(purchases.map(\.id)).count == 1)
        #expect(Set(purchases.map(\.checkoutSession)).count == 1)
        #expect(Set(provider.asked.withLock { $0 }).count == 1, "one idempotency key")
    }

    @Test func `another pack, a paid one, an ended one and one about to end are not reused`()
        async throws
    {
        let rig = PaymentRig(database)
        let user = try await database.makeUser()
        let first = try await rig.open(by: user)
        let other = Pack(
            id: "plus", name: "Plus", credits: 900, price: Price(cents: 1_500, currency: "eur"))
        #expect(try await rig.checkouts.open(other, for: user, email: nil).id != first.id)
        try await rig.deliver("checkout.session.completed", rig.session(first))
        let second = try await rig.open(by: user)
        #expect(second.id != first.id)
        try await rig.deliver("checkout.session.expired", rig.session(second))
        let third = try await rig.open(by: user)
        #expect(third.id != second.id)
        _ = try await rig.pool.rows(
            """
            UPDATE public.purchases SET expires_at = now() + interval '4 minutes'
            WHERE id = \(third.id)
            """, as: .service)
        #expect(try await rig.open(by: user).id != third.id)
    }

    @Test func `a page whose answer was lost is asked for again under the same name`() async throws
    {
        let user = try await database.makeUser()
        let provider = CountingCheckout(failing: [.unknown("lost")])
        let rig = PaymentRig(database, provider: provider)
        await #expect(throws: CheckoutError.unknown("lost")) { try await rig.open(by: user) }
        let purchase = try await rig.open(by: user)
        #expect(provider.asked.withLock { $0 } == [purchase.id, purchase.id])
    }

    @Test func `a page that was refused ends its purchase, and the next click makes another`()
        async throws
    {
        let user = try await database.makeUser()
        let provider = CountingCheckout(failing: [.refused("no")])
        let rig = PaymentRig(database, provider: provider)
        await #expect(throws: CheckoutError.refused("no")) { try await rig.open(by: user) }
        let purchase = try await rig.open(by: user)
        let asked = provider.asked.withLock { $0 }
        #expect(asked.count == 2)
        #expect(asked[0] != purchase.id)
        let first = try #require(try await Purchase.find(asked[0], of: user, in: rig.pool))
        #expect(first.status == .failed)
    }

    @Test func `nobody else can look at a purchase`() async throws {
        let rig = PaymentRig(database)
        let purchase = try await rig.open(by: database.makeUser())
        let stranger = try await database.makeUser()
        #expect(try await rig.checkouts.find(purchase.id, of: stranger) == nil)
        #expect(try await rig.checkouts.find(purchase.id, of: purchase.user) == purchase)
    }

    // MARK: What Stripe is asked

    func form(_ options: StripeCheckout.Options, of purchase: Purchase) throws -> StripeForm {
        let url = try #require(URL(string: "https://studio.example"))
        return StripeCheckoutRequest(options: options, back: CheckoutReturn(studio: url))
            .form(for: purchase)
    }

    @Test func `the request says what is sold to whom, and is the same each time`() async throws {
        let purchase = try await PaymentRig(database).open(by: database.makeUser())
        let form = try form(.init(), of: purchase)
        #expect(try self.form(.init(), of: purchase) == form)
        let expected = [
            "mode": "payment", "client_reference_id": "\(purchase.id)",
            "customer_email": "a@example.com", "adaptive_pricing[enabled]": "false",
            "line_items[0][quantity]": "1", "line_items[0][price_data][currency]": "eur",
            "line_items[0][price_data][unit_amount]": "900",
            "line_items[0][price_data][product_data][name]": "Starter: 500 credits",
            "metadata[order_id]": "\(purchase.id)", "metadata[user_id]": "\(purchase.user)",
            "payment_intent_data[metadata][order_id]": "\(purchase.id)",
            "expires_at": "\(Int(purchase.expiresAt.timeIntervalSince1970))",
        ]
        for (name, value) in expected { #expect(form[name] == value, "\(name)") }
        let page = "https://studio.example/studio/#/credits?checkout=checkout_"
        #expect(form["success_url"] == page + purchase.id.compact)
        #expect(form["cancel_url"] == page + purchase.id.compact + "&cancelled=1")
        for absent in ["automatic_tax[enabled]", "managed_payments[enabled]"] {
            #expect(form[absent] == nil)
        }
    }

    @Test func `tax, promotion codes and managed payments are asked for when chosen`() async throws
    {
        let purchase = try await PaymentRig(database).open(by: database.makeUser())
        let taxed = try form(.init(automaticTax: true, promotionCodes: true), of: purchase)
        #expect(taxed["automatic_tax[enabled]"] == "true")
        #expect(taxed["line_items[0][price_data][tax_behavior]"] == "exclusive")
        #expect(taxed["allow_promotion_codes"] == "true")
        let managed = try form(.init(managedPayments: true), of: purchase)
        #expect(managed["managed_payments[enabled]"] == "true")
        #expect(managed["automatic_tax[enabled]"] == nil)
        #expect(managed["line_items[0][price_data][tax_behavior]"] == nil)
    }
}

/// Remembers for which purchases it was asked, and fails as often as told.
private final class CountingCheckout: CheckoutProvider {
    let asked = Mutex<[ID<Purchase>]>([])
    private let failures: Mutex<[CheckoutError]>

    init(failing failures: [CheckoutError] = []) { self.failures = Mutex(failures) }

    func openPage(for purchase: Purchase) throws -> CheckoutPage {
        asked.withLock { $0.append(purchase.id) }
        let failure = failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let failure { throw failure }
        return PlainCheckout().openPage(for: purchase)
    }
}
