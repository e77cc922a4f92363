import Foundation
import Ledger
import Logging
import Postgres
import TestDatabase

@testable import Payments

/// Payments on a real database, with Stripe's side played by hand.
struct PaymentRig {
    static let secret = "whsec_test"

    let database: TestDatabase
    let events: StripeEvents
    let checkouts: Checkouts
    var pool: Pool { database.pool }

    let pack = Pack(
        id: "starter", name: "Starter", credits: 500, price: Price(cents: 900, currency: "eur"))

    init(
        _ database: TestDatabase, provider: (any CheckoutProvider)? = nil,
        policy: PaymentPolicy = PaymentPolicy(livemode: false)
    ) {
        self.database = database
        let logger = Logger(label: "tests")
        events = StripeEvents(
            pool: database.pool, secrets: [Self.secret], policy: policy, logger: logger)
        checkouts = Checkouts(
            pool: database.pool, provider: provider ?? PlainCheckout(), events: events,
            logger: logger)
    }

    // MARK: Buying

    func open(by user: ID<User>) async throws -> Purchase {
        try await checkouts.open(pack, for: user, email: "a@example.com")
    }

    /// Somebody with one paid pack.
    func buyer() async throws -> Purchase {
        let purchase = try await open(by: database.makeUser())
        try await deliver("checkout.session.completed", session(purchase))
        return purchase
    }

    func session(
        _ purchase: Purchase, changing: [String: any Sendable] = [:]
    ) -> [String: Any] {
        let session: [String: Any] = [
            "id": purchase.checkoutSession ?? "cs_none", "object": "checkout.session",
            "mode": "payment", "livemode": false, "status": "complete", "currency": "eur",
            "amount_subtotal": 900, "amount_total": 900, "payment_status": "paid",
            "payment_intent": Self.payment(of: purchase),
            "client_reference_id": "\(purchase.id)",
            "metadata": ["order_id": "\(purchase.id)", "user_id": "\(purchase.user)"],
        ]
        return session.merging(changing) { $1 }
    }

    static func payment(of purchase: Purchase) -> String { "pi_\(purchase.id.compact)" }

    // MARK: Taking back

    func refund(
        _ purchase: Purchase, _ id: String = "re_1", cents: Int = 900,
        _ status: String = "succeeded"
    ) -> [String: Any] {
        [
            "id": id, "object": "refund", "amount": cents, "currency": "eur", "status": status,
            "payment_intent": Self.payment(of: purchase),
        ]
    }

    func charge(_ purchase: Purchase, refunded: Int) -> [String: Any] {
        [
            "id": "ch_1", "object": "charge", "amount": 900, "amount_refunded": refunded,
            "currency": "eur", "payment_intent": Self.payment(of: purchase),
        ]
    }

    func dispute(
        _ purchase: Purchase, _ id: String = "dp_1", cents: Int = 900,
        _ status: String = "needs_response"
    ) -> [String: Any] {
        [
            "id": id, "object": "dispute", "amount": cents, "currency": "eur", "status": status,
            "payment_intent": Self.payment(of: purchase),
        ]
    }

    // MARK: Delivering

    static func body(
        _ type: String, _ object: [String: Any], id: String, created: Int = 1_763_800_000
    ) throws -> Data {
        try JSONSerialization.data(withJSONObject: [
            "id": id, "object": "event", "type": type, "created": created, "livemode": false,
            "data": ["object": object],
        ])
    }

    func deliver(
        _ type: String, _ object: [String: Any], id: String = "evt_" + UUID().uuidString,
        created: Int = 1_763_800_000
    ) async throws {
        let body = try Self.body(type, object, id: id, created: created)
        let header = StripeSignature.header(for: body, secret: Self.secret, at: Date())
        try await events.receive(body, signature: header)
    }

    /// Lets the pauses of all waiting events pass, then has them applied.
    func applyWaiting() async throws {
        _ = try await pool.rows(
            "UPDATE public.stripe_events SET next_attempt_at = now() WHERE applied_at IS NULL",
            as: .service)
        try await events.applyDue()
    }

    // MARK: Looking

    func state(of purchase: Purchase) async throws -> (Purchase.Status?, Int) {
        let found = try await Purchase.find(purchase.id, of: purchase.user, in: pool)
        let balance = try await Statement(pool, of: purchase.user).balance()
        return (found?.status, balance.amount)
    }

    func balance(of purchase: Purchase) async throws -> Int {
        try await Statement(pool, of: purchase.user).balance().amount
    }

    func freeze(of purchase: Purchase) async throws -> Standing.Freeze? {
        try await Statement(pool, of: purchase.user).standing().freeze
    }

    /// Oldest first: `purchase 500`.
    func entries(of purchase: Purchase) async throws -> [String] {
        try await Statement(pool, of: purchase.user).entries(limit: 100).reversed()
            .map { "\($0.kind) \($0.amount)" }
    }

    func spend(_ credits: Int, by user: ID<User>, for job: String) async throws {
        try await pool.transaction {
            try Ledger.spend(Credits(credits), by: user, reference: job, note: "", in: $0)
        }
    }

    /// Why events wait for a person.
    func reviews() async throws -> [String] {
        let rows = try await pool.rows(
            """
            SELECT review_reason FROM public.stripe_events
            WHERE review_reason IS NOT NULL AND applied_at IS NULL
            """, as: .service)
        return try rows.map { try $0.value("review_reason") }
    }

    func breaches() async throws -> [AuditBreach] {
        let found = Found<AuditBreach>()
        let rules = Ledger.auditRules.filter { $0.name != "job.known" } + Purchase.auditRules
        _ = try await Audit(pool, rules: rules).run { found.add($0) }
        return found.all
    }
}

/// Opens pages without asking anybody.
struct PlainCheckout: CheckoutProvider {
    func openPage(for purchase: Purchase) -> CheckoutPage {
        let session = "cs_test_" + UUID().uuidString
        return CheckoutPage(session: session, url: "https://pay.example/" + session)
    }
}
