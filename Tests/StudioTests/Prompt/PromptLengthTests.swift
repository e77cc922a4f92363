import Testing
import VideoModels

@testable import Studio

@Suite struct PromptLengthTests {
    private func compose(_ brief: Brief, limit: Int, format id: String) throws -> ComposedPrompt {
        let format = try #require(try FormatFixture.shipped().format(id))
        return PromptComposer.compose(
            format: format, brief: brief, seconds: 8, promptLimit: limit)
    }

    @Test func `a short brief fits every shipped format into a thousand characters`() throws {
        let brief = try Brief(product: "Mint No. 5 mug", line: "Thrown by hand.")
        for format in try FormatFixture.shipped().formats {
            let composed = try compose(brief, limit: 1000, format: format.id)
            #expect(composed.prompt.unicodeScalars.count <= 1000, "\(format.id)")
            #expect(composed.warnings.last?.code == .promptShortened, "\(format.id)")
        }
    }

    @Test func `only as many notes are left out as must be`() throws {
        let whole = try compose(Brief(), limit: 32_000, format: "asmr").prompt
        let length = whole.unicodeScalars.count
        #expect(try compose(Brief(), limit: length, format: "asmr").warnings == [])
        let shorter = try compose(Brief(), limit: length - 1, format: "asmr")
        #expect(shorter.warnings.map(\.code) == [.promptShortened])
        #expect(!shorter.prompt.contains("Avoid:"))
        #expect(shorter.prompt.contains("Background sound:"))
    }

    @Test func `the user's words and the product's rules are never left out`() throws {
        let brief = try Brief(product: "Mug", description: "Clay", line: "Thrown by hand.")
        let composed = try compose(brief, limit: 1000, format: "talking-head")
        for text in ["\"Mug\"", "\"Clay\"", "\"Thrown by hand.\"", "fingers hold the sides"] {
            #expect(composed.prompt.contains(text), "\(text)")
        }
        #expect(composed.warnings[0].message.contains("what to avoid, sound, light"))
    }

    @Test func `a prompt that cannot fit stays whole and says so`() throws {
        let brief = try Brief(product: "Mug")
        let whole = try compose(brief, limit: 32_000, format: "how-to").prompt
        let composed = try compose(brief, limit: 300, format: "how-to")
        #expect(composed.prompt == whole)
        #expect(composed.warnings.map(\.code) == [.promptTooLong])
        let counts = "has \(whole.unicodeScalars.count) characters; this model takes at most 300."
        #expect(composed.warnings[0].message.contains(counts))
        #expect(composed.warnings[0].param == "prompt")
    }
}
