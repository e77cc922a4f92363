/// When a delivery is tried again: soon at first, and for about a day in all.
enum WebhookSchedule {
    /// After the first try, the second, and so on: 23 hours and 48 minutes together.
    static let pauses: [Duration] = [
        .seconds(5), .seconds(30), .seconds(120), .seconds(600), .seconds(1_800), .seconds(3_600),
        .seconds(7_200), .seconds(14_400), .seconds(28_800), .seconds(29_100),
    ]
    /// So that what failed together does not come back together.
    static let jitter = 0.1
    /// A receiver may ask for a longer pause, but not for days.
    static let longestWish = Duration.seconds(28_800)

    /// - Parameters:
    ///   - attempt: how many tries there were, this one included.
    ///   - wish: the receiver's own, in `Retry-After`.
    /// - Returns: `nil` when there is no further try.
    static func pause(
        after attempt: Int, wish: Duration? = nil, random: Double = .random(in: -1...1)
    ) -> Duration? {
        guard attempt >= 1, attempt <= pauses.count else { return nil }
        let usual = pauses[attempt - 1] * (1 + jitter * random)
        guard let wish else { return usual }
        return max(usual, min(wish, longestWish))
    }
}
