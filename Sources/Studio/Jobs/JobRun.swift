import Foundation
import Logging
import Media
import ObjectStorage
import VideoModels

/// One worker's time with one job: asks the machine what to do, does it, and tells the machine
/// what came of it, until the lease is given back.
actor JobRun {
    /// What a run needs from outside.
    struct Surroundings: Sendable {
        let queue: JobQueue
        let assets: AssetStore
        let models: [String: any VideoModel]
        let studio: Studio
        let logger: Logger
    }

    /// How often a clip that is said to be there is looked for.
    private static let downloadTries = 5
    private static let downloadPause = Duration.seconds(2)

    /// Written progress is for a person's eyes: a few steps a second would only be writes.
    private static let progressStep = 4

    let surroundings: Surroundings
    let claim: JobQueue.Claim
    let folder: URL
    let logger: Logger
    var machine: JobMachine
    private var writtenProgress: Int
    private var cancellation: (@Sendable () -> Void)?
    /// Where the provider can fetch the first frame, if its model wants that.
    private var frameLink: URL?

    /// - Parameter folder: this run's own, for the frame and the clip; removed when it is over.
    init(_ claim: JobQueue.Claim, in folder: URL, _ surroundings: Surroundings) {
        self.surroundings = surroundings
        self.claim = claim
        self.folder = folder
        machine = claim.job.machine
        writtenProgress = machine.progress
        logger = claim.log(surroundings.logger)
    }

    var frameFile: URL { folder.appending(path: "frame.jpg") }
    var clipFile: URL { folder.appending(path: "clip.mp4") }

    /// Carries the job as far as it goes now.
    /// - Throws: `JobQueue.LeaseLost`, `PostgresError`, `CancellationError`: the job then stays as
    ///   it was last written, for the next worker.
    func run() async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // A folder that cannot be removed is the temporary folder's to clean.
            try? FileManager.default.removeItem(at: folder)
        }
        logger.debug("A job is taken up", metadata: ["job.stage": "\(machine.stage.rawValue)"])
        if machine.stage == .done { return try await takeLateClip() }
        var action = machine.apply(
            claim.job.isCancelRequested ? .cancelRequested : .claimed, at: Date())
        while true {
            switch action {
            case .wait(let pause):
                return try await surroundings.queue.release(machine, claim, for: pause)
            case .finish:
                return try await finish()
            case .makeFrame:
                action = try await takeSlot()
            case .create(let token): action = try await follow(create(token))
            case .find(let token): action = try await follow(find(token))
            case .poll(let id): action = try await follow(poll(id))
            case .cancel(let id): action = try await follow(cancel(id))
            case .store(let id):
                guard let event = try await store(id) else { return }
                action = try await follow(event)
            }
        }
    }

    /// Applies what happened, and writes it down if this worker goes on with the job.
    private func follow(_ event: JobMachine.Event) async throws -> JobMachine.Action {
        let action = machine.apply(event, at: Date())
        switch action {
        case .wait, .finish: break
        default: try await surroundings.queue.save(machine, claim)
        }
        return action
    }

    /// Gives the lease back as things stand.
    func handBack() async throws {
        let action = machine.apply(
            Date() < machine.deadline ? .interrupted : .claimed, at: Date())
        if action == .finish { return try await finish() }
        try await surroundings.queue.release(machine, claim, for: .zero)
    }

    private func finish() async throws {
        guard let failure = machine.failure else { return }
        logger.notice("A job failed", metadata: ["error.code": "\(failure.code.rawValue)"])
        try await surroundings.queue.fail(machine, claim)
    }
}

// MARK: The first frame, and a slot

extension JobRun {
    private func takeSlot() async throws -> JobMachine.Action {
        let queue = surroundings.queue
        let limits = surroundings.studio.catalogue.slots(of: claim.job)
        guard try await queue.hasSlot(limits) else {
            return machine.apply(.noSlot, at: Date())
        }
        do {
            try await makeFrame()
            frameLink = try await storeFrame()
        } catch is ImageError, BucketError.notFound {
            return machine.apply(.frameFailed, at: Date())
        } catch let error as BucketError {
            log(error)
            return machine.apply(.storeFailed, at: Date())
        }
        var submitted = machine
        let action = submitted.apply(.frameReady(SubmitToken(UUID())), at: Date())
        guard try await queue.takeSlot(submitted, claim, limits) else {
            return machine.apply(.noSlot, at: Date())
        }
        machine = submitted
        logger.info(
            "A job is handed to its model",
            metadata: [
                "model.name": "\(claim.job.model)", "provider.name": "\(claim.job.provider)",
            ])
        return action
    }

    private func makeFrame() async throws {
        guard let image = claim.job.image else { return }
        let photo = folder.appending(path: "photo")
        guard let asset = try await surroundings.assets.kept(image) else {
            throw BucketError.notFound
        }
        try await surroundings.assets.fetch(asset, to: photo)
        let frame = try await FirstFrame.compose(
            photo: try Data(contentsOf: photo), size: claim.job.size,
            backdrop: claim.job.backdrop, crop: claim.job.crop)
        do {
            try frame.write(to: frameFile)
        } catch {
            throw BucketError(ofFile: error)
        }
    }
}

// MARK: The model

extension JobRun {
    var model: any VideoModel {
        get throws {
            guard let model = surroundings.models[claim.job.model] else {
                throw VideoModelError(.unavailable, "the model is not configured any more")
            }
            return model
        }
    }

    private func create(_ token: SubmitToken) async throws -> JobMachine.Event {
        let provider = claim.job.provider
        do {
            let model = try model
            let request = try await request()
            let creation =
                try await model.rendersHere
                ? stoppable { try await self.create(request, token, at: model) }
                : create(request, token, at: model)
            // Whatever stood in the way of this provider does so no longer.
            try await surroundings.queue.closeBreaker(provider)
            return .created(creation)
        } catch is StoppedByUser {
            return .cancelAnswered(true)
        } catch let error as VideoModelError {
            log(error)
            if error.reason == .unavailable {
                try await surroundings.queue.openBreaker(provider, reason: error.detail)
            }
            return .createFailed(error.reason)
        }
    }

    private func create(
        _ request: ClipRequest, _ token: SubmitToken, at model: any VideoModel
    ) async throws -> Creation {
        try await model.create(request, token: token, file: clipFile) {
            [weak self] share in await self?.report(share)
        }
    }

    private func request() async throws -> ClipRequest {
        let job = claim.job
        return ClipRequest(
            prompt: job.prompt, seconds: job.seconds, size: job.size,
            firstFrame: job.image == nil ? nil : frameFile,
            frameLink: frameLink, storyboard: surroundings.studio.storyboard(of: job),
            remixOf: job.remixMethod == .edit
                ? try await surroundings.queue.original(of: job) : nil)
    }

    private struct StoppedByUser: Error {}

    /// A render of this machine's own stops when its user does not want it any more.
    private func stoppable(
        _ render: @Sendable @escaping () async throws -> Creation
    ) async throws -> Creation {
        let (wishes, wish) = AsyncStream<Void>.makeStream()
        cancellation = { wish.yield() }
        defer { cancellation = nil }
        return try await withThrowingTaskGroup(of: Creation.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await render() }
            group.addTask {
                for await _ in wishes { throw StoppedByUser() }
                throw CancellationError()
            }
            guard let creation = try await group.next() else { throw CancellationError() }
            return creation
        }
    }

    /// The user does not want the job any more.
    func cancelRequested() { cancellation?() }

    private func cancel(_ id: ProviderJobID) async throws -> JobMachine.Event {
        do {
            return .cancelAnswered(try await model.cancel(id))
        } catch let error as VideoModelError {
            log(error)
            return .cancelAnswered(false)
        }
    }

    private func report(_ share: Double) async {
        _ = machine.apply(.progressed(share), at: Date())
        guard machine.progress >= writtenProgress + Self.progressStep else { return }
        writtenProgress = machine.progress
        do {
            try await surroundings.queue.saveProgress(machine, claim)
        } catch {
            logger.debug("Progress was not written", metadata: ["error": "\(error)"])
        }
    }

    private func find(_ token: SubmitToken) async throws -> JobMachine.Event {
        do {
            return .found(try await model.find(token))
        } catch let error as VideoModelError {
            log(error)
            return .found(.unknown)
        }
    }

    private func poll(_ id: ProviderJobID) async throws -> JobMachine.Event {
        do {
            return .polled(try await model.status(of: id))
        } catch let error as VideoModelError {
            log(error)
            return .pollFailed(error.reason)
        }
    }

    func log(_ error: VideoModelError) {
        logger.warning(
            "The model did not do it",
            metadata: ["provider.name": "\(claim.job.provider)", "error": "\(error.detail)"])
    }
}

// MARK: The clip

extension JobRun {
    /// - Returns: `nil` when the job is completed.
    private func store(_ id: ProviderJobID?) async throws -> JobMachine.Event? {
        do {
            if let id { try await download(id) }
            let clip = try await keep(clipFile)
            var finished = machine
            _ = finished.apply(.stored, at: Date())
            try await surroundings.queue.complete(finished, claim, clip: clip)
            logger.info("A job is completed")
            return nil
        } catch let error as ClipError {
            logger.warning("The clip does not play", metadata: ["error": "\(error)"])
            return .clipInvalid
        } catch let error as VideoModelError {
            log(error)
            return switch error.reason {
            case .transient: .downloadFailed
            case .noRoom: .storeFailed
            // Done, and no clip: that is how some decline.
            case .rejected, .notFound: .clipRefused
            default: .clipInvalid
            }
        } catch let error as ToolError {
            logger.warning("The clip was not checked", metadata: ["error": "\(error)"])
            return .storeFailed
        } catch let error as BucketError {
            log(error)
            return .storeFailed
        }
    }

    func log(_ error: BucketError) {
        logger.warning("The bucket failed", metadata: ["error": "\(error)"])
    }

    /// A clip that is announced may take a moment to be there.
    private func download(_ id: ProviderJobID) async throws {
        for _ in 1..<Self.downloadTries {
            do {
                return try await model.download(id, to: clipFile)
            } catch let error as VideoModelError where error.reason == .notFound {
                try await Task.sleep(for: Self.downloadPause)
            }
        }
        try await model.download(id, to: clipFile)
    }
}
