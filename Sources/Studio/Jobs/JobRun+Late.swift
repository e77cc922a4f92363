import Foundation
import Logging
import Media
import ObjectStorage
import VideoModels

/// A job that failed at its deadline, and was refunded: should its clip come after all, the user
/// has it for nothing.
extension JobRun {
    private static let latePause = Duration.seconds(30)

    func takeLateClip() async throws {
        guard let id = machine.providerJobID else { return try await giveUp() }
        do {
            switch try await model.status(of: id) {
            case .running: try await wait()
            case .failed: try await giveUp()
            case .completed:
                try await model.download(id, to: clipFile)
                let clip = try await keep(clipFile)
                try await surroundings.queue.attach(clip, to: claim)
                logger.notice("A clip came after its deadline")
            }
        } catch let error as VideoModelError {
            log(error)
            let isWorthAsking = [.transient, .unavailable, .noRoom].contains(error.reason)
            try await isWorthAsking ? wait() : giveUp()
        } catch let error as BucketError {
            log(error)
            try await wait()
        } catch is ClipError {
            try await giveUp()
        }
    }

    private func wait() async throws {
        try await surroundings.queue.pauseLate(claim, for: Self.latePause)
    }

    private func giveUp() async throws { try await surroundings.queue.endLate(claim) }
}
