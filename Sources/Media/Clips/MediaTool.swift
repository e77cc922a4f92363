import Foundation

/// A program of the ffmpeg suite that has to be installed.
package enum MediaTool: String, CaseIterable, Sendable {
    case ffmpeg
    case ffprobe

    /// Where it is, looked up once on the search path.
    /// - Throws: `ToolError.missing`.
    package func path() throws -> String {
        guard let path = Self.installed[self] else { throw ToolError.missing(self) }
        return path
    }

    private static let installed: [MediaTool: String] = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return allCases.reduce(into: [:]) { found, tool in
            found[tool] = folders.map { "\($0)/\(tool.rawValue)" }
                .first { FileManager.default.isExecutableFile(atPath: $0) }
        }
    }()
}

/// Why a program of the ffmpeg suite gave nothing. `description` is safe to show.
package enum ToolError: Error, Equatable, Sendable {
    case missing(MediaTool)
    /// The detail is the end of what the program said, for the log only.
    case failed(MediaTool, detail: String)
    case timedOut(MediaTool)
}

extension ToolError {
    /// Whether the disk it had to write to is full.
    package var isOutOfSpace: Bool {
        guard case .failed(_, let detail) = self else { return false }
        return detail.contains("No space left on device")
            || detail.contains("Disk quota exceeded")
    }
}

extension ToolError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let tool): "\(tool.rawValue) is not installed on this server."
        case .failed(let tool, _): "\(tool.rawValue) could not do its work."
        case .timedOut(let tool): "\(tool.rawValue) took too long."
        }
    }
}
