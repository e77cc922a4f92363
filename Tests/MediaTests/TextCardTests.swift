import Foundation
import Testing

@testable import Media

@Suite struct TextCardTests {
    private let room = PixelSize(width: 600, height: 240)

    private func card(_ text: String) async throws -> Raster? {
        try await TextCard(
            text: text, fontSize: 48, room: room, ink: .init(20, 32, 27),
            ground: .init(255, 255, 255)
        ).drawn()
    }

    @Test func `a card fits its room and shows dark letters on its ground`() async throws {
        let card = try #require(try await card("A short line"))
        #expect(card.bands == 4)
        #expect(card.size.width <= room.width && card.size.height <= room.height)
        let opaque = (0..<card.size.pixels).filter { card.bytes[$0 * 4 + 3] == 255 }
        #expect(opaque.contains { card.bytes[$0 * 4] > 250 })
        #expect(opaque.contains { card.bytes[$0 * 4] < 40 })
        #expect(card.pixel(0, 0)[3] < 40)
    }

    @Test(arguments: [
        "Marks & <b>spans</b> stay \"letters\"",
        "Ein Wort-das-nicht-enden-will-\(String(repeating: "x", count: 90))",
        String(repeating: "many words ", count: 40), "你好 😀 émigré", "tab\tand\u{7}bell\nlines",
    ])
    func `any text is drawn within the room`(text: String) async throws {
        let card = try #require(try await card(text))
        #expect(card.size.width <= room.width && card.size.height <= room.height)
    }

    @Test(arguments: ["", "   ", "\n\t", "\u{7}\u{1}"])
    func `no text is no card`(text: String) async throws {
        #expect(try await card(text) == nil)
    }

    @Test func `a machine without a single font gives no card, and no harm`() async {
        await #expect(processExitsWith: .success) {
            try await Samples.folder { folder in
                let settings = folder.appending(path: "fonts.conf")
                try Data("<fontconfig><dir>/nowhere</dir></fontconfig>".utf8).write(to: settings)
                setenv("FONTCONFIG_FILE", settings.path, 1)
                let card = try await TextCard(
                    text: "words", fontSize: 48, room: PixelSize(width: 600, height: 240),
                    ink: .init(0, 0, 0), ground: .init(255, 255, 255)
                ).drawn()
                #expect(card == nil)
            }
        }
    }

    @Test func `markup is shown, not obeyed`() {
        #expect(CardLayout.escaped("<b>&") == "&lt;b&gt;&amp;")
    }

    @Test func `no room is no card`() async throws {
        let card = try await TextCard(
            text: "words", fontSize: 48, room: PixelSize(width: 20, height: 10),
            ink: .init(0, 0, 0), ground: .init(255, 255, 255)
        ).drawn()
        #expect(card == nil)
    }
}
