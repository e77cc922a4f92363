package import Foundation
import Media

/// Makes a real clip from the first frame on this machine: camera moves over a still, with the
/// storyboard's words. Needs no account; ffmpeg is all it takes.
package struct Animatic: VideoModel {
    /// Longer than any format asks for; bounds the work of one request.
    static let seconds = 1...60
    /// Sides a player shows and a server can render, even because of 4:2:0 chroma.
    static let sides = 64...2048
    static let framesPerSecond = 30
    /// How long to wait for room on this machine's disk.
    private static let roomPause = Duration.seconds(15)

    package let rendersHere = true

    package init() {}

    package func create(
        _ request: ClipRequest, token: SubmitToken, file: URL,
        progress: @escaping @Sendable (Double) async -> Void
    ) async throws -> Creation {
        do {
            try await render(request, to: file, progress: progress)
            return .clip
        } catch {
            // Whatever stands there is half a clip, or nothing at all.
            try? FileManager.default.removeItem(at: file)
            try Task.checkCancellation()
            throw Self.problem(error)
        }
    }

    package func status(of id: ProviderJobID) async throws -> RenderStatus {
        throw VideoModelError(.notFound, "animatic keeps no clips")
    }

    package func download(_ id: ProviderJobID, to file: URL) async throws {
        throw VideoModelError(.notFound, "animatic keeps no clips")
    }

    /// A render ends with the process it runs in, and costs nothing.
    package func find(_ token: SubmitToken) async throws -> Finding { .nothingCreated }

    package func probe() async throws -> String {
        do {
            for tool in MediaTool.allCases { _ = try tool.path() }
        } catch {
            throw Self.problem(error)
        }
        return "draws on this machine"
    }

    private func render(
        _ request: ClipRequest, to file: URL, progress: @escaping @Sendable (Double) async -> Void
    ) async throws {
        let reel = try await Reel(request)
        let encoding = Encoding(size: request.size, seconds: request.seconds)
        try await FFmpeg.run(
            encoding.arguments(to: file), length: Double(request.seconds),
            within: encoding.patience,
            feed: { try await reel.play(into: $0) }, progress: progress)
        await progress(1)
    }

    private static func problem(_ error: any Error) -> VideoModelError {
        switch error {
        case let error as VideoModelError: error
        case let error as ToolError where error.isOutOfSpace:
            VideoModelError(.notStarted(retryAfter: roomPause), "no space left for the clip")
        case ToolError.missing(let tool):
            VideoModelError(.unavailable, "\(tool.rawValue) is not in PATH")
        case ToolError.failed(let tool, let detail):
            VideoModelError(.failed, "\(tool.rawValue): \(detail)")
        default: VideoModelError(.failed, "\(error)")
        }
    }
}
