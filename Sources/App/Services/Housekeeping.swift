import Identity
import Logging
import Payments
import Studio
import Webhooks

/// Removes what nobody needs any more, and catches up on payments: again and again, or once when a
/// tick says so.
struct Housekeeping: Sendable {
    let assets: AssetStore
    /// `nil` when somebody else signs people in, and tidies up.
    let signIn: SignIn?
    let payments: PaymentDesk
    let queue: JobQueue
    let endpoints: WebhookEndpoints
    let errands: Errands
    let logger: Logger

    private struct Chore: Sendable {
        let name: String
        let pause: Duration
        /// Whether it costs enough that ticks look up when it was done last.
        var isRare = false
        let work: @Sendable () async throws -> Void
    }

    private var chores: [Chore] {
        [
            Chore(name: "files", pause: .seconds(5)) { _ = try await assets.sweep() },
            Chore(name: "payments", pause: .seconds(2)) { try await payments.events.applyDue() },
            Chore(name: "sign_in", pause: .seconds(600), isRare: true) {
                try await signIn?.purge()
                try await queue.forgetEvents()
            },
            Chore(name: "webhooks", pause: .seconds(3600), isRare: true) {
                try await endpoints.tidy()
            },
            Chore(name: "reconciliation", pause: .seconds(900), isRare: true) {
                try await reconcile()
            },
        ]
    }

    /// Does everything again and again, each in its own time. Runs until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for chore in chores {
                group.addTask {
                    while true {
                        try await attempt(chore)
                        try await Task.sleep(for: chore.pause)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Does once what is due. What fails is due again at the next tick, or in its own time.
    func runDue() async {
        for chore in chores {
            do {
                if chore.isRare {
                    guard try await errands.take(chore.name, every: chore.pause) else { continue }
                }
                try await attempt(chore)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Housekeeping failed", metadata: ["error": "\(error)"])
            }
        }
    }

    /// - Throws: `CancellationError` alone: the next time may be better.
    private func attempt(_ chore: Chore) async throws {
        do {
            try await chore.work()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.warning(
                "Housekeeping failed",
                metadata: ["chore.name": "\(chore.name)", "error": "\(error)"])
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
}
