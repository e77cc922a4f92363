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
        guard limit > 0 else { return 0 }
        do {
            let claims = try await surroundings.queue.claim(limit: limit)
            for claim in claims {
                jobs.addTask {
                    await work(on: claim)
                    bell.ring(.jobEnded)
                }
            }
            return claims.count
        } catch {
            surroundings.logger.error("No job can be taken", metadata: ["error": "\(error)"])
            return 0
        }
    }

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
            surroundings.logger.notice(
                "Another worker has this job now", metadata: ["job.id": "\(claim.job.id)"])
        } catch is CancellationError {
            await handBack(run, claim)
        } catch {
            surroundings.logger.error(
                "A job stopped on the way",
                metadata: ["job.id": "\(claim.job.id)", "error": "\(error)"])
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
            surroundings.logger.warning(
                "A lease was not handed back and will expire",
                metadata: ["job.id": "\(claim.job.id)", "error": "\(error)"])
        }
    }
}
