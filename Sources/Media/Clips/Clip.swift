package import Foundation

/// What a clip file really is, found by reading it.
package struct ClipFacts: Equatable, Sendable {
    /// As shown: a rotation tag is applied.
    package let size: PixelSize
    package let seconds: Double
    package let hasAudio: Bool
    /// ffmpeg's names: `h264`, `yuv420p`.
    package let videoCodec: String
    package let pixelFormat: String
    package let bytes: Int
}

/// The file is not a clip one can play. `description` is safe to show, `detail` is for the log.
package struct ClipError: Error, Equatable, Sendable, CustomStringConvertible {
    package let detail: String

    package var code: String { "clip_invalid" }
    package var description: String { "The clip that came back cannot be played." }
}

/// Checks and previews of finished clips.
package enum Clip {
    /// More than any model delivers for a clip of a minute.
    package static let mostBytes = 200_000_000
    /// Longer than any model's clip; bounds the time a check may take.
    package static let mostSeconds = 300.0
    /// 8K: bounds the memory one frame may take.
    package static let mostPixels = 7680 * 4320
    /// Bounds every run of a tool on a clip.
    static let patience = Duration.seconds(120)

    /// Options for every file that came from outside: nothing but plain clip containers, and
    /// nothing that such a file may refer to (playlists name other files and addresses).
    static let guarded = [
        "-protocol_whitelist", "file", "-format_whitelist", "mov,matroska", "-max_streams", "8",
    ]

    /// Reads the facts and decodes every frame once.
    /// - Parameter spritesheet: where to write frames from beginning to end, if they are wanted: a
    ///   JPEG of 720x640 with 4 by 2 tiles. Each tile is 9:16 and shows the whole frame.
    /// - Throws: `ClipError` when it is no playable clip, else `ToolError`.
    package static func probe(file: URL, spritesheet: URL? = nil) async throws -> ClipFacts {
        let facts = try await ProbeReport.read(file)
        guard facts.bytes <= mostBytes, facts.seconds <= mostSeconds,
            facts.size.pixels <= mostPixels
        else { throw ClipError(detail: "past a limit: \(facts)") }
        let sheet = spritesheet.map { tiles(of: facts.seconds, to: $0) } ?? []
        try await decode(file, expecting: facts.seconds, and: sheet)
        if let spritesheet, !FileManager.default.fileExists(atPath: spritesheet.path) {
            throw ClipError(detail: "no frame to show")
        }
        return facts
    }

    /// The header may promise what the file does not hold: a download cut short looks whole.
    /// - Parameter output: what else to make of the frames while they are there.
    private static func decode(
        _ file: URL, expecting seconds: Double, and output: [String]
    ) async throws {
        let arguments =
            ["-xerror", "-threads", "\(FFmpeg.threads)"] + guarded + [
                "-i", FFmpeg.name(file), "-map", "0:v:0", "-map", "0:a:0?", "-f", "null", "-",
            ] + output
        let reached: Double
        do {
            reached = try await FFmpeg.run(arguments, length: seconds, within: patience)
        } catch let error as ToolError where error.isOutOfSpace {
            // The sprite sheet's fault, not the clip's.
            throw error
        } catch ToolError.failed(_, let detail) {
            throw ClipError(detail: "does not decode: \(detail)")
        } catch ToolError.timedOut {
            throw ClipError(detail: "does not decode within \(patience)")
        }
        let leastShare = 0.9
        guard reached >= seconds * leastShare else {
            throw ClipError(detail: "ends after \(reached) of \(seconds) seconds")
        }
    }
}
