import Foundation
import Testing

@testable import Media

@Suite struct ClipTests {
    @Test func `a clip's facts are read from the file`() async throws {
        try await Samples.folder { folder in
            let file = try await Samples.clip(in: folder)
            let facts = try await Clip.probe(file: file)
            #expect(facts.size == PixelSize(width: 144, height: 256))
            #expect(abs(facts.seconds - 2) < 0.1)
            #expect(facts.hasAudio)
            #expect(facts.videoCodec == "h264")
            #expect(facts.pixelFormat == "yuv420p")
            #expect(facts.bytes == (try Data(contentsOf: file).count))
        }
    }

    @Test func `a rotation tag is applied to the size`() async throws {
        try await Samples.folder { folder in
            let file = try await Samples.clip(in: folder)
            let turned = folder.appending(path: "turned.mp4")
            try await Samples.ffmpeg([
                "-i", FFmpeg.name(file), "-c", "copy", "-metadata:s:v", "rotate=90", "-f", "mp4",
                FFmpeg.name(turned),
            ])
            #expect(try await Clip.probe(file: turned).size == PixelSize(width: 256, height: 144))
        }
    }

    @Test(arguments: [0.3, 0.6, 0.9])
    func `a clip cut short is refused although its header is whole`(share: Double) async throws {
        try await Samples.folder { folder in
            let file = try await Samples.clip(in: folder)
            let whole = try Data(contentsOf: file)
            try whole.prefix(Int(Double(whole.count) * share)).write(to: file)
            await #expect(throws: ClipError.self) { try await Clip.probe(file: file) }
            let sheet = folder.appending(path: "sheet.jpg")
            await #expect(throws: ClipError.self) {
                try await Clip.probe(file: file, spritesheet: sheet)
            }
        }
    }

    @Test(arguments: ["", "not a clip", "#EXTM3U\n#EXTINF:1,\n/etc/hostname\n"])
    func `what is no clip is refused`(content: String) async throws {
        try await Samples.folder { folder in
            let file = folder.appending(path: "clip.mp4")
            try Data(content.utf8).write(to: file)
            let error = await #expect(throws: ClipError.self) { try await Clip.probe(file: file) }
            #expect(error?.code == "clip_invalid")
        }
    }

    @Test func `sound alone is no clip`() async throws {
        try await Samples.folder { folder in
            let file = folder.appending(path: "sound.mp4")
            try await Samples.ffmpeg([
                "-f", "lavfi", "-i", "sine=d=1", "-f", "mp4", FFmpeg.name(file),
            ])
            await #expect(throws: ClipError.self) { try await Clip.probe(file: file) }
        }
    }

    @Test func `damaged frames are found by decoding them`() async throws {
        try await Samples.folder { folder in
            let file = try await Samples.clip(in: folder)
            var bytes = try Data(contentsOf: file)
            for at in stride(from: bytes.count / 3, to: bytes.count, by: 7) { bytes[at] ^= 0x5A }
            try bytes.write(to: file)
            await #expect(throws: ClipError.self) { try await Clip.probe(file: file) }
        }
    }

    @Test(arguments: [0, 1.5, 99, .nan])
    func `a poster is a WebP frame, also when asked for one past the end`(
        seconds: Double
    ) async throws {
        try await Samples.folder { folder in
            let file = try await Samples.clip(in: folder)
            let poster = try await Clip.poster(of: file, at: seconds)
            #expect(poster.prefix(4) == Data("RIFF".utf8))
            #expect(poster.dropFirst(8).prefix(4) == Data("WEBP".utf8))
            #expect(try await Raster.read(poster).size == PixelSize(width: 144, height: 256))
        }
    }

    @Test func `a spritesheet shows whole frames in eight upright tiles`() async throws {
        try await Samples.folder { folder in
            let wide = try await Samples.clip(in: folder, size: "320x180")
            let file = folder.appending(path: "sheet.jpg")
            _ = try await Clip.probe(file: wide, spritesheet: file)
            let sheet = try await Raster.read(Data(contentsOf: file))
            #expect(sheet.size == PixelSize(width: 720, height: 640))
            for tile in 0..<8 {
                let (row, column) = tile.quotientAndRemainder(dividingBy: 4)
                let (x, y) = (column * 180, row * 320)
                // A wide frame lies in the middle of its tile, on the dark ground.
                #expect(close(sheet.pixel(x + 90, y + 20), [20, 32, 27], within: 10))
                #expect(!close(sheet.pixel(x + 20, y + 160), [20, 32, 27], within: 30))
            }
        }
    }

    @Test func `a poster of no clip is an error`() async throws {
        try await Samples.folder { folder in
            let file = folder.appending(path: "clip.mp4")
            try Data("nothing".utf8).write(to: file)
            await #expect(throws: ClipError.self) { try await Clip.poster(of: file, at: 0) }
        }
    }
}
