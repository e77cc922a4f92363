package import Foundation
import Synchronization

/// Runs ffmpeg. Arguments are an array, never a shell line.
package enum FFmpeg {
    /// Enough for one clip; the rest of the machine serves other people.
    package static let threads = 4

    /// - Parameters:
    ///   - arguments: inputs, filters and outputs; what every run needs is put before them.
    ///   - length: seconds of output expected, which progress is a share of.
    ///   - limit: wall-clock time it may take.
    ///   - feed: writes standard input, for an input named `pipe:0`.
    ///   - progress: receives a share from 0 to 1 about twice a second.
    /// - Returns: the seconds of output made.
    /// - Throws: `ToolError` or `CancellationError`.
    @discardableResult
    package static func run(
        _ arguments: [String], length: Double, within limit: Duration,
        feed: @escaping @Sendable (ToolInput) async throws -> Void = { _ in },
        progress: @escaping @Sendable (Double) async -> Void = { _ in }
    ) async throws -> Double {
        let report = Mutex(ProgressReport())
        let run = ToolRun(tool: .ffmpeg, arguments: always(limit) + arguments, limit: limit)
        try await run(feed: feed) { piece in
            let news = report.withLock { $0.take(piece) }
            if let reached = news, length > 0 { await progress(min(1, max(0, reached / length))) }
        }
        return report.withLock { $0.seconds }
    }

    /// A file as ffmpeg's input or output: no name can be taken for an option or a protocol.
    package static func name(_ file: URL) -> String { "file:" + file.path }

    private static func always(_ limit: Duration) -> [String] {
        [
            "-nostdin", "-hide_banner", "-v", "error", "-nostats", "-y", "-progress", "pipe:1",
            // Processor time: ends an ffmpeg that outlives a killed server.
            "-timelimit", "\(max(1, limit.components.seconds) * Int64(threads))",
        ]
    }
}

/// Reads what `-progress` prints: lines of `key=value`.
struct ProgressReport: Sendable {
    private(set) var seconds = 0.0
    private var rest: [UInt8] = []

    /// Takes the next piece of output. Returns the seconds reached when it told any.
    mutating func take(_ piece: [UInt8]) -> Double? {
        rest += piece
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
        let lines = String(decoding: rest[..<end], as: UTF8.self).split(separator: "\n")
        rest.removeSubrange(...end)
        let key = "out_time_us="
        let times = lines.filter { $0.hasPrefix(key) }.compactMap {
            Double($0.dropFirst(key.count))
        }
        guard let last = times.last else { return nil }
        seconds = last / 1_000_000
        return seconds
    }
}
