package import Ledger
package import Postgres

/// What a program may still order in its owner's name.
package struct Allowance: Sendable {
    /// The key that the program shows.
    package enum Key {}

    package let key: ID<Key>
    /// What its videos may cost in a calendar month (UTC); `nil` is no limit.
    package let monthlyLimit: Credits?

    package init(key: ID<Key>, monthlyLimit: Credits?) {
        self.key = key
        self.monthlyLimit = monthlyLimit
    }

    /// Videos that failed were refunded, and count for nothing. Called after the spend, which holds
    /// the person's row: two orders at once cannot both be the last that fits.
    /// - Throws: `OrderError` `key_limit_reached`, which undoes the spend.
    func check(_ cost: Credits, in transaction: Transaction) throws {
        guard let monthlyLimit else { return }
        let row = try transaction.row(
            """
            SELECT coalesce(sum(credits), 0)::bigint AS spent FROM public.jobs
            WHERE api_key_id = \(key) AND status <> 'failed'
              AND created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
            """)
        let spent = Credits(try row?.value("spent") ?? 0)
        guard spent.amount + cost.amount <= monthlyLimit.amount else {
            throw OrderError(
                .keyLimitReached, nil,
                "This key may spend \(monthlyLimit.amount) credits a month and has spent "
                    + "\(spent.amount); this video costs \(cost.amount).")
        }
    }
}
