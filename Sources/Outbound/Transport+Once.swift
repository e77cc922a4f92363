import AsyncHTTPClient
package import Foundation
import NIOCore
import Synchronization

extension Transport {
    /// Sends a request that must not be sent twice, over a connection of its own. A failure says
    /// whether anything was sent: `notSent` is proof that nothing was.
    /// - Throws: `OutboundError`; `CancellationError`.
    package func sendOnce(
        _ method: String, _ url: URL, headers: [String: String] = [:], body: Data? = nil,
        limits: Limits = Limits()
    ) async throws -> Answer {
        let connection = Connected()
        var configuration = Self.configuration
        // Called when the connection stands, TLS included, and before the request goes out.
        configuration.http1_1ConnectionDebugInitializer = { channel in
            connection.note()
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        let single = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome: Result<Answer, any Error>
        do {
            outcome = .success(
                try await Self.send(Self.request(method, url, headers, body), over: single, limits))
        } catch let error as OutboundError where !connection.isMade {
            outcome = .failure(OutboundError.notSent("\(error)"))
        } catch {
            outcome = .failure(error)
        }
        try await single.shutdown()
        return try outcome.get()
    }
}

private final class Connected: Sendable {
    private let flag = Atomic(false)

    var isMade: Bool { flag.load(ordering: .acquiring) }

    func note() { flag.store(true, ordering: .releasing) }
}
