import Identity
import Logging
import Payments
import Studio

/// Removes what nobody needs any more, and catches up on payments.
struct Housekeeping: Sendable {
    private static let filePause = Duration.seconds(5)
    private static let signInPause = Duration.seconds(600)
    private static let paymentPause = Duration.seconds(2)
    private static let reconciliationPause = Duration.seconds(900)

    let assets: AssetStore
    /// `nil` when somebody else signs people in, and tidies up.
    let signIn: SignIn?
    let payments: PaymentDesk
    let queue: JobQueue
    let logger: Logger

    /// Runs until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await self.every(Self.filePause) { _ = try await self.assets.sweep() }
            }
            group.addTask {
                try await self.every(Self.signInPause) {
                    try await self.signIn?.purge()
                    try await self.queue.forgetEvents()
                }
            }
            group.addTask {
                try await self.every(Self.paymentPause) {
                    try await self.payments.events.applyDue()
                }
            }
            group.addTask {
                try await self.every(Self.reconciliationPause) { try await self.reconcile() }
            }
            try await group.waitForAll()
        }
    }

    private func reconcile() async throws {
        let report = try await payments.reconciliation.run(window: Reconciliation.shortWindow)
        guard !report.isClean else { return }
        logger.error(
            "Payments need a person; 'placemint reconcile' says which",
            metadata: [
                "differences.count": "\(report.differences.count)",
                "events.count": "\(report.toReview.count)",
            ])
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
