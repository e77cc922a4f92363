import ArgumentParser
import Client
import Foundation

/// Waits for a video and shows how it comes along.
struct VideoFollower: Sendable {
    private static let pause = Duration.seconds(1)
    private static let width = 30

    let client: StudioClient
    /// Where the clip is to go, for what is said when the waiting is broken off.
    let output: URL
    /// In a batch the rows' lines would write over each other.
    var isQuiet = false

    /// - Returns: the finished video, as the server writes it.
    /// - Throws: `Failed`; `ClientError`; `CancellationError` after saying how to get it later.
    func follow(_ id: String) async throws -> Data {
        do {
            return try await wait(for: id)
        } catch is CancellationError {
            if !isQuiet { sayGoodbye(id) }
            throw CancellationError()
        }
    }

    /// The video failed; its credits are back.
    struct Failed: Error, CustomStringConvertible {
        let failure: VideoReply.Failure
        let json: Data
        var description: String { "The video failed: \(failure.message) Your credits are back." }
    }

    private func wait(for id: String) async throws -> Data {
        var shown = ""
        while true {
            let answer = try await client.ask(
                "GET", "/v1/videos/\(id.segment)", as: VideoReply.self)
            let video = answer.value
            if video.isOver {
                if !isQuiet { Terminal.clearProgress() }
                guard let failure = video.error, video.status == "failed" else {
                    return answer.json
                }
                throw Failed(failure: failure, json: answer.json)
            }
            let line = Self.line(video)
            if line != shown, !isQuiet { Terminal.progress(line) }
            shown = line
            try await Task.sleep(for: Self.pause)
        }
    }

    private static func line(_ video: VideoReply) -> String {
        let filled = video.progress * width / 100
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let state = video.status == "queued" ? "waiting its turn" : "rendering"
        return "\(bar) \(video.progress) %  \(state)"
    }

    private func sayGoodbye(_ id: String) {
        Terminal.clearProgress()
        Terminal.complain(
            """
            Not waiting any longer. The video goes on being made on the server and costs no more. \
            To get it:
              placemint videos download \(id) --wait -o \(output.relativePath)
            """)
    }
}
