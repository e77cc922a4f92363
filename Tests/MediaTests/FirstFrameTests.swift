import Foundation
import Testing

@testable import Media

@Suite struct FirstFrameTests {
    private static let sizes = ["720x1280", "1280x720", "1080x1920", "1024x1792", "16x4096"]

    @Test(arguments: sizes, FirstFrame.Backdrop.allCases)
    func `a frame is a JPEG of exactly the size asked for`(
        size: String, backdrop: FirstFrame.Backdrop
    ) async throws {
        let size = try #require(PixelSize(size))
        let frame = try await FirstFrame.compose(
            photo: Samples.fixture("two.jpg"), size: size, backdrop: backdrop)
        #expect(frame.starts(with: [0xFF, 0xD8, 0xFF]))
        #expect(frame.firstRange(of: Data("Exif".utf8)) == nil)
        #expect(try await raw(frame).size == size)
    }

    @Test(arguments: FirstFrame.Backdrop.allCases)
    func `a small photo is enlarged twice at most, centred, its shape kept`(
        backdrop: FirstFrame.Backdrop
    ) async throws {
        let size = PixelSize(width: 720, height: 1280)
        let frame = try await raw(
            FirstFrame.compose(
                photo: Samples.fixture("two.png"), size: size, backdrop: backdrop))
        // 96x72 becomes 192x144 around 360, 640: red to the left of the middle, blue to the right.
        #expect(close(frame.pixel(300, 640), [200, 60, 40], within: 12))
        #expect(close(frame.pixel(420, 640), [40, 80, 180], within: 12))
        #expect(close(frame.pixel(300, 590), [200, 60, 40], within: 12))
        #expect(Placement(fitting: PixelSize(width: 96, height: 72), in: size).size.width == 192)
    }

    @Test(arguments: FirstFrame.Backdrop.allCases)
    func `a preview and the frame of the same photo are the same bytes`(
        backdrop: FirstFrame.Backdrop
    ) async throws {
        let photo = try await cutOut()
        let size = PixelSize(width: 180, height: 320)
        let preview = try await FirstFrame.compose(photo: photo, size: size, backdrop: backdrop)
        let frame = try await FirstFrame.compose(photo: photo, size: size, backdrop: backdrop)
        #expect(preview == frame)
    }

    @Test func `soft and plain show the photo whole`() async throws {
        let photo = Samples.flat([30, 120, 60], PixelSize(width: 400, height: 400))
        for backdrop in [FirstFrame.Backdrop.soft, .plain] {
            let frame = try await raw(
                FirstFrame.compose(
                    photo: photo, size: PixelSize(width: 360, height: 640), backdrop: backdrop))
            for x in [2, 180, 357] {
                #expect(close(frame.pixel(x, 320), [30, 120, 60], within: 6))
            }
        }
    }

    @Test func `no edge shows where a photo of one colour ends`() async throws {
        let photo = Samples.flat([180, 170, 150], PixelSize(width: 400, height: 400))
        for backdrop in [FirstFrame.Backdrop.soft, .plain] {
            let frame = try await raw(
                FirstFrame.compose(
                    photo: photo, size: PixelSize(width: 360, height: 640), backdrop: backdrop))
            for y in 1..<640 {
                #expect(close(frame.pixel(180, y), frame.pixel(180, y - 1), within: 8), "\(y)")
            }
        }
    }

    @Test func `cover fills the frame and leaves nothing around`() async throws {
        let photo = Samples.flat([30, 120, 60], PixelSize(width: 800, height: 800))
        let frame = try await raw(
            FirstFrame.compose(
                photo: photo, size: PixelSize(width: 360, height: 640), backdrop: .cover))
        for (x, y) in [(0, 0), (359, 0), (0, 639), (359, 639), (180, 320)] {
            #expect(close(frame.pixel(x, y), [30, 120, 60], within: 4))
        }
    }

    @Test(arguments: FirstFrame.Backdrop.allCases)
    func `a cut-out product stands on a light ground, never on black`(
        backdrop: FirstFrame.Backdrop
    ) async throws {
        let photo = try await cutOut()
        let frame = try await raw(
            FirstFrame.compose(
                photo: photo, size: PixelSize(width: 360, height: 640), backdrop: backdrop))
        #expect(close(frame.pixel(180, 320), [200, 30, 30], within: 8))
        for (x, y) in [(3, 3), (356, 3), (3, 636), (356, 636)] {
            #expect(frame.pixel(x, y).allSatisfy { $0 > 180 })
        }
    }

    @Test func `a soft shadow lies under a cut-out product`() async throws {
        let frame = try await raw(
            FirstFrame.compose(
                photo: try await cutOut(), size: PixelSize(width: 360, height: 640),
                backdrop: .soft))
        // The square is 288 wide and centred, so its foot is at 464.
        let under = frame.pixel(180, 470).map(Int.init).reduce(0, +)
        let beside = frame.pixel(10, 470).map(Int.init).reduce(0, +)
        #expect(under < beside - 60)
    }

    @Test func `an empty frame is light and of the size asked for`() async throws {
        let size = PixelSize(width: 720, height: 1280)
        let frame = try await raw(FirstFrame.blank(size: size))
        #expect(frame.size == size)
        #expect(frame.pixel(360, 640).allSatisfy { $0 > 150 })
    }

    @Test(arguments: ["15x100", "100x4097"])
    func `a frame no model makes is refused`(size: String) async throws {
        let size = try #require(PixelSize(size))
        await #expect(throws: ImageError.frameSize(size)) {
            try await FirstFrame.compose(
                photo: Samples.fixture("two.jpg"), size: size, backdrop: .soft)
        }
    }

    @Test func `only the chosen part of a photo is used`() async throws {
        let photo = try await halves()
        for (x, colour) in [(0.0, [200, 30, 30]), (0.5, [30, 30, 200])] as [(Double, [UInt8])] {
            let half = try #require(CropArea(x: x, y: 0, width: 0.5, height: 1))
            let frame = try await raw(
                FirstFrame.compose(
                    photo: photo, size: PixelSize(width: 360, height: 640), backdrop: .plain,
                    crop: half))
            for (x, y) in [(4, 320), (180, 320), (355, 320), (180, 4)] {
                #expect(close(frame.pixel(x, y), colour, within: 12), "\(x) \(y)")
            }
        }
    }

    @Test func `too small a part is refused`() async throws {
        let part = try #require(CropArea(x: 0, y: 0, width: 0.1, height: 0.1))
        let photo = try await halves()
        await #expect(throws: ImageError.tooSmall(PixelSize(width: 40, height: 40))) {
            try await FirstFrame.compose(
                photo: photo, size: PixelSize(width: 360, height: 640), backdrop: .soft, crop: part)
        }
    }

    /// Red on the left, blue on the right.
    private func halves() async throws -> Data {
        try await Darkroom.develop {
            let size = PixelSize(width: 400, height: 400)
            let mask = try Picture.flat([255], PixelSize(width: 200, height: 400))
                .placed(in: size, x: 0, y: 0)
            let red = try Picture.flat([200, 30, 30], size)
            return try red.over(try Picture.flat([30, 30, 200], size), mask: mask).png()
        }
    }

    /// A red square in the middle of a transparent picture.
    private func cutOut() async throws -> Data {
        try await Darkroom.develop {
            let size = PixelSize(width: 300, height: 300)
            let square = PixelSize(width: 200, height: 200)
            let colour = try Picture.flat([200, 30, 30], size)
            let alpha = try Picture.flat([255], square).placed(in: size, x: 50, y: 50)
            return try colour.withAlpha(alpha).png()
        }
    }

    /// The frame's pixels, also of frames smaller than a photo may be.
    private func raw(_ jpeg: Data) async throws -> Raster {
        try await Darkroom.develop {
            try jpeg.withUnsafeBytes {
                let picture = try Picture.thumbnail(of: $0, longestSide: 5000).inSRGB()
                return Raster(size: picture.size, bands: 3, bytes: try picture.rawPixels())
            }
        }
    }
}
