import Ledger
package import Logging
package import Postgres

/// Buying packs: opens purchases, and finds out how they ended.
package struct Checkouts: Sendable {
    /// How long a page can be paid on. Stripe takes 30 minutes to 24 hours.
    private static let lifetime = Duration.seconds(3_600)
    /// A page that ends sooner is not worth sending anybody to.
    private static let remainder = Duration.seconds(300)
    /// Within this time a page that may or may not have been opened is asked for again under the
    /// same name, and its `expires_at` still satisfies Stripe.
    private static let retryWindow = Duration.seconds(600)
    /// The least time between two questions to the provider about one purchase.
    private static let lookAgain = Duration.seconds(5)

    private let pool: Pool
    private let provider: any CheckoutProvider
    private let events: StripeEvents
    private let logger: Logger

    package init(
        pool: Pool, provider: any CheckoutProvider, events: StripeEvents, logger: Logger
    ) {
        self.pool = pool
        self.provider = provider
        self.events = events
        self.logger = logger
    }

    /// Opens a purchase and the page on which it is paid. While one is open for the same pack at
    /// the same price, that one is answered again: two clicks are one purchase.
    ///
    /// The purchase is on record before the provider is asked, and its id is the request's
    /// idempotency key. So a process that dies in between, an answer that is lost, and two clicks
    /// at once all lead to one session.
    /// - Throws: `CheckoutError`; `LedgerError.noSuchUser`; `PostgresError`.
    package func open(
        _ pack: Pack, for user: ID<User>, email: String?
    ) async throws -> Purchase {
        let purchase = try await pool.transaction { transaction in
            try Ledger.lock(user, in: transaction)
            return try reusable(pack, for: user, in: transaction)
                ?? insert(pack, for: user, email: email, in: transaction)
        }
        if purchase.checkoutURL != nil {
            // Its page may have been paid without anybody telling us yet.
            let current = try await find(purchase.id, of: user) ?? purchase
            return current.status == .open
                ? current : try await open(pack, for: user, email: email)
        }
        do {
            return try await record(try await provider.openPage(for: purchase), of: purchase)
        } catch let error as CheckoutError {
            logger.error(
                "No checkout page could be opened",
                metadata: ["purchase.id": "\(purchase.id)", "error": "\(error)"])
            if case .refused = error {
                try await pool.transaction { try purchase.move(to: .failed, in: $0) }
            }
            throw error
        }
    }

    /// One of this person's purchases, as it stands at the provider: whoever comes back from
    /// paying need not wait for the provider's own message.
    /// - Throws: `PostgresError`.
    package func find(_ id: ID<Purchase>, of user: ID<User>) async throws -> Purchase? {
        guard let purchase = try await Purchase.find(id, of: user, in: pool) else { return nil }
        guard purchase.isUnsettled, let session = purchase.checkoutSession,
            let client = events.client, try await mayLookAgain(id)
        else { return purchase }
        do {
            _ = try await events.apply(try await client.session(session))
        } catch let error as StripeError {
            logger.warning(
                "Stripe cannot say how a purchase stands",
                metadata: ["purchase.id": "\(id)", "error": "\(error)"])
        }
        return try await Purchase.find(id, of: user, in: pool)
    }

    // MARK: Rows

    private func reusable(
        _ pack: Pack, for user: ID<User>, in transaction: Transaction
    ) throws -> Purchase? {
        // Not locked: whoever opens a purchase of this person's has to wait for us.
        try transaction.row(
            """
            SELECT \(Purchase.columns) FROM public.purchases
            WHERE user_id = \(user) AND status = 'open' AND pack = \(pack.id)
              AND credits = \(pack.credits) AND amount_cents = \(pack.price.cents)
              AND currency = \(pack.price.currency)
              AND CASE WHEN checkout_url IS NULL
                THEN checkout_session IS NULL AND created_at >
                  now() - make_interval(secs => \(Self.retryWindow / .seconds(1)))
                ELSE expires_at > now() + make_interval(secs => \(Self.remainder / .seconds(1)))
                END
            ORDER BY created_at DESC LIMIT 1
            """
        ).map(Purchase.init)
    }

    private func insert(
        _ pack: Pack, for user: ID<User>, email: String?, in transaction: Transaction
    ) throws -> Purchase {
        let row = try transaction.row(
            """
            INSERT INTO public.purchases
              (id, user_id, pack, title, credits, amount_cents, currency, customer_email,
               expires_at)
            VALUES (\(ID<Purchase>.new()), \(user), \(pack.id), \(pack.name), \(pack.credits),
                    \(pack.price.cents), \(pack.price.currency), \(email),
                    date_trunc('second', now())
                      + make_interval(secs => \(Self.lifetime / .seconds(1))))
            RETURNING \(Purchase.columns)
            """)
        guard let row else { throw PostgresError.disconnected("no row came back") }
        return try Purchase(row)
    }

    /// Writes down the page, unless a twin of this request was faster.
    private func record(_ page: CheckoutPage, of purchase: Purchase) async throws -> Purchase {
        try await pool.transaction { transaction in
            try transaction.rows(
                """
                UPDATE public.purchases
                SET checkout_session = \(page.session), checkout_url = \(page.url)
                WHERE id = \(purchase.id) AND checkout_url IS NULL
                  AND coalesce(checkout_session, \(page.session)) = \(page.session)
                """)
            let row = try transaction.row(
                "SELECT \(Purchase.columns) FROM public.purchases WHERE id = \(purchase.id)")
            guard let row else { throw PostgresError.disconnected("no row came back") }
            return try Purchase(row)
        }
    }

    private func mayLookAgain(_ id: ID<Purchase>) async throws -> Bool {
        let rows = try await pool.rows(
            """
            UPDATE public.purchases SET checked_at = now()
            WHERE id = \(id) AND coalesce(checked_at, '-infinity')
              < now() - make_interval(secs => \(Self.lookAgain / .seconds(1)))
            RETURNING id
            """, as: .service)
        return !rows.isEmpty
    }
}
