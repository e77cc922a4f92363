import Media

/// The storyboard's words as cards: the hook at the start, the caption at the end, clear of what
/// apps draw over a vertical clip and of the product in the middle.
enum Titles {
    /// Apps cover this share of a vertical clip's height at the top; at the bottom it is 35 %, which
    /// leaves no room below the product, so both cards stand above it.
    private static let top = 0.14
    /// A wide clip is played bare: the hook stands high, the caption is a lower third.
    private static let wideTop = 0.06
    private static let wideBottom = 0.93

    private static let white = TextCard.Colour(255, 255, 255)
    private static let ink = TextCard.Colour(20, 32, 27)

    /// - Parameter frames: the clip's length in frames.
    static func overlays(
        _ storyboard: Storyboard, size: PixelSize, frames: Int
    ) async throws -> [Overlay] {
        let isUpright = size.height > size.width
        let high = Int(Double(size.height) * (isUpright ? top : wideTop))
        let low = Int(Double(size.height) * wideBottom)
        var overlays: [Overlay] = []
        if let hook = try await card(storyboard.hook, size, ink: ink, ground: white) {
            let shown = 4..<max(5, min(frames * 2 / 5, 84))
            overlays.append(Overlay(hook, x: left(hook, size), y: high, frames: shown))
        }
        let shade = TextCard.Colour(20, 32, 27, alpha: 214)
        if let caption = try await card(storyboard.caption, size, ink: white, ground: shade) {
            let start = max(frames * 3 / 5, frames - 90)
            let y = isUpright ? high : low - caption.size.height
            overlays.append(
                Overlay(caption, x: left(caption, size), y: y, frames: start..<frames + 10))
        }
        return overlays
    }

    private static func card(
        _ text: String?, _ size: PixelSize, ink: TextCard.Colour, ground: TextCard.Colour
    ) async throws -> Raster? {
        guard let text else { return nil }
        let short = min(size.width, size.height)
        let room = PixelSize(
            width: Int(Double(size.width) * 0.90), height: Int(Double(size.height) * 0.22))
        return try await TextCard(
            text: text, fontSize: short * 14 / 200, room: room, ink: ink, ground: ground
        ).drawn()
    }

    private static func left(_ card: Raster, _ size: PixelSize) -> Int {
        (size.width - card.size.width) / 2
    }
}
