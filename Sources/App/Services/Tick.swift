import Postgres
import Studio
import Synchronization
import Webhooks

/// Moves on whatever is due, once, and ends: what the loops of a server with workers do all the
/// time. Ticks at once are harmless, here or in other processes, as each job has one lease.
final class Tick: Sendable {
    /// Jobs at a time, as `WORKERS` has by default.
    static let slots = 4
    /// Jobs taken up by one tick. The next one comes soon.
    private static let jobLimit = 200
    /// No job is taken up in the last part of a tick: what asks a provider for a clip needs seconds,
    /// and must not be cut off.
    private static let lastCall = 0.7

    struct Report: Sendable {
        /// Jobs that providers were asked about.
        var polled = 0
        /// Jobs that were taken up.
        var worked = 0
        /// Unfinished jobs afterwards.
        var remaining = 0
        /// Another tick of this process was under way, and this one did nothing.
        var wasRunning = false

        var moved: Int { polled + worked }
    }

    private let worker: Worker
    private let poller: Poller
    private let sender: WebhookSender
    private let housekeeping: Housekeeping
    private let queue: JobQueue
    private let budget: Duration
    private let isRunning = Atomic(false)

    init(
        worker: Worker, poller: Poller, sender: WebhookSender, housekeeping: Housekeeping,
        queue: JobQueue, budget: Duration
    ) {
        self.worker = worker
        self.poller = poller
        self.sender = sender
        self.housekeeping = housekeeping
        self.queue = queue
        self.budget = budget
    }

    /// - Throws: `PostgresError` when the database cannot be asked.
    func run() async throws -> Report {
        var report = Report()
        let (isFirst, _) = isRunning.compareExchange(
            expected: false, desired: true, ordering: .acquiringAndReleasing)
        if isFirst {
            defer { isRunning.store(false, ordering: .releasing) }
            await moveOn(&report)
        } else {
            report.wasRunning = true
        }
        report.remaining = try await queue.standing().unfinished
        return report
    }

    private func moveOn(_ report: inout Report) async {
        let start = ContinuousClock.now
        let end = start + budget
        let last = start + budget * Self.lastCall
        async let chores: Void = keepHouse(until: end)
        // What the providers have finished is worked on at once, and what is new may be finished.
        while ContinuousClock.now < last, report.worked < Self.jobLimit {
            let polled = await poller.askDue(until: last)
            let worked = await worker.workDue(
                atMost: Self.jobLimit - report.worked, takingUntil: last, until: end)
            report.polled += polled
            report.worked += worked
            if polled + worked == 0 { break }
        }
        await sender.sendDue(until: last)
        await chores
    }

    /// What is not done in time is safe to leave: the next time goes on with it.
    private func keepHouse(until end: ContinuousClock.Instant) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.housekeeping.runDue() }
            group.addTask {
                // Cancelled when the house is in order.
                try? await Task.sleep(until: end, clock: .continuous)
            }
            await group.next()
            group.cancelAll()
        }
    }
}
