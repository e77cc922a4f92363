import Foundation
import Ledger
package import Logging
import Postgres
import ServiceLifecycle
package import VideoModels

/// Asks providers how their jobs are doing: thousands of them, by the batch, and many at a time.
/// What is finished or has failed is written down, and left to the workers.
package struct Poller: Service {
    /// Jobs claimed at a time, and asked about at once.
    private static let batch = 100
    /// Batches under way: one that waits for a slow provider does not hold up the others.
    private static let batches = 4
    private static let tick = Duration.milliseconds(500)
    /// A user is told of progress in steps.
    private static let progressStep = 4

    private let surroundings: JobRun.Surroundings
    private let bell = Doorbell()

    /// - Parameter models: by catalogue id.
    package init(
        queue: JobQueue, assets: AssetStore, models: [String: any VideoModel], studio: Studio,
        logger: Logger
    ) {
        surroundings = JobRun.Surroundings(
            queue: queue, assets: assets, models: models, studio: studio, logger: logger)
    }

    /// A provider may have something to say.
    package func wake() { bell.ring(.work) }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await bell.ring(every: Self.tick) }
                await withDiscardingTaskGroup { await answerBell(batches: &$0) }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            bell.ring(.stop)
        }
    }

    private func answerBell(batches: inout DiscardingTaskGroup) async {
        var running = 0
        for await ring in bell.rings {
            switch ring {
            case .work: bell.heard()
            case .jobEnded: running -= 1
            // A lease that is not given back expires, and a question asked twice costs nothing.
            case .stop: return batches.cancelAll()
            }
            while running < Self.batches, await startBatch(in: &batches) { running += 1 }
        }
    }

    /// - Returns: whether a batch was started.
    private func startBatch(in batches: inout DiscardingTaskGroup) async -> Bool {
        guard let batch = await claimBatch() else { return false }
        batches.addTask {
            await ask(batch)
            bell.ring(.jobEnded)
        }
        return true
    }

    /// Asks once about each job whose time has come, and ends.
    /// - Parameter end: no batch is begun after it.
    /// - Returns: how many jobs were asked about.
    package func askDue(until end: ContinuousClock.Instant) async -> Int {
        await withTaskGroup(of: Void.self, returning: Int.self) { group in
            var count = 0
            var running = 0
            while ContinuousClock.now < end, let batch = await claimBatch() {
                count += batch.polls.count
                group.addTask { await ask(batch) }
                running += 1
                if running >= Self.batches { await group.next() }
            }
            return count
        }
    }

    private struct Batch {
        let polls: [Poll]
        let lease: UUID
    }

    /// - Returns: `nil` when there is nothing to ask.
    private func claimBatch() async -> Batch? {
        let lease = UUID()
        do {
            let polls = try await surroundings.queue.claimPolls(limit: Self.batch, lease: lease)
            return polls.isEmpty ? nil : Batch(polls: polls, lease: lease)
        } catch {
            surroundings.logger.error("No job can be asked about", metadata: ["error": "\(error)"])
            return nil
        }
    }

    // MARK: One batch

    private func ask(_ batch: Batch) async {
        let lease = batch.lease
        let answers = await withTaskGroup(of: (Poll, Answer).self) { group in
            for poll in batch.polls { group.addTask { (poll, await ask(poll)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var pauses: [JobQueue.Pause] = []
        var news: [Notice] = []
        for (poll, answer) in answers {
            guard case .wait(let pause) = answer.action else {
                await moveOn(answer.machine, poll, lease)
                continue
            }
            pauses.append(
                JobQueue.Pause(
                    id: poll.id, progress: answer.machine.progress, seconds: pause.inSeconds,
                    isCancelAnswered: answer.isCancelAnswered))
            if answer.machine.progress >= poll.machine.progress + Self.progressStep {
                news.append(Notice(Notice.eventChannel, "video \(poll.user) \(poll.id)"))
            }
        }
        do {
            try await surroundings.queue.pause(pauses, lease: lease, news: news)
        } catch {
            surroundings.logger.warning(
                "Polls were not written down, and will be asked again",
                metadata: ["error": "\(error)"])
        }
    }

    private struct Answer {
        var machine: JobMachine
        var action: JobMachine.Action
        var isCancelAnswered = false
    }

    private func ask(_ poll: Poll) async -> Answer {
        var answer = Answer(machine: poll.machine, action: .wait(.zero))
        guard let model = surroundings.models[poll.model] else {
            answer.action = answer.machine.apply(.pollFailed(.unavailable), at: Date())
            return answer
        }
        if poll.isCancelRequested {
            answer.isCancelAnswered = true
            answer.action = answer.machine.apply(
                .cancelAnswered(await cancel(poll, at: model)), at: Date())
            if answer.action == .finish { return answer }
        }
        do {
            let status = try await model.status(of: poll.request)
            answer.action = answer.machine.apply(.polled(status), at: Date())
            if case .failed(let error, _) = status { log(error, poll) }
        } catch let error as VideoModelError {
            log(error, poll)
            answer.action = answer.machine.apply(.pollFailed(error.reason), at: Date())
        } catch {
            // Stopping: nothing was asked.
            answer.action = .wait(.zero)
        }
        return answer
    }

    private func cancel(_ poll: Poll, at model: any VideoModel) async -> Bool {
        do {
            return try await model.cancel(poll.request)
        } catch {
            poll.log(surroundings.logger).warning(
                "A cancellation was not answered", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func moveOn(_ machine: JobMachine, _ poll: Poll, _ lease: UUID) async {
        do {
            try await surroundings.queue.moveOn(machine, poll, lease: lease)
            poll.log(surroundings.logger).info(
                "A job's provider is done with it",
                metadata: ["job.stage": "\(machine.stage.rawValue)"])
        } catch is JobQueue.LeaseLost {
            // Somebody else's by now.
        } catch {
            poll.log(surroundings.logger).warning(
                "A job's next stage was not written down; it will be asked about again",
                metadata: ["error": "\(error)"])
        }
    }

    private func log(_ error: VideoModelError, _ poll: Poll) {
        poll.log(surroundings.logger).warning(
            "The model did not do it",
            metadata: ["provider.name": "\(poll.provider)", "error": "\(error.detail)"])
    }
}
