import Foundation
import Outbound

/// Asks the server that these settings belong to how it is, from the same machine.
package struct ServerProbe: Sendable {
    /// Why a server is not ready.
    package struct NotReady: Error, CustomStringConvertible {
        package let description: String
    }

    private let url: URL

    /// - Throws: `SettingsError` when `HOST` is no address.
    package init(_ settings: Settings) throws {
        url = try SettingsReader.localURL(host: settings.host, port: settings.port)
            .appending(path: "readyz")
    }

    /// - Throws: `NotReady`, in one line.
    package func run(patience: Duration) async throws {
        let transport = Transport()
        let outcome: Result<Int, any Error>
        do {
            let limits = Transport.Limits(head: patience, whole: patience, bytes: 64 * 1024)
            outcome = .success(try await transport.send("GET", url, limits: limits).status)
        } catch {
            outcome = .failure(error)
        }
        try await transport.shutdown()
        switch outcome {
        case .success(200): return
        case .success(let status):
            throw NotReady(description: "\(url.absoluteString) answers \(status)")
        case .failure(let error):
            throw NotReady(description: "\(url.absoluteString): \(error)")
        }
    }
}
