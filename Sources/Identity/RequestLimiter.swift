package import Foundation
internal import Synchronization

/// Lets each network address make so many requests at once, and regain them evenly over a period.
///
/// Each server process counts for itself. What must hold across processes, the tries of a code and
/// the mails to an address, is counted in the database.
package final class RequestLimiter: Sendable {
    /// Addresses remembered. Past that, those that have been quiet longest are forgotten.
    private static let addressLimit = 20_000

    private struct Allowance {
        var requests: Double
        var countedAt: Date
    }

    private let burst: Double
    private let period: TimeInterval
    private let allowances = Mutex(RecentMap<String, Allowance>(limit: addressLimit))

    /// - Parameters:
    ///   - requests: how many may come at once, and how many are regained in `period`.
    ///   - period: in seconds.
    package init(requests: Int, period: TimeInterval) {
        burst = Double(requests)
        self.period = period
    }

    /// Counts a request.
    /// - Throws: `SignInError.tooManyRequests` with the seconds until the next one is let through.
    package func admit(_ address: String, at now: Date) throws {
        let network = Self.network(of: address)
        try allowances.withLock { allowances in
            var allowance = allowances[network] ?? Allowance(requests: burst, countedAt: now)
            let elapsed = max(0, now.timeIntervalSince(allowance.countedAt))
            allowance.requests = min(burst, allowance.requests + elapsed * burst / period)
            allowance.countedAt = now
            defer { allowances[network] = allowance }
            guard allowance.requests >= 1 else {
                let wait = (1 - allowance.requests) * period / burst
                throw SignInError.tooManyRequests(seconds: max(1, Int(wait.rounded(.up))))
            }
            allowance.requests -= 1
        }
    }

    /// An IPv6 customer has at least a /64 to choose addresses from, so that is what is counted.
    static func network(of address: String) -> String {
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return String(address.prefix(64)) }
        let octets = withUnsafeBytes(of: &bytes) { Array($0) }
        let mappedPrefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        if Array(octets.prefix(12)) == mappedPrefix {
            return octets.suffix(4).map(String.init).joined(separator: ".")
        }
        return octets.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }
}
