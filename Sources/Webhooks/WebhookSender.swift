import Foundation
package import Logging
import Metrics
package import Outbound
import Postgres
import Synchronization

/// Sends what is due: at least once, each try under the same id and with the same bytes.
package final class WebhookSender: Sendable {
    /// Tries at a time, in this process.
    private static let places = 32
    private static let lookPause = Duration.seconds(1)
    /// Of an answer nothing but the status matters.
    private static let limits = Transport.Limits(
        head: .seconds(10), whole: .seconds(15), bytes: 64_000)

    private let queue: WebhookQueue
    private let transport: Transport
    private let trusted: TrustedHosts
    private let logger: Logger
    private let calls: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private let free = Mutex(places)

    package init(
        queue: WebhookQueue, transport: Transport, trusted: TrustedHosts, logger: Logger
    ) {
        self.queue = queue
        self.transport = transport
        self.trusted = trusted
        self.logger = logger
        (calls, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// There may be something to send.
    package func wake() { bell.yield() }

    /// Sends until cancelled. A try that is cut off is made again under its id, once its lease is
    /// over.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    self.wake()
                    // Cancellation ends the sleep and then the loop.
                    try? await Task.sleep(for: Self.lookPause)
                }
            }
            for await _ in calls {
                for claim in await take(atMost: free.withLock { $0 }) {
                    free.withLock { $0 -= 1 }
                    group.addTask {
                        await self.send(claim)
                        self.free.withLock { $0 += 1 }
                        self.wake()
                    }
                }
            }
            group.cancelAll()
        }
    }

    /// Sends what is due now, and ends.
    /// - Returns: how many tries were made.
    @discardableResult
    package func sendDue(until end: ContinuousClock.Instant) async -> Int {
        var sent = 0
        while ContinuousClock.now < end, !Task.isCancelled {
            let claims = await take(atMost: Self.places)
            guard !claims.isEmpty else { break }
            await withDiscardingTaskGroup { group in
                for claim in claims { group.addTask { await self.send(claim) } }
            }
            sent += claims.count
        }
        return sent
    }

    private func take(atMost limit: Int) async -> [WebhookQueue.Claim] {
        guard limit > 0 else { return [] }
        do {
            return try await queue.claim(limit: limit)
        } catch is CancellationError {
            return []
        } catch {
            logger.warning("Webhooks cannot be taken up", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func send(_ claim: WebhookQueue.Claim) async {
        do {
            let (outcome, wish) = try await attempt(claim)
            let pause =
                claim.mayTryAgain
                ? WebhookSchedule.pause(after: claim.delivery.attempts, wish: wish) : nil
            try await queue.record(outcome, of: claim, pause: pause)
            count(outcome)
        } catch is CancellationError {
            // The lease ends, and the delivery is sent again.
        } catch {
            logger.warning(
                "A webhook's outcome cannot be written down",
                metadata: ["delivery.id": "\(claim.delivery.id)", "error": "\(error)"])
        }
    }

    /// - Returns: how it came out, and when the receiver wants to be asked again.
    /// - Throws: `CancellationError`.
    private func attempt(
        _ claim: WebhookQueue.Claim
    ) async throws -> (WebhookQueue.Outcome, wish: Duration?) {
        guard let url = URL(string: claim.url), let host = url.host() else {
            return (.failed(.connectionFailed, status: nil), nil)
        }
        let isTrusted = trusted.includes(url)
        do {
            if !isTrusted {
                guard url.scheme == "https", AddressGuard.mayBePublic(host),
                    try await AddressGuard.leadsToPublic(host)
                else { return (.failed(.addressNotPublic, status: nil), nil) }
            }
            let message = try WebhookMessage(claim.delivery, data: claim.data)
            let answer = try await transport.send(
                "POST", url, headers: message.headers(signedWith: claim.secrets, at: Date()),
                body: message.body, isTrusted: isTrusted, limits: Self.limits)
            switch answer.status {
            case 200..<300: return (.delivered(status: answer.status), nil)
            case 410: return (.gone, nil)
            default:
                let wish = answer.headers["retry-after"].flatMap { Int($0) }
                return (
                    .failed(.responseStatus, status: answer.status), wish.map { .seconds($0) }
                )
            }
        } catch let error as OutboundError {
            return (.failed(WebhookDelivery.Problem(error), status: nil), nil)
        }
    }

    private func count(_ outcome: WebhookQueue.Outcome) {
        let name =
            switch outcome {
            case .delivered: "delivered"
            case .failed(let problem, _): problem.rawValue
            case .gone: "gone"
            }
        Counter(label: "placemint_webhooks_sent_total", dimensions: [("outcome", name)]).increment()
    }
}

extension WebhookDelivery.Problem {
    init(_ error: OutboundError) {
        self =
            switch error {
            case .timedOut: .timeout
            case .forbiddenAddress: .addressNotPublic
            default: .connectionFailed
            }
    }
}
