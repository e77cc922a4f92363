package import Foundation
package import Media

extension Animatic {
    /// Measures a render against encoding its first frame as a still clip: same frames, same
    /// sound, same encoder settings.
    /// - Parameters:
    ///   - photo: any accepted picture.
    ///   - seconds: 1 to 60.
    /// - Throws: what either run throws.
    package static func benchmark(
        photo: Data, size: PixelSize = PixelSize(width: 720, height: 1280), seconds: Int = 8
    ) async throws -> (render: Duration, baseline: Duration) {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("animatic-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        // A leftover in the temporary folder is no reason to withhold the times.
        defer { try? FileManager.default.removeItem(at: folder) }
        let frame = folder.appendingPathComponent("frame.jpg")
        try await FirstFrame.compose(photo: photo, size: size, backdrop: .soft).write(to: frame)
        let request = ClipRequest(
            prompt: "", seconds: seconds, size: size, firstFrame: frame, storyboard: .sample)
        let clip = folder.appendingPathComponent("clip.mp4")
        let still = Encoding(size: size, seconds: seconds)
        let clock = ContinuousClock()
        let baseline = try await clock.measure {
            try await FFmpeg.run(
                still.still(frame, to: clip), length: Double(seconds), within: still.patience)
        }
        let render = try await clock.measure {
            _ = try await Animatic().create(
                request, token: SubmitToken(UUID()), file: clip, progress: { _ in })
        }
        return (render, baseline)
    }
}

extension Storyboard {
    /// Three shots and both texts: as much work as a storyboard makes.
    fileprivate static let sample = Storyboard(
        shots: [
            Shot(move: .push, share: 0.4), Shot(move: .drift, share: 0.35),
            Shot(move: .hold, share: 0.25),
        ], hook: "The one thing on my sink", caption: "Mint No. 5")
}
