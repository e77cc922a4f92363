/// A picture's or clip's width and height in pixels, written `WIDTHxHEIGHT` on the wire (`720x1280`).
package struct PixelSize: Hashable, Sendable {
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Parses `720x1280`. `nil` unless both parts are plain decimal numbers from 1 to 99999.
    package init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(
            separator: UInt8(ascii: "x"), omittingEmptySubsequences: false)
        guard parts.count == 2, let width = Self.side(parts[0]), let height = Self.side(parts[1])
        else { return nil }
        self.init(width: width, height: height)
    }

    package var pixels: Int { width * height }

    private static func side(_ digits: some Collection<UInt8>) -> Int? {
        guard (1...5).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        return value > 0 ? value : nil
    }
}

extension PixelSize: CustomStringConvertible {
    package var description: String { "\(width)x\(height)" }
}

extension PixelSize: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let size = PixelSize(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not a size like 720x1280")
        }
        self = size
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
