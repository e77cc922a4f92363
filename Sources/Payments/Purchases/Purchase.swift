package import Foundation
package import Ledger
package import Postgres

/// One pack somebody is buying or has bought. Its credits and price are fixed when it is made;
/// no amount that comes back from outside ever decides how many credits there are.
package struct Purchase: Equatable, Sendable {
    package enum Status: String, Sendable {
        case open
        case awaitingPayment = "awaiting_payment"
        case paid, failed, expired
    }

    package let id: ID<Purchase>
    package let user: ID<User>
    package let pack: String
    /// The pack's name when it was bought.
    package let title: String
    package let credits: Credits
    package let price: Price
    package let email: String?
    package let status: Status
    /// `nil` until the payment provider has made one.
    package let checkoutSession: String?
    package let checkoutURL: String?
    package let createdAt: Date
    package let expiresAt: Date
    /// What was charged in the end, with tax and after discounts.
    let paidCents: Int?
    let clawedBack: Credits
    let refundedCentsReported: Int
    let reversalEntries: Int
}

extension Purchase {
    static let columns: SQL = """
        id, user_id, pack, title, credits, amount_cents, currency, customer_email, status,
        checkout_session, checkout_url, created_at,
        coalesce(expires_at, created_at + interval '1 day') AS expires_at,
        paid_cents, clawed_back, refunded_cents_reported, reversal_entries
        """

    init(_ row: Row) throws {
        let name = try row.value("status", as: String.self)
        guard let status = Status(rawValue: name) else {
            throw PostgresError.decoding(
                column: "status", wanted: "Purchase.Status", found: "'\(name)'")
        }
        self.init(
            id: try row.value("id"), user: try row.value("user_id"), pack: try row.value("pack"),
            title: try row.value("title"), credits: try row.value("credits"),
            price: Price(
                cents: try row.value("amount_cents"), currency: try row.value("currency")),
            email: try row.optional("customer_email"), status: status,
            checkoutSession: try row.optional("checkout_session"),
            checkoutURL: try row.optional("checkout_url"),
            createdAt: try row.value("created_at"), expiresAt: try row.value("expires_at"),
            paidCents: try row.optional("paid_cents"), clawedBack: try row.value("clawed_back"),
            refundedCentsReported: try row.value("refunded_cents_reported"),
            reversalEntries: try row.value("reversal_entries"))
    }

    /// Whether nobody knows yet how it ends.
    package var isUnsettled: Bool { status == .open || status == .awaitingPayment }
}

// MARK: Finding

extension Purchase {
    /// One of this person's purchases.
    package static func find(
        _ id: ID<Purchase>, of user: ID<User>, in pool: Pool
    ) async throws -> Purchase? {
        let rows = try await pool.rows(
            """
            SELECT \(columns) FROM public.purchases
            WHERE id = \(id) AND user_id = \(user)
            """, as: .user(user))
        return try rows.first.map(Purchase.init)
    }

    /// The purchase behind a checkout session, whoever's it is.
    package static func find(session: String, in pool: Pool) async throws -> Purchase? {
        let rows = try await pool.rows(
            "SELECT \(columns) FROM public.purchases WHERE checkout_session = \(session)",
            as: .service)
        return try rows.first.map(Purchase.init)
    }

    /// Finds a purchase and holds its row until the transaction is over.
    static func lock(where condition: SQL, in transaction: Transaction) throws -> Purchase? {
        try transaction.row(
            "SELECT \(columns) FROM public.purchases WHERE \(condition) FOR UPDATE"
        ).map(Purchase.init)
    }
}

// MARK: Being paid

extension Purchase {
    /// Marks the purchase paid and gives its credits, once however often it is told.
    /// - Parameter paidCents: what was charged.
    func settle(
        paidCents: Int, paymentIntent: String?, in transaction: Transaction
    ) throws {
        guard status != .paid else { return }
        try transaction.rows(
            """
            UPDATE public.purchases
            SET status = 'paid', paid_at = now(), payment_intent = \(paymentIntent),
                paid_cents = \(paidCents)
            WHERE id = \(id)
            """)
        try Ledger.purchase(
            credits, by: user, reference: "\(id)", note: "\(title): \(credits) credits",
            in: transaction)
        try transaction.notify(.credits(of: user))
    }

    /// Ends a purchase that was not paid, or notes that its money is on the way. A paid one stays.
    func move(to status: Status, in transaction: Transaction) throws {
        try transaction.rows(
            """
            UPDATE public.purchases SET status = \(status.rawValue)
            WHERE id = \(id) AND status IN ('open', 'awaiting_payment')
            """)
    }
}
