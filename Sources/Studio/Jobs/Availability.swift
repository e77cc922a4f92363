package import Foundation
package import Logging
import Synchronization

/// Which providers are left alone at the moment, as this process last heard.
package final class Availability: Sendable {
    private static let refreshPause = Duration.seconds(2)

    private let breakers = Mutex<[String: Breaker]>([:])

    package init() {}

    /// - Returns: until when a provider is left alone; `nil` when it can be asked.
    package func pause(of provider: String, at now: Date = Date()) -> Date? {
        breakers.withLock { $0[provider] }.flatMap { $0.openUntil > now ? $0.openUntil : nil }
    }

    /// Keeps itself up to date, and tells the operator what changes. Runs until cancelled.
    package func run(_ queue: JobQueue, logger: Logger) async throws {
        while true {
            do {
                let found = try await queue.breakers()
                note(Dictionary(found.map { ($0.provider, $0) }) { $1 }, logger)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.debug("Breakers cannot be read", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: Self.refreshPause)
        }
    }

    private func note(_ found: [String: Breaker], _ logger: Logger) {
        let before = breakers.withLock { breakers in
            defer { breakers = found }
            return breakers
        }
        for (provider, breaker) in found where breaker != before[provider] {
            logger.error(
                "A provider does not work for us, and is left alone for a while",
                metadata: [
                    "provider.name": "\(provider)", "reason": "\(breaker.reason)",
                    "until": "\(breaker.openUntil.ISO8601Format())",
                ])
        }
        for provider in before.keys where found[provider] == nil {
            logger.notice("A provider works again", metadata: ["provider.name": "\(provider)"])
        }
    }
}
