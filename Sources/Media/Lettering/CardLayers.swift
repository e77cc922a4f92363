/// Shadow, card and letters, each a coverage from 0 to 255.
struct CardLayers {
    let shadow: [UInt8]
    let ground: [UInt8]
    let text: [UInt8]
    let style: TextCard

    private static let shadowAlpha = 0.28

    func flattened() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 4)
        for index in text.indices {
            var pixel = Pixel()
            pixel.lay(.init(0, 0, 0), Double(shadow[index]) / 255 * Self.shadowAlpha)
            pixel.lay(style.ground, Double(ground[index]) * Double(style.ground.alpha) / 65025)
            pixel.lay(style.ink, Double(text[index]) * Double(style.ink.alpha) / 65025)
            pixel.append(to: &bytes)
        }
        return bytes
    }

    /// Colour premultiplied by alpha, both from 0 to 1.
    private struct Pixel {
        var red = 0.0
        var green = 0.0
        var blue = 0.0
        var alpha = 0.0

        mutating func lay(_ colour: TextCard.Colour, _ cover: Double) {
            red += (Double(colour.red) / 255 - red) * cover
            green += (Double(colour.green) / 255 - green) * cover
            blue += (Double(colour.blue) / 255 - blue) * cover
            alpha += (1 - alpha) * cover
        }

        func append(to bytes: inout [UInt8]) {
            for part in [red, green, blue] {
                bytes.append(alpha > 0 ? UInt8(min(255, part / alpha * 255)) : 0)
            }
            bytes.append(UInt8(alpha * 255))
        }
    }
}
