import CVips
import Foundation

/// Measures and draws one text card at one font size.
struct CardLayout {
    let fontSize: Double
    let room: PixelSize

    /// Round, plain faces first; the last name lets the system choose.
    private static let fonts = "Inter, Liberation Sans, DejaVu Sans, Noto Sans, Sans Bold"

    private var side: Int { Int(fontSize * 0.62) }
    private var above: Int { Int(fontSize * 0.44) }
    /// Space around the card for its shadow.
    private var margin: Int { Int(fontSize * 0.5) }

    /// White letters on black, in lines of about the same length; `nil` when the system can draw
    /// none, which costs the clip its text but not more.
    func letters(_ text: String) -> Picture? {
        let widest = room.width - 2 * (side + margin)
        guard widest > 0, hasFont, var best = letters(text, width: widest) else { return nil }
        for share in stride(from: 0.92, to: 0.4, by: -0.08) {
            let width = Int(Double(widest) * share)
            guard let narrower = letters(text, width: width), narrower.width <= width,
                narrower.height <= best.height + Int(fontSize / 3)
            else { break }
            best = narrower
        }
        return best
    }

    private func letters(_ text: String, width: Int) -> Picture? {
        let font = "\(Self.fonts) \(Int(fontSize))"
        // Whatever the reason, there are no letters to show.
        return try? Picture.make {
            cvips_text($0, Self.escaped(text), font, CInt(width), CInt(fontSize * 0.12))
        }
    }

    /// Without a single font installed Pango draws tiny boxes for letters.
    private var hasFont: Bool {
        guard let capital = letters("H", width: Int(fontSize * 4)) else { return false }
        return Double(capital.height) > fontSize * 0.4
    }

    /// `vips_text` reads markup, and the text is a user's.
    static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }

    func fits(_ letters: Picture) -> Bool {
        let size = outer(letters)
        return size.width <= room.width && size.height <= room.height
    }

    private func outer(_ letters: Picture) -> PixelSize {
        PixelSize(
            width: letters.width + 2 * (side + margin),
            height: letters.height + 2 * (above + margin))
    }

    func card(_ letters: Picture, _ style: TextCard) throws -> Raster {
        let size = outer(letters)
        let text = try letters.placed(in: size, x: side + margin, y: above + margin)
        let ground = try Picture.pixels(rounded(size), size, bands: 1)
        let drop = PixelSize(width: size.width, height: size.height)
        let shadow = try ground.extended(to: drop, x: 0, y: Int(fontSize * 0.08))
            .blurred(fontSize * 0.18).inBytes()
        let layers = CardLayers(
            shadow: try shadow.rawPixels(), ground: try ground.rawPixels(),
            text: try text.rawPixels(), style: style)
        return Raster(size: size, bands: 4, bytes: layers.flattened())
    }

    /// A rectangle with round corners, smooth at its edge.
    private func rounded(_ size: PixelSize) -> [UInt8] {
        let half = (
            x: Double(size.width) / 2 - Double(margin), y: Double(size.height) / 2 - Double(margin)
        )
        let radius = min(fontSize * 0.5, half.x, half.y)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size.pixels)
        for y in 0..<size.height {
            let dy = abs(Double(y) + 0.5 - Double(size.height) / 2) - half.y + radius
            for x in 0..<size.width {
                let dx = abs(Double(x) + 0.5 - Double(size.width) / 2) - half.x + radius
                let corner = (max(dx, 0) * max(dx, 0) + max(dy, 0) * max(dy, 0)).squareRoot()
                let distance = corner + min(max(dx, dy), 0) - radius
                bytes.append(UInt8(255 * min(1, max(0, 0.5 - distance))))
            }
        }
        return bytes
    }
}
