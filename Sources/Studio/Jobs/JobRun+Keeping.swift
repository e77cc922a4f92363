import Foundation
import Media
import ObjectStorage
import Postgres
import VideoModels

/// What a job puts into the bucket: a clip with the pictures made of it, and, for a while, the first
/// frame.
extension JobRun {
    /// A provider fetches the frame when it gets to it, at the job's deadline at the latest.
    private static let leastLinkSeconds = 600.0

    /// The first frame as an object, for a model that fetches it. The row comes first, and the job
    /// names it before the model is asked: whatever dies in between, the object goes when the job
    /// is over, or after an hour.
    /// - Throws: `BucketError`, `JobQueue.LeaseLost`.
    func storeFrame() async throws -> URL? {
        let assets = surroundings.assets
        guard claim.job.image != nil,
            surroundings.models[claim.job.model]?.takesFrameLink ?? false
        else { return nil }
        let frame = try await assets.put(
            .init(
                kind: .frame, file: frameFile, mime: "image/jpeg", fileExtension: "jpg",
                size: claim.job.size), for: claim.job.user)
        try await surroundings.queue.name(frame.id, asFrameOf: claim)
        let left = machine.deadline.timeIntervalSinceNow
        return assets.bucket.link(to: frame.key, for: .seconds(max(left, Self.leastLinkSeconds)))
    }

    /// - Returns: rows whose objects are stored and that nobody sees until they are confirmed.
    /// - Throws: `ClipError`, `ToolError`, `BucketError`.
    func keep(_ file: URL) async throws -> StoredClip {
        let poster = folder.appending(path: "poster.webp")
        let spritesheet = folder.appending(path: "spritesheet.jpg")
        let facts = try await Clip.probe(file: file, spritesheet: spritesheet)
        let picture = try await Clip.poster(of: file, at: facts.seconds / 2)
        do {
            try picture.write(to: poster)
        } catch {
            throw BucketError(ofFile: error)
        }
        let ids = try await put([
            .init(
                kind: .video, file: file, mime: "video/mp4", fileExtension: "mp4",
                size: facts.size, seconds: facts.seconds),
            .init(
                kind: .poster, file: poster, mime: "image/webp", fileExtension: "webp",
                size: facts.size),
            .init(
                kind: .spritesheet, file: spritesheet, mime: "image/jpeg", fileExtension: "jpg",
                size: nil),
        ])
        return StoredClip(video: ids[0], poster: ids[1], spritesheet: ids[2])
    }

    /// Stores all of them, or gives up those that were: a bucket that is nearly full must not fill
    /// with clips whose posters did not fit.
    private func put(_ drafts: [AssetStore.Draft]) async throws -> [ID<Asset>] {
        var stored: [ID<Asset>] = []
        for draft in drafts {
            do {
                stored.append(
                    try await surroundings.assets.put(draft, for: claim.job.user).id)
            } catch {
                try await surroundings.assets.discard(stored)
                throw error
            }
        }
        return stored
    }
}
