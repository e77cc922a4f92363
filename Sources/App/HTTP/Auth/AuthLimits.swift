import Identity

/// How often one network address may ask, as Supabase Auth limits it. Behind a proxy that is not
/// among the `TRUSTED_PROXIES`, everybody comes from the proxy's address.
struct AuthLimits: Sendable {
    /// Seconds in which an allowance is regained.
    private static let period = 300.0

    /// A mailbox full of codes is a nuisance even at one a minute and address.
    let codes: RequestLimiter
    /// Five tries a code are the lock; this slows down whoever knocks at many doors.
    let tries: RequestLimiter
    /// Every open tab refreshes once an hour.
    let refreshes: RequestLimiter

    init(codes: Int = 30, tries: Int = 30, refreshes: Int = 150) {
        self.codes = RequestLimiter(requests: codes, period: Self.period)
        self.tries = RequestLimiter(requests: tries, period: Self.period)
        self.refreshes = RequestLimiter(requests: refreshes, period: Self.period)
    }
}
