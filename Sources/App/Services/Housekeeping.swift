import Identity
import Logging
import Studio

/// Removes what nobody needs any more: deleted files, expired codes and sessions.
struct Housekeeping: Sendable {
    private static let filePause = Duration.seconds(5)
    private static let signInPause = Duration.seconds(600)

    let assets: AssetStore
    let signIn: SignIn
    let logger: Logger

    /// Runs until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await self.every(Self.filePause) { _ = try await self.assets.sweep() }
            }
            group.addTask {
                try await self.every(Self.signInPause) { try await self.signIn.purge() }
            }
            try await group.waitForAll()
        }
    }

    private func every(_ pause: Duration, _ task: @Sendable () async throws -> Void) async throws {
        while true {
            do {
                try await task()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.warning("Housekeeping failed", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: pause)
        }
    }
}
