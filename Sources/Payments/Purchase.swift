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
    package let credits: Credits
    package let price: Price
    package let status: Status
    package let checkoutSession: String
    package let createdAt: Date
}

extension Purchase {
    static let columns: SQL = """
        id, user_id, pack, credits, amount_cents, currency, status, checkout_session, created_at
        """

    init(_ row: Row) throws {
        let name = try row.value("status", as: String.self)
        guard let status = Status(rawValue: name) else {
            throw PostgresError.decoding(
                column: "status", wanted: "Purchase.Status", found: "'\(name)'")
        }
        self.init(
            id: try row.value("id"), user: try row.value("user_id"), pack: try row.value("pack"),
            credits: try row.value("credits"),
            price: Price(
                cents: try row.value("amount_cents"), currency: try row.value("currency")),
            status: status, checkoutSession: try row.value("checkout_session"),
            createdAt: try row.value("created_at"))
    }

    /// Records that somebody is about to buy a pack.
    package static func open(
        _ pack: Pack, for user: ID<User>, session: String, in transaction: Transaction
    ) throws -> Purchase {
        let row = try transaction.row(
            """
            INSERT INTO public.purchases
              (id, user_id, pack, credits, amount_cents, currency, checkout_session)
            VALUES (\(ID<Purchase>.new()), \(user), \(pack.id), \(pack.credits),
                    \(pack.price.cents), \(pack.price.currency), \(session))
            RETURNING \(Purchase.columns)
            """)
        guard let row else { throw PostgresError.disconnected("no row came back") }
        return try Purchase(row)
    }

    /// One of this person's purchases.
    package static func find(
        _ id: ID<Purchase>, of user: ID<User>, in pool: Pool
    ) async throws -> Purchase? {
        let rows = try await pool.rows(
            """
            SELECT \(Purchase.columns) FROM public.purchases
            WHERE id = \(id) AND user_id = \(user)
            """, as: .user(user))
        return try rows.first.map(Purchase.init)
    }

    /// The purchase behind a checkout session, whoever's it is.
    package static func find(session: String, in pool: Pool) async throws -> Purchase? {
        let rows = try await pool.rows(
            "SELECT \(Purchase.columns) FROM public.purchases WHERE checkout_session = \(session)",
            as: .service)
        return try rows.first.map(Purchase.init)
    }

    /// Like `find(session:)`, holding the row until the transaction is over.
    static func lock(session: String, in transaction: Transaction) throws -> Purchase? {
        try transaction.row(
            """
            SELECT \(Purchase.columns) FROM public.purchases
            WHERE checkout_session = \(session) FOR UPDATE
            """
        ).map(Purchase.init)
    }

    /// Marks the purchase paid and gives its credits, once however often it is told.
    func settle(paymentIntent: String?, in transaction: Transaction) throws {
        guard status != .paid else { return }
        try transaction.rows(
            """
            UPDATE public.purchases
            SET status = 'paid', paid_at = now(), payment_intent = \(paymentIntent)
            WHERE id = \(id)
            """)
        try Ledger.purchase(
            credits, by: user, reference: "\(id)", note: "\(credits) credits bought",
            in: transaction)
        try transaction.notify(Notice("placemint_events", "credits \(user)"))
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
