package import Foundation
package import Logging
import ServiceLifecycle
package import VideoModels

/// Takes jobs from the queue and carries them on, several at a time, until told to stop.
package struct Worker: Service {
    /// A job under way when the server is told to stop gets this long to end; then its lease is
    /// handed back and another worker goes on.
    private static let stopPatience = Duration.seconds(8)
    /// Far more often than a lease lasts: it also brings the user's wish to cancel.
    private static let heartbeat = Duration.seconds(3)
    /// How often the queue is asked without having been told to: retries, lost notices.
    private static let tick = Duration.seconds(1)

    private let slots: Int
    private let folder: URL
    private let surroundings: JobRun.Surroundings
    private let bell = Doorbell()

    /// - Parameters:
    ///   - slots: jobs at a time.
    ///   - models: by catalogue id.
    ///   - folder: for the files of jobs under way.
    package init(
        slots: Int, queue: JobQueue, assets: AssetStore, models: [String: any VideoModel],
        studio: Studio, folder: URL, logger: Logger
    ) {
        self.slots = slots
        self.folder = folder
        surroundings = JobRun.Surroundings(
            queue: queue, assets: assets, models: models, studio: studio, logger: logger)
    }

    /// There may be work.
    package func wake() { bell.ring(.work) }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await bell.ring(every: Self.tick) }
                await withDiscardingTaskGroup { await answerBell(jobs: &$0) }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            bell.ring(.stop)
        }
    }

    private func answerBell(jobs: inout DiscardingTaskGroup) async {
        var running = 0
        var stopAt: ContinuousClock.Instant?
        for await ring in bell.rings {
            switch ring {
            case .work: bell.heard()
            case .jobEnded: running -= 1
            case .stop: stopAt = .now + Self.stopPatience
            }
            guard let stopAt else {
                running += await startJobs(atMost: slots - running, in: &jobs)
                continue
            }
            if running == 0 { break }
            if .now > stopAt { jobs.cancelAll() }
        }
    }

    /// - Returns: how many were started.
    private func startJobs(
        atMost limit: Int, in jobs: inout DiscardingTaskGroup
    ) async -> Int {
        let claims = await claim(limit)
        for claim in claims {
            jobs.addTask {
                await work(on: claim)
                bell.ring(.jobEnded)
            }
        }
        return claims.count
    }

    private func claim(_ limit: Int) async -> [JobQueue.Claim] {
        guard limit > 0 else { return [] }
        do {
            return try await surroundings.queue.claim(
                limit: limit, slots: surroundings.studio.catalogue.slots)
        } catch {
            surroundings.logger.error("No job can be taken", metadata: ["error": "\(error)"])
            return []
        }
    }

    /// Carries on each job whose time has come, as far as it goes now, and ends.
    /// - Parameters:
    ///   - limit: jobs taken up at most.
    ///   - last: no job is taken up after it.
    ///   - end: when it comes, what is under way is handed back, for the next worker. A create that
    ///     is under way then is lost, so there has to be time for one after `last`.
    /// - Returns: how many jobs were taken up.
    package func workDue(
        atMost limit: Int, takingUntil last: ContinuousClock.Instant,
        until end: ContinuousClock.Instant
    ) async -> Int {
        await withTaskGroup(of: Step.self, returning: Int.self) { group in
            group.addTask {
                // Cancelled as soon as there is nothing left to do.
                try? await Task.sleep(until: end, clock: .continuous)
                return .timeIsOver
            }
            var (taken, running) = (0, 0)
            while true {
                if ContinuousClock.now < last {
                    let claims = await claim(min(slots - running, limit - taken))
                    for claim in claims {
                        group.addTask {
                            await work(on: claim)
                            return .jobEnded
                        }
                    }
                    (taken, running) = (taken + claims.count, running + claims.count)
                }
                guard running > 0, let step = await group.next() else { break }
                switch step {
                case .jobEnded: running -= 1
                case .timeIsOver: group.cancelAll()
                }
            }
            group.cancelAll()
            return taken
        }
    }

    private enum Step { case jobEnded, timeIsOver }

    private func work(on claim: JobQueue.Claim) async {
        let run = JobRun(
            claim, in: folder.appending(path: "\(claim.job.id)-\(claim.lease)"), surroundings)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await run.run() }
                group.addTask { try await keepLease(of: claim, for: run) }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch is JobQueue.LeaseLost {
            claim.log(surroundings.logger).notice("Another worker has this job now")
        } catch is CancellationError {
            await handBack(run, claim)
        } catch {
            claim.log(surroundings.logger).error(
                "A job stopped on the way", metadata: ["error": "\(error)"])
            await handBack(run, claim)
        }
    }

    /// Ends by throwing: when the lease is lost, or at the job's deadline.
    private func keepLease(of claim: JobQueue.Claim, for run: JobRun) async throws {
        let end = claim.job.lateUntil ?? claim.job.machine.deadline
        while true {
            let left = end.timeIntervalSinceNow
            guard left > 0 else { throw CancellationError() }
            try await Task.sleep(for: min(.seconds(left), Self.heartbeat))
            if try await surroundings.queue.renew(claim) { await run.cancelRequested() }
        }
    }

    private func handBack(_ run: JobRun, _ claim: JobQueue.Claim) async {
        // Awaited, but not a child: a cancelled task could not ask the database any more.
        let release = Task { try await run.handBack() }
        do {
            try await release.value
        } catch {
            claim.log(surroundings.logger).warning(
                "A lease was not handed back and will expire", metadata: ["error": "\(error)"])
        }
    }
}
