import HTTPTypes
import Hummingbird
import Synchronization

/// Carries how much of a rate is left from where it is counted to the answer, whatever it is.
final class RateNote: Sendable {
    private let draw = Mutex<RateLimiter.Draw?>(nil)

    func note(_ draw: RateLimiter.Draw) { self.draw.withLock { $0 = draw } }

    /// Writes it as OpenAI does: `x-ratelimit-limit-requests`, `-remaining-requests`, and
    /// `-reset-requests`, a time such as `4s`.
    func write(to headers: inout HTTPFields) {
        guard let draw = draw.withLock({ $0 }) else { return }
        let values = [
            "limit": "\(draw.limit)", "remaining": "\(draw.remaining)", "reset": "\(draw.reset)s",
        ]
        for (name, value) in values {
            guard let field = HTTPField.Name("x-ratelimit-\(name)-requests") else { continue }
            headers[field] = value
        }
    }
}
