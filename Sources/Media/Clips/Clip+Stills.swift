package import Foundation
import Synchronization

extension Clip {
    /// Sharp on a phone's whole screen, small enough for a page full of them.
    private static let posterSide = 1280
    /// Room for one uncompressed frame of the largest clip.
    private static let mostStillBytes = 4 * mostPixels

    /// One frame of the clip.
    /// - Parameter seconds: where in the clip; past its end, the first frame is taken.
    /// - Returns: WebP, at most 1280 pixels long.
    /// - Throws: `ClipError` when the clip has no frame, else `ToolError`.
    package static func poster(of file: URL, at seconds: Double) async throws -> Data {
        let place = max(0, seconds.isFinite ? seconds : 0)
        var png = try await still(of: file, options: ["-ss", "\(place)"])
        if png.isEmpty, place > 0 { png = try await still(of: file, options: []) }
        let frame = png
        return try await Darkroom.develop {
            try frame.withUnsafeBytes {
                try Picture.thumbnail(of: $0, longestSide: posterSide).inSRGB().webp()
            }
        }
    }

    /// Frames from beginning to end in one picture of 4 by 2 tiles. Each tile is 9:16 and shows
    /// the whole frame.
    /// - Parameter seconds: the clip's length, from its facts.
    /// - Returns: JPEG of 720x640.
    /// - Throws: `ClipError` when the clip has no frame, else `ToolError`.
    package static func spritesheet(of file: URL, seconds: Double) async throws -> Data {
        let columns = 4
        let rows = 2
        let rate = Double(columns * rows) / max(seconds, 0.1)
        let filters = [
            "fps=\(rate):round=up", "scale=180:320:force_original_aspect_ratio=decrease",
            "pad=180:320:-1:-1:color=0x14201B", "tile=\(columns)x\(rows)",
        ]
        let png = try await still(of: file, options: [], filters: filters)
        return try await Darkroom.develop {
            try png.withUnsafeBytes {
                try Picture.thumbnail(of: $0, longestSide: Photo.longestSide).inSRGB().jpeg()
            }
        }
    }

    /// The first picture the filters give, as PNG.
    private static func still(
        of file: URL, options: [String], filters: [String] = ["null"]
    ) async throws -> Data {
        let arguments =
            ["-nostdin", "-v", "error", "-threads", "\(FFmpeg.threads)"] + guarded + options + [
                "-i", FFmpeg.name(file), "-map", "0:v:0", "-vf", filters.joined(separator: ","),
                "-frames:v", "1", "-c:v", "png", "-f", "image2pipe", "pipe:1",
            ]
        let png = Mutex(Data())
        do {
            try await ToolRun(tool: .ffmpeg, arguments: arguments, limit: patience)(
                read: { piece in
                    try png.withLock {
                        guard $0.count + piece.count <= mostStillBytes else {
                            throw ClipError(detail: "a frame is too large")
                        }
                        $0.append(contentsOf: piece)
                    }
                })
        } catch ToolError.failed(_, let detail) {
            throw ClipError(detail: "no frame: \(detail)")
        }
        return png.withLock { $0 }
    }
}
