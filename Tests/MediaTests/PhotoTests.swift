import Foundation
import Testing

@testable import Media

@Suite struct PhotoTests {
    @Test(arguments: [
        "two.jpg", "two.png", "two.webp", "two.heic", "two.avif", "two.tif", "two.gif",
        "two-16-bit.png",
    ])
    func `every accepted kind becomes an sRGB JPEG of the same size`(name: String) async throws {
        let photo = try await Photo.normalise(Samples.fixture(name))
        #expect(photo.size == PixelSize(width: 96, height: 72))
        #expect(photo.uploadedSize == photo.size)
        #expect(photo.mime == "image/jpeg")
        #expect(photo.data.starts(with: [0xFF, 0xD8, 0xFF]))
        try await expect(photo.data, left: [200, 60, 40], right: [40, 80, 180])
    }

    @Test func `wide gamut is converted through its profile, and the profile is dropped`()
        async throws
    {
        let original = try Samples.fixture("two-p3.jpg")
        #expect(original.firstRange(of: Data("ICC_PROFILE".utf8)) != nil)
        let photo = try await Photo.normalise(original)
        #expect(photo.data.firstRange(of: Data("ICC_PROFILE".utf8)) == nil)
        try await expect(photo.data, left: [200, 60, 40], right: [40, 80, 180])
    }

    @Test func `CMYK and grey become colour pictures`() async throws {
        let print = try await Photo.normalise(Samples.fixture("two-cmyk.jpg"))
        try await expect(print.data, left: [200, 60, 40], right: [40, 80, 180], within: 40)
        let grey = try await Photo.normalise(Samples.fixture("two-grey.png"))
        try await expect(grey.data, left: [108, 108, 108], right: [92, 92, 92])
    }

    @Test func `colours of a picture without a profile stay what they are`() async throws {
        let dark: [UInt8] = [44, 84, 58]
        let photo = try await Photo.normalise(
            Samples.flat(dark, PixelSize(width: 80, height: 80)))
        try await expect(photo.data, left: dark, right: dark, within: 2)
    }

    @Test func `a rotated photo stands upright`() async throws {
        let lying = Samples.tagged(try Samples.fixture("two.jpg"), orientation: 6)
        let photo = try await Photo.normalise(lying)
        #expect(photo.size == PixelSize(width: 72, height: 96))
        #expect(photo.uploadedSize == photo.size)
        let raster = try await Raster.read(photo.data)
        #expect(close(raster.pixel(36, 10), [200, 60, 40], within: 12))
        #expect(close(raster.pixel(36, 86), [40, 80, 180], within: 12))
    }

    @Test func `no EXIF survives, nor the position in it`() async throws {
        let tagged = Samples.tagged(try Samples.fixture("two.jpg"), orientation: 1)
        #expect(tagged.firstRange(of: Data("Exif".utf8)) != nil)
        let photo = try await Photo.normalise(tagged)
        #expect(photo.data.firstRange(of: Data("Exif".utf8)) == nil)
    }

    @Test func `transparency is kept, and dropped where it hides nothing`() async throws {
        let size = PixelSize(width: 80, height: 70)
        let glass = try await Photo.normalise(Samples.flat([10, 200, 30, 128], size))
        #expect(glass.hasAlpha)
        #expect(glass.mime == "image/png")
        #expect(glass.data.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let solid = try await Photo.normalise(Samples.flat([10, 200, 30, 255], size))
        #expect(!solid.hasAlpha)
        #expect(solid.mime == "image/jpeg")
    }

    @Test func `a photo longer than any frame needs is shrunk, and its own size is told`()
        async throws
    {
        let sent = PixelSize(width: 5000, height: 1000)
        let photo = try await Photo.normalise(PlainPNG(blackOf: sent).data)
        #expect(photo.size == PixelSize(width: 4096, height: 819))
        #expect(photo.uploadedSize == sent)
    }

    @Test(arguments: [
        "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'></svg>",
        "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n", "just words", "P6 90 90 255\n",
    ])
    func `what is no picture of these kinds is refused`(content: String) async throws {
        await #expect(throws: ImageError.unsupportedType) {
            try await Photo.normalise(Data(content.utf8))
        }
    }

    @Test(arguments: ["jpg", "png", "webp", "heic", "avif"], [0.5, 0.9])
    func `a picture cut short is unreadable`(kind: String, share: Double) async throws {
        let whole = try Samples.fixture("two.\(kind)")
        let error = await #expect(throws: ImageError.self) {
            try await Photo.normalise(whole.prefix(Int(Double(whole.count) * share)))
        }
        #expect(error?.code == "image_unreadable")
    }

    @Test(arguments: ["tif", "gif"])
    func `a picture whose end names its parts is refused when cut short`(
        kind: String
    ) async throws {
        let whole = try Samples.fixture("two.\(kind)")
        await #expect(throws: ImageError.self) {
            try await Photo.normalise(whole.prefix(whole.count / 2))
        }
    }

    @Test func `nothing at all is unreadable`() async throws {
        let error = await #expect(throws: ImageError.self) { try await Photo.normalise(Data()) }
        #expect(error?.code == "image_unreadable")
    }

    @Test func `more bytes than the limit are refused unread`() async throws {
        let error = await #expect(throws: ImageError.self) {
            try await Photo.normalise(Data(count: Photo.mostBytes + 1))
        }
        #expect(error?.code == "payload_too_large")
    }

    @Test func `a picture with a side under the limit is refused with its size`() async throws {
        let size = PixelSize(width: 63, height: 500)
        await #expect(throws: ImageError.tooSmall(size)) {
            try await Photo.normalise(Samples.flat([1, 2, 3], size))
        }
        #expect(ImageError.tooSmall(size).description.contains("63x500"))
    }

    @Test func `a decompression bomb is refused by its header, without the memory`() async {
        // In a process of its own: the other tests take memory too.
        await #expect(processExitsWith: .success) {
            let size = PixelSize(width: 50_000, height: 50_000)
            _ = try await Photo.normalise(Samples.fixture("two.jpg"))
            let bomb = PlainPNG(blackOf: size).data
            #expect(bomb.count < 3_000_000)
            let before = try residentMegabytes()
            await #expect(throws: ImageError.tooLarge(size)) { try await Photo.normalise(bomb) }
            #expect(try residentMegabytes() - before < 50)
        }
    }

    @Test func `many photos at once come out as one by one`() async throws {
        let data = try Samples.fixture("two.heic")
        let alone = try await Photo.normalise(data)
        try await withThrowingTaskGroup(of: Photo.self) { group in
            for _ in 0..<24 { group.addTask { try await Photo.normalise(data) } }
            for try await photo in group { #expect(photo == alone) }
        }
    }

    private func expect(
        _ data: Data, left: [UInt8], right: [UInt8], within tolerance: Int = 6
    ) async throws {
        let raster = try await Raster.read(data)
        let middle = raster.size.height / 2
        let (first, second) = (
            raster.pixel(raster.size.width / 4, middle),
            raster.pixel(raster.size.width * 3 / 4, middle)
        )
        #expect(close(first, left, within: tolerance), "\(first)")
        #expect(close(second, right, within: tolerance), "\(second)")
    }
}

extension Raster {
    func pixel(_ x: Int, _ y: Int) -> [UInt8] {
        let at = (y * size.width + x) * bands
        return Array(bytes[at..<at + bands])
    }
}

func close(_ a: [UInt8], _ b: [UInt8], within tolerance: Int) -> Bool {
    zip(a, b).allSatisfy { abs(Int($0) - Int($1)) <= tolerance }
}

private func residentMegabytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    let kilobytes = try #require(line.split(separator: " ").compactMap { Int($0) }.first)
    return kilobytes / 1024
}
