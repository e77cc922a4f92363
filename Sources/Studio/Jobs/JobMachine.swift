package import Foundation
package import VideoModels

/// The rules of a job's life: what has happened so far, and what follows from what happens next.
///
/// A pure value. A worker applies an event, writes the machine down, and then carries out the
/// action it got; should the worker die at any point, the next one applies `.claimed` to what was
/// written down and goes on from there.
package struct JobMachine: Equatable, Sendable {
    package enum Stage: String, CaseIterable, Sendable {
        case queued, submitting, rendering, storing, done
    }

    /// A render that died with its process this often would kill the next one too.
    package static let attemptLimit = 5
    /// How long after a missed deadline a clip is still worth having.
    package static let latePatience: TimeInterval = 2 * 3_600
    /// A provider may need a moment before it knows a clip it has just accepted.
    static let notFoundGrace: TimeInterval = 60
    /// A provider that is done and serves no clip for so long has none.
    static let downloadGrace: TimeInterval = 180
    private static let slotPause = Duration.seconds(1)
    private static let longestSlotPause = Duration.seconds(30)
    private static let firstPollPause = Duration.seconds(2)
    private static let longestPollPause = Duration.seconds(15)

    package private(set) var stage: Stage
    /// Percent, for people. Nothing is decided by it.
    package private(set) var progress: Int
    /// Creates sent so far.
    package private(set) var attempts: Int
    package private(set) var submitToken: SubmitToken?
    package private(set) var providerJobID: ProviderJobID?
    /// When the create was last sent.
    package private(set) var startedAt: Date?
    /// When the provider said that it is done.
    package private(set) var renderedAt: Date?
    package let deadline: Date
    package private(set) var failure: JobFailure?
    package private(set) var cost: ProviderCost?
    /// Until when a failed job's clip is still taken, for free.
    package private(set) var lateUntil: Date?

    package init(
        stage: Stage = .queued, progress: Int = 0, attempts: Int = 0,
        submitToken: SubmitToken? = nil, providerJobID: ProviderJobID? = nil,
        startedAt: Date? = nil, renderedAt: Date? = nil, deadline: Date, failure: JobFailure? = nil
    ) {
        self.stage = stage
        self.progress = progress
        self.attempts = attempts
        self.submitToken = submitToken
        self.providerJobID = providerJobID
        self.startedAt = startedAt
        self.renderedAt = renderedAt
        self.deadline = deadline
        self.failure = failure
    }

    package var status: Job.Status {
        switch stage {
        case .queued: .queued
        case .submitting, .rendering, .storing: .inProgress
        case .done: failure == nil ? .completed : .failed
        }
    }

    // MARK: Events

    package enum Event: Equatable, Sendable {
        /// A worker holds the job's lease and asks what there is to do.
        case claimed
        /// The provider has no free slot for this job.
        case noSlot
        /// The first frame is ready and the provider's slot is taken.
        case frameReady(SubmitToken)
        /// The photo cannot be read or fitted.
        case frameFailed
        case created(Creation)
        case createFailed(VideoModelError.Reason)
        case found(Finding)
        /// A share from 0 to 1.
        case progressed(Double)
        case polled(RenderStatus)
        case pollFailed(VideoModelError.Reason)
        /// What the provider has for a clip is none, or does not play.
        case clipInvalid
        /// The provider says that it is done, and has no clip: it declined.
        case clipRefused
        /// The user does not want it any more.
        case cancelRequested
        /// Whether the provider says that it has stopped.
        case cancelAnswered(Bool)
        /// The bucket failed for now.
        case storeFailed
        /// The provider's download failed for now.
        case downloadFailed
        case stored
        /// The worker is being stopped.
        case interrupted
    }

    package enum Action: Equatable, Sendable {
        case makeFrame
        case create(SubmitToken)
        case find(SubmitToken)
        case poll(ProviderJobID)
        case cancel(ProviderJobID)
        /// From this machine's disk, or downloaded under the provider's name for it.
        case store(ProviderJobID?)
        /// Give the lease back until then.
        case wait(Duration)
        /// The job is over.
        case finish
    }

    /// - Returns: what the worker does next.
    package mutating func apply(_ event: Event, at now: Date) -> Action {
        guard stage != .done else { return .finish }
        if event == .stored { return complete() }
        if event == .interrupted { return .wait(.zero) }
        if case .progressed(let share) = event { return progressed(share) }
        guard now < deadline else { return missDeadline(at: now) }
        return switch (stage, event) {
        case (.queued, .noSlot): .wait(Self.slotPause)
        case (.queued, .storeFailed), (.storing, .storeFailed): .wait(storePause(at: now))
        case (.queued, .frameReady(let token)): submit(token, at: now)
        case (.queued, .frameFailed): fail(.storageFailed)
        case (.submitting, .created(let creation)), (.rendering, .created(let creation)):
            created(creation)
        case (.submitting, .createFailed(let reason)), (.rendering, .createFailed(let reason)):
            createFailed(reason)
        case (.submitting, .found(let finding)), (.rendering, .found(let finding)),
            (.storing, .found(let finding)):
            found(finding)
        case (.rendering, .polled(let status)): polled(status, at: now)
        case (.rendering, .pollFailed(let reason)): pollFailed(reason, at: now)
        case (.storing, .downloadFailed): downloadFailed(at: now)
        case (.storing, .clipInvalid): fail(.clipInvalid)
        case (.storing, .clipRefused): fail(.contentRejected)
        case (.queued, .cancelRequested): fail(.cancelled)
        case (.rendering, .cancelRequested): cancel()
        case (.submitting, .cancelAnswered(true)), (.rendering, .cancelAnswered(true)):
            fail(.cancelled)
        // Asked what to do; or told what does not belong to this stage, and so changes nothing.
        default: resume()
        }
    }

    // MARK: Rules

    /// What a worker that finds the job like this has to do, whoever left it so.
    private func resume() -> Action {
        switch (stage, providerJobID, submitToken) {
        case (.queued, _, _): .makeFrame
        case (.rendering, let id?, _): .poll(id)
        case (.storing, let id?, _): .store(id)
        // No name for the clip was written down: it was lost with the worker that asked for it.
        case (.submitting, _, let token?), (.rendering, nil, let token?),
            (.storing, nil, let token?):
            .find(token)
        case (.submitting, _, nil), (.rendering, nil, nil), (.storing, nil, nil), (.done, _, _):
            .finish
        }
    }

    /// Only what the provider confirms is certain: elsewhere the clip goes on, and is paid for.
    private func cancel() -> Action { providerJobID.map(Action.cancel) ?? resume() }

    private mutating func missDeadline(at now: Date) -> Action {
        if providerJobID != nil, stage == .rendering || stage == .storing {
            lateUntil = now.addingTimeInterval(Self.latePatience)
        }
        return fail(.deadlineExceeded)
    }

    private mutating func submit(_ token: SubmitToken, at now: Date) -> Action {
        stage = .submitting
        startedAt = now
        submitToken = token
        attempts += 1
        return .create(token)
    }

    private mutating func created(_ creation: Creation) -> Action {
        switch creation {
        case .accepted(let id, let hint):
            stage = .rendering
            providerJobID = id
            return .wait(hint ?? Self.firstPollPause)
        case .clip:
            stage = .storing
            progress = max(progress, 95)
            return .store(nil)
        }
    }

    private mutating func createFailed(_ reason: VideoModelError.Reason) -> Action {
        switch reason {
        case .notStarted(let pause): return requeue(after: pause ?? requeuePause)
        case .unknownOutcome, .transient:
            guard let submitToken else { return fail(.submitUnknown) }
            return .find(submitToken)
        case .rejected: return fail(.contentRejected)
        case .unavailable: return fail(.modelUnavailable)
        case .notFound, .failed, .noRoom: return fail(.modelError)
        }
    }

    private mutating func found(_ finding: Finding) -> Action {
        switch finding {
        case .accepted(let id):
            stage = .rendering
            providerJobID = id
            return .poll(id)
        case .nothingCreated:
            guard attempts < Self.attemptLimit else { return fail(.modelError) }
            return requeue(after: .zero)
        case .unknown: return fail(.submitUnknown)
        }
    }

    /// Longer each time, up to half a minute: the provider is full, or away.
    private var requeuePause: Duration {
        min(Self.slotPause * (1 << min(attempts, 10)), Self.longestSlotPause)
    }

    /// Only ever reached with proof that nothing was created.
    private mutating func requeue(after pause: Duration) -> Action {
        stage = .queued
        progress = 0
        submitToken = nil
        return .wait(pause)
    }

    private mutating func progressed(_ share: Double) -> Action {
        if stage == .submitting { stage = .rendering }
        progress = max(progress, min(90, Int(share * 90)))
        return .wait(.zero)
    }

    private mutating func polled(_ status: RenderStatus, at now: Date) -> Action {
        switch status {
        case .running(let share, let hint):
            _ = progressed(share ?? 0)
            return .wait(hint ?? pollPause(at: now))
        case .completed(let cost):
            self.cost = cost
            stage = .storing
            renderedAt = renderedAt ?? now
            progress = max(progress, 95)
            return .store(providerJobID)
        case .failed(let error, let cost):
            self.cost = cost
            return switch error.reason {
            case .rejected: fail(.contentRejected)
            case .unavailable: fail(.modelUnavailable)
            default: fail(.modelError)
            }
        }
    }

    /// Some that have declined say that they are done, and answer every download with an error.
    private mutating func downloadFailed(at now: Date) -> Action {
        guard let renderedAt, now.timeIntervalSince(renderedAt) > Self.downloadGrace else {
            return .wait(Self.firstPollPause)
        }
        return fail(.modelError)
    }

    private mutating func pollFailed(
        _ reason: VideoModelError.Reason, at now: Date
    ) -> Action {
        switch reason {
        case .rejected: fail(.contentRejected)
        case .failed: fail(.modelError)
        case .notFound where age(at: now) > Self.notFoundGrace:
            fail(.modelError)
        case .notFound, .notStarted, .unavailable, .unknownOutcome, .transient, .noRoom:
            .wait(pollPause(at: now))
        }
    }

    /// Two seconds at first, a tenth of the render's age later, at most fifteen seconds.
    private func pollPause(at now: Date) -> Duration {
        min(max(Self.firstPollPause, .seconds(age(at: now) / 10)), Self.longestPollPause)
    }

    /// Like a poll's, counted from when there was something to store: each attempt moves the whole
    /// clip, and a full bucket may stay so for long.
    private func storePause(at now: Date) -> Duration {
        guard let since = renderedAt ?? startedAt else { return Self.firstPollPause }
        let age = Duration.seconds(now.timeIntervalSince(since) / 10)
        return min(max(Self.firstPollPause, age), Self.longestPollPause)
    }

    func age(at now: Date) -> TimeInterval {
        startedAt.map { now.timeIntervalSince($0) } ?? 0
    }

    private mutating func complete() -> Action {
        stage = .done
        progress = 100
        return .finish
    }

    private mutating func fail(_ code: JobFailure.Code) -> Action {
        stage = .done
        failure = JobFailure(code: code)
        return .finish
    }
}
