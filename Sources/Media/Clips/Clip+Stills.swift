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
        var picture = try await still(of: file, options: ["-ss", "\(place)"])
        if picture.isEmpty, place > 0 { picture = try await still(of: file, options: []) }
        let frame = picture
        return try await Darkroom.develop {
            try frame.withUnsafeBytes {
                try Picture.thumbnail(of: $0, longestSide: posterSide).inSRGB().webp()
            }
        }
    }

    /// ffmpeg's options for an output of 4 by 2 tiles, frames from beginning to end. The picture
    /// lasts a millisecond: with the clip's length it would hide that the clip ends early.
    static func tiles(of seconds: Double, to file: URL) -> [String] {
        let columns = 4
        let rows = 2
        let rate = Double(columns * rows) / max(seconds, 0.1)
        let filters = [
            "fps=\(rate):round=up", "scale=180:320:force_original_aspect_ratio=decrease",
            "pad=180:320:-1:-1:color=0x14201B", "tile=\(columns)x\(rows)", "fps=1000",
            "setpts=0",
        ]
        return [
            "-map", "0:v:0", "-vf", filters.joined(separator: ","), "-frames:v", "1",
            "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", "-f", "image2", "-update", "1",
            FFmpeg.name(file),
        ]
    }

    /// One frame, as a JPEG of the best quality: a PNG takes half a second to write.
    private static func still(of file: URL, options: [String]) async throws -> Data {
        let arguments =
            ["-nostdin", "-v", "error", "-threads", "\(FFmpeg.threads)"] + guarded + options + [
                "-i", FFmpeg.name(file), "-map", "0:v:0", "-frames:v", "1", "-c:v", "mjpeg",
                "-q:v", "2", "-pix_fmt", "yuvj420p", "-f", "image2pipe", "pipe:1",
            ]
        let picture = Mutex(Data())
        do {
            try await ToolRun(tool: .ffmpeg, arguments: arguments, limit: patience)(
                read: { piece in
                    try picture.withLock {
                        guard $0.count + piece.count <= mostStillBytes else {
                            throw ClipError(detail: "a frame is too large")
                        }
                        $0.append(contentsOf: piece)
                    }
                })
        } catch ToolError.failed(_, let detail) {
            throw ClipError(detail: "no frame: \(detail)")
        }
        return picture.withLock { $0 }
    }
}
