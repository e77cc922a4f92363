import Testing
import VideoModels

@testable import Studio

@Suite struct PromptStoryboardTests {
    private func storyboard(_ brief: Brief, format id: String = "hero-shot") throws -> Storyboard {
        let format = try #require(try FormatFixture.shipped().format(id))
        return PromptComposer.compose(
            format: format, brief: brief, seconds: 8, promptLimit: 32_000
        ).storyboard
    }

    @Test func `the shots are the format's`() throws {
        let shots = try storyboard(Brief()).shots
        #expect(shots.map(\.move) == [.push, .drift, .hold])
        #expect(shots.map(\.share) == [3, 3, 2])
    }

    @Test func `a short line opens it and the call to action closes it`() throws {
        let brief = try Brief(product: "Mug", line: "Thrown by hand.", callToAction: "Now in mint")
        let board = try storyboard(brief)
        #expect(board.hook == "Thrown by hand." && board.caption == "Now in mint")
    }

    @Test func `a long line leaves the opening to the product's name`() throws {
        let line = String(repeating: "x", count: Storyboard.hookColumns)
        #expect(try storyboard(Brief(product: "Mug", line: line)).hook == line)
        #expect(try storyboard(Brief(product: "Mug", line: line + "x")).hook == "Mug")
        #expect(try storyboard(Brief(line: line + "x")).hook == nil)
    }

    @Test func `wide characters take two columns of the hook`() throws {
        let fitting = String(repeating: "杯", count: Storyboard.hookColumns / 2)
        let brief = try Brief(product: "Mug", line: fitting, language: "zh")
        #expect(try storyboard(brief).hook == fitting)
        let wide = try Brief(product: "Mug", line: fitting + "杯", language: "zh")
        #expect(try storyboard(wide).hook == "Mug")
    }

    @Test func `a format without speech opens with the product`() throws {
        let brief = try Brief(product: "Mug", line: "Listen.")
        #expect(try storyboard(brief, format: "asmr").hook == "Mug")
    }
}
