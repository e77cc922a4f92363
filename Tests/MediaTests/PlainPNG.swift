import Foundation
import Media

/// Writes PNG by hand, so that a test decides every byte of it.
struct PlainPNG {
    private(set) var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])

    /// One colour everywhere: 3 values, or 4 with alpha.
    init(size: PixelSize, pixel: [UInt8]) {
        let row = [0] + Array(repeatElement(pixel, count: size.width).joined())
        let raw = Array(repeatElement(row, count: size.height).joined())
        header(size, depth: 8, colour: pixel.count == 4 ? 6 : 2)
        chunk("IDAT", Self.stored(raw))
        chunk("IEND", [])
    }

    /// Black, one bit a pixel, and so compressible that a small file holds a huge picture.
    init(blackOf size: PixelSize) {
        header(size, depth: 1, colour: 0)
        chunk("IDAT", Self.zeros(size.height * (1 + (size.width + 7) / 8)))
        chunk("IEND", [])
    }

    private mutating func header(_ size: PixelSize, depth: UInt8, colour: UInt8) {
        chunk("IHDR", Self.word(size.width) + Self.word(size.height) + [depth, colour, 0, 0, 0])
    }

    private mutating func chunk(_ name: String, _ body: [UInt8]) {
        let content = Array(name.utf8) + body
        data += Self.word(body.count) + content + Self.word(Int(Self.crc(content)))
    }

    private static func word(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// zlib without compression.
    private static func stored(_ raw: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x78, 0x01]
        let most = 65_535
        for start in stride(from: 0, to: raw.count, by: most) {
            let part = raw[start..<min(raw.count, start + most)]
            let size = UInt16(part.count)
            out.append(start + most >= raw.count ? 1 : 0)
            for value in [size, ~size] { out += [UInt8(value & 255), UInt8(value >> 8)] }
            out += part
        }
        var (a, b) = (1, 0)
        for byte in raw {
            a = (a + Int(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return out + word(b << 16 | a)
    }

    /// zlib of zeros: one zero, then "copy 258 from one back" (13 bits) again and again.
    private static func zeros(_ count: Int) -> [UInt8] {
        let repeats = (count - 1) / 258
        let singles = count - repeats * 258
        var bits = Bits()
        bits.add(0b011, 3)
        for _ in 0..<singles { bits.add(0b0000_1100, 8) }
        for _ in 0..<repeats { bits.add(0b0_0000_1010_0011, 13) }
        bits.add(0, 7)
        return [0x78, 0x01] + bits.bytes + word((count % 65_521) << 16 | 1)
    }

    /// Deflate's order: the first bit is a byte's lowest.
    private struct Bits {
        private var done: [UInt8] = []
        private var current: UInt64 = 0
        private var count: UInt64 = 0

        mutating func add(_ value: UInt64, _ width: UInt64) {
            current |= value << count
            count += width
            while count >= 8 {
                done.append(UInt8(truncatingIfNeeded: current))
                current >>= 8
                count -= 8
            }
        }

        var bytes: [UInt8] { count > 0 ? done + [UInt8(truncatingIfNeeded: current)] : done }
    }

    private static let table: [UInt32] = (0..<256).map { start in
        (0..<8).reduce(UInt32(start)) { value, _ in
            value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
        }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(0xFFFF_FFFF) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
    }
}
