import Foundation
package import Logging

/// Listens on channels over a connection of its own, and makes it again when it breaks.
package struct Listener: Sendable {
    package enum Event: Sendable {
        case notification(Notification)
        /// Listening has begun, or begun again: whatever was announced before is not known.
        case listening
    }

    /// How long one wait blocks: the longest that stopping takes.
    private static let waitMilliseconds: Int32 = 200
    /// Two seconds in all; a notice takes milliseconds.
    private static let checkupWaits = 10

    private let settings: DatabaseSettings
    private let channels: [String]
    private let logger: Logger

    /// - Parameter channels: plain lower-case names of ours; they are not bound, as LISTEN takes
    ///   no parameters.
    package init(_ settings: DatabaseSettings, channels: [String], logger: Logger) {
        self.settings = settings
        self.channels = channels
        self.logger = logger
    }

    /// Hands every event to `receive`, until the task is cancelled.
    package func run(_ receive: @Sendable (Event) async -> Void) async {
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                try await listen(receive) { pause = .milliseconds(100) }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Lost the notice channel", metadata: ["error": "\(error)"])
            }
            // Cancellation ends the sleep and then the loop.
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }

    /// Whether what is announced over `pool` is heard here, as it is not over a pooler that lends
    /// sessions by the transaction, nor at another database.
    /// - Throws: `PostgresError`, `CancellationError`.
    package static func hears(_ pool: Pool, at settings: DatabaseSettings) async throws -> Bool {
        let channel = "placemint_checkup"
        let word = UUID().uuidString
        let connection = try await Connection.open(settings)
        // A channel's name cannot be bound, and this one is ours.
        // nosemgrep: swift-interpolated-sql-script
        _ = try await connection.perform { try $0.run([SQL(script: "LISTEN \(channel)")]) }
        try await pool.transaction { try $0.notify(Notice(channel, word)) }
        var isHeard = false
        for _ in 0..<checkupWaits where !isHeard {
            isHeard = try await connection.perform {
                try $0.waitForNotifications(milliseconds: waitMilliseconds)
                    .contains { $0.payload == word }
            }
        }
        await connection.close()
        return isHeard
    }

    private func listen(
        _ receive: @Sendable (Event) async -> Void, onSuccess: () -> Void
    ) async throws {
        let connection = try await Connection.open(settings)
        for channel in channels {
            // A name of ours.
            // nosemgrep: swift-interpolated-sql-script
            try await connection.perform { _ = try $0.run([SQL(script: "LISTEN \(channel)")]) }
        }
        onSuccess()
        await receive(.listening)
        while !Task.isCancelled {
            let notifications = try await connection.perform {
                try $0.waitForNotifications(milliseconds: Self.waitMilliseconds)
            }
            for notification in notifications {
                await receive(.notification(notification))
            }
        }
        await connection.close()
    }
}
