/// A line or two of text on a rounded card, to lay over a picture.
package struct TextCard: Sendable {
    package let text: String
    /// The height of a line in pixels, about.
    package let fontSize: Int
    /// The card's largest width and height in pixels.
    package let room: PixelSize
    package let ink: Colour
    package let ground: Colour

    /// Red, green, blue and opacity, 0 to 255.
    package struct Colour: Equatable, Sendable {
        package let red: UInt8
        package let green: UInt8
        package let blue: UInt8
        package let alpha: UInt8

        package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8, alpha: UInt8 = 255) {
            self.red = red
            self.green = green
            self.blue = blue
            self.alpha = alpha
        }
    }

    package init(text: String, fontSize: Int, room: PixelSize, ink: Colour, ground: Colour) {
        self.text = text
        self.fontSize = fontSize
        self.room = room
        self.ink = ink
        self.ground = ground
    }

    /// Longer text would be too small to read in a clip.
    private static let mostCharacters = 140
    /// Sizes tried until the text fits its room, as shares of `fontSize`.
    private static let sizes = [1.0, 0.86, 0.74, 0.64, 0.55, 0.46]

    /// Draws the card, wrapped and shrunk to fit; its shadow is part of the picture.
    /// - Returns: RGBA, or `nil` when there is nothing to show: no text, no font, no room.
    /// - Throws: `CancellationError` only. A clip without its text beats no clip.
    package func drawn() async throws -> Raster? {
        let words = text.split(whereSeparator: { $0.isWhitespace || $0.isControl })
            .joined(separator: " ")
        guard !words.isEmpty else { return nil }
        let shown = String(words.prefix(Self.mostCharacters))
        return try await Darkroom.develop {
            for share in Self.sizes {
                let layout = CardLayout(fontSize: max(8, Double(fontSize) * share), room: room)
                guard let letters = layout.letters(shown) else { return nil }
                if layout.fits(letters) { return try layout.card(letters, self) }
            }
            return nil
        }
    }
}

extension Character {
    /// Pango's markup reader refuses control characters.
    fileprivate var isControl: Bool {
        unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
