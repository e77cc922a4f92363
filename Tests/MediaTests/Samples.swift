import Foundation
import Media

/// Pictures and clips to try things on.
enum Samples {
    /// A file beside the tests; see `Fixtures/make-fixtures.sh`.
    static func fixture(_ name: String) throws -> Data {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try Data(contentsOf: folder.appending(path: "Fixtures/\(name)"))
    }

    /// The JPEG with an EXIF block put in front: an orientation and a position on Earth.
    static func tagged(_ jpeg: Data, orientation: UInt8) -> Data {
        var tiff: [UInt8] = Array("MM".utf8) + [0, 42, 0, 0, 0, 8]
        tiff += [0, 2]
        tiff += [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
        tiff += [0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]
        tiff += [0, 0, 0, 0]
        tiff += [0, 1]
        tiff += [0, 1, 0, 2, 0, 0, 0, 2] + Array("N".utf8) + [0, 0, 0]
        tiff += [0, 0, 0, 0]
        let body = Array("Exif".utf8) + [0, 0] + tiff
        let length = body.count + 2
        let segment = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + body
        return jpeg.prefix(2) + Data(segment) + jpeg.dropFirst(2)
    }

    /// A picture of one colour, or with the alpha given.
    static func flat(_ colour: [UInt8], _ size: PixelSize) -> Data {
        PlainPNG(size: size, pixel: colour).data
    }

    static func ffmpeg(_ arguments: [String]) async throws {
        try await FFmpeg.run(arguments, length: 1, within: .seconds(60))
    }

    /// Runs with a folder that is gone afterwards. Its name has a space on purpose.
    static func folder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "media tests \(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    static func clip(in folder: URL, size: String = "144x256", extra: [String] = []) async throws
        -> URL
    {
        let file = folder.appending(path: "a clip.mp4")
        try await ffmpeg(
            [
                "-f", "lavfi", "-i", "testsrc=s=\(size):r=30:d=2", "-f", "lavfi", "-i",
                "sine=d=2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
                "-movflags", "+faststart",
            ] + extra + ["-f", "mp4", FFmpeg.name(file)])
        return file
    }
}
