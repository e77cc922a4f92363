import Foundation
import HTTPTypes
import Synchronization

/// Token buckets by name, in this process. The limit guards a process; fairness between people is
/// the queue's.
final class RateLimiter: Sendable {
    struct Rate: Sendable {
        let perSecond: Double
        let burst: Double
    }

    /// A studio's page makes about ten requests when it opens; a program may poll many clips.
    static let perUser = Rate(perSecond: 50, burst: 200)
    /// One program among its owner's: half of what they may, so that the studio goes on beside it.
    static let perKey = Rate(perSecond: 25, burst: 100)
    /// Without a token there is little to ask for but the formats.
    static let perAddress = Rate(perSecond: 20, burst: 100)
    /// Names remembered. Past it the fullest buckets are forgotten, which loses nothing.
    private static let capacity = 20_000

    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    private let rate: Rate
    private let buckets = Mutex<[String: Bucket]>([:])

    init(_ rate: Rate) { self.rate = rate }

    /// What became of an attempt to take a token.
    struct Draw: Equatable, Sendable {
        /// Tokens in a full bucket.
        let limit: Int
        let remaining: Int
        /// Seconds until the bucket is full again.
        let reset: Int
        /// `nil` when there was a token, else the seconds until there is one.
        let retryAfter: Int?
    }

    /// Takes one token.
    /// - Returns: `nil`, or the seconds until there is one again.
    func take(_ name: String, at now: ContinuousClock.Instant = .now) -> Int? {
        draw(name, at: now).retryAfter
    }

    /// Takes one token, and says how many are left.
    func draw(_ name: String, at now: ContinuousClock.Instant = .now) -> Draw {
        buckets.withLock { buckets in
            var bucket = buckets[name] ?? Bucket(tokens: rate.burst, filledAt: now)
            let seconds = (now - bucket.filledAt) / .seconds(1)
            bucket.tokens = min(rate.burst, bucket.tokens + seconds * rate.perSecond)
            bucket.filledAt = now
            guard bucket.tokens >= 1 else {
                buckets[name] = bucket
                return draw(
                    bucket,
                    retryAfter: max(1, Int(((1 - bucket.tokens) / rate.perSecond).rounded(.up)))
                )
            }
            bucket.tokens -= 1
            if buckets.count >= Self.capacity, buckets[name] == nil { forget(&buckets, at: now) }
            buckets[name] = bucket
            return draw(bucket, retryAfter: nil)
        }
    }

    private func draw(_ bucket: Bucket, retryAfter: Int?) -> Draw {
        Draw(
            limit: Int(rate.burst), remaining: Int(bucket.tokens),
            reset: Int(((rate.burst - bucket.tokens) / rate.perSecond).rounded(.up)),
            retryAfter: retryAfter)
    }

    private func forget(_ buckets: inout [String: Bucket], at now: ContinuousClock.Instant) {
        let refill = Duration.seconds(rate.burst / rate.perSecond)
        buckets = buckets.filter { now - $0.value.filledAt < refill }
        if buckets.count >= Self.capacity { buckets.removeAll() }
    }
}

extension APIError {
    static func rateLimited(retryAfter seconds: Int) -> APIError {
        var error = APIError(
            .tooManyRequests, .rateLimited, "Too many requests. Try again in \(seconds) s.")
        error.retryAfter = seconds
        return error
    }
}
