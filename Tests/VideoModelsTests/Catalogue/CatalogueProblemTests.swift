import Foundation
import Testing

@testable import VideoModels

@Suite struct CatalogueProblemTests {
    /// One place of the fixture made wrong: the line that is named and words of what is said.
    struct Slip: CustomTestStringConvertible, Sendable {
        let find: String
        let replace: String
        let line: Int?
        let said: String

        init(_ find: String, _ replace: String, _ line: Int?, _ said: String) {
            self.find = find
            self.replace = replace
            self.line = line
            self.said = said
        }

        var testDescription: String { replace.isEmpty ? "without \(find)" : replace }
    }

    static let slips: [Slip] = [
        Slip("\"name\": \"Still\"", "\"nmae\": \"Still\"", 7, "did you mean \"name\"?"),
        Slip("\"name\": \"Still\"", "\"colour\": 1", 7, "known are aliases, audio"),
        Slip("      \"name\": \"Still\",\n", "", 4, "models[0]: the key \"name\" is missing"),
        Slip("\"name\": \"Still\"", "\"name\": 7", 7, "must be a text, not 7"),
        Slip("\"name\": \"Still\"", "\"name\": \"\"", 7, "1 to 60 characters, not 0"),
        Slip("\"name\": \"Still\"", "\"name\": \" Still\"", 7, "begin or end with a space"),
        Slip(
            "\"name\": \"Still\"", "\"name\": \"A\",\n\"name\": \"B\"", 8, "twice, first on line 7"),
        Slip("\"id\": \"still\"", "\"id\": \"the still\"", 5, "made of letters, digits"),
        Slip("\"id\": \"deluxe\"", "\"id\": \"still\"", 21, "already models[0].id on line 5"),
        Slip("\"id\": \"deluxe\"", "\"id\": \"photo\"", 21, "models[0].aliases[1] on line 6"),
        Slip("\"photo\"", "\"picture\"", 6, "already models[0].aliases[0]"),
        Slip("[\"picture\", \"photo\"]", "\"picture\"", 6, "must be a list, not \"picture\""),
        Slip(
            "\"provider\": \"fal\"", "\"provider\": \"fall\"", 23,
            "one of \"animatic\", \"videos_api\""),
        Slip("[\"720x1280\", \"1280x720\"]", "[]", 9, "must have 1 to 60 entries, not 0"),
        Slip("\"1280x720\"]", "\"1280*720\"]", 9, "models[0].sizes[1] must be a size such as"),
        Slip("\"1280x720\"]", "\"1281x720\"]", 9, "even sides from 16 to 8192"),
        Slip("\"1280x720\"]", "\"14x720\"]", 9, "even sides from 16 to 8192"),
        Slip("\"1280x720\"]", "\"8194x720\"]", 9, "even sides from 16 to 8192"),
        Slip("\"1280x720\"]", "\"720x1280\"]", 9, "names the same value twice"),
        Slip(
            "\"default_size\": \"720x1280\",\n      \"seconds\": [8",
            "\"default_size\": \"16x16\",\n      \"seconds\": [8", 10, "one of 720x1280, 1280x720"),
        Slip("[8, 4]", "[]", 11, "must have 1 to 60 entries, not 0"),
        Slip("[8, 4]", "[0, 4]", 11, "models[0].seconds[0] must be a whole number from 1 to 60"),
        Slip("[8, 4]", "[61, 4]", 11, "from 1 to 60, not 61"),
        Slip("[8, 4]", "[8, 4, 4]", 11, "names the same value twice"),
        Slip("[8, 4]", "[\"8\", 4]", 11, "from 1 to 60, not \"8\""),
        Slip("[8, 4]", "[4.5, 4]", 11, "from 1 to 60, not 4.5"),
        Slip("\"default_seconds\": 4", "\"default_seconds\": 6", 12, "must be one of 8, 4, not 6"),
        Slip(
            "\"credits_per_second\": 5", "\"credits_per_second\": 0", 13, "above 0 and up to 10000"),
        Slip("\"credits_per_second\": 5", "\"credits_per_second\": -1", 13, "above 0 and up to"),
        Slip("\"credits_per_second\": 5", "\"credits_per_second\": 10001", 13, "above 0 and up to"),
        Slip("\"credits_per_second\": 5", "\"credits_per_second\": 0.0001", 13, "at most three"),
        Slip("\"credits_per_second\": 5", "\"credits_per_second\": true", 13, "not true"),
        Slip(", \"1080x1920\": 10.001", "", 29, "has no price for 1080x1920"),
        Slip("\"720x1280\": 2.5", "\"1x1\": 2, \"720x1280\": 2", 29, "does not list"),
        Slip("\"720x1280\": 2.5", "\"720x1280\": \"2\"", 29, "above 0 and up to 10000, not \"2\""),
        Slip("\"prompt_limit\": 200", "\"prompt_limit\": 99", 14, "from 100 to 32000"),
        Slip("\"optional\"", "\"maybe\"", 15, "one of \"required\", \"optional\", \"none\""),
        Slip("\"audio\": true", "\"audio\": \"yes\"", 16, "must be true or false, not \"yes\""),
        Slip("\"concurrency\": 2", "\"concurrency\": 0", 17, "from 1 to 100000, not 0"),
        Slip("\"deadline_seconds\": 600", "\"deadline_seconds\": 59", 18, "from 60 to 7200"),
        Slip("\"deadline_seconds\": 600", "\"deadline_seconds\": 7201", 18, "from 60 to 7200"),
        Slip("\"offered\": false", "\"offered\": null", 51, "must be true or false, not null"),
        Slip("{ \"as_text\": true,", "7, \"x\": {", 35, "options must be an object"),
        Slip(
            "\"default_model\": \"still\"", "\"default_model\": \"stil\"", 2,
            "did you mean \"still\"?"),
        Slip(
            "\"default_model\": \"still\"", "\"default_model\": \"x\"", 2,
            "still, deluxe, words-only"),
        Slip(
            "\"default_model\": \"still\"", "\"default_model\": \"photo\"", 2,
            "is the id of no model"),
        Slip("\"default_model\": \"still\",", "", 1, "the key \"default_model\" is missing"),
        Slip("\"credits\": 50", "\"credits\": 0", 56, "from 1 to 100000000, not 0"),
        Slip("\"amount_cents\": 60", "\"amount_cents\": 0", 56, "from 1 to 99999999, not 0"),
        Slip(
            "\"amount_cents\": 60, \"currency\": \"eur\"",
            "\"amount_cents\": 60, \"currency\": \"EUR\"", 56, "lower-case ISO code"),
        Slip("\"id\": \"small\"", "\"id\": \"big\"", 56, "already packs[0].id on line 55"),
        Slip("\"packs\": [", "\"packs\": [7, ", 54, "packs[0] must be an object {…}, not 7"),
    ]

    @Test(arguments: slips)
    func `a slip is named with its line and what would be right`(_ slip: Slip) throws {
        let range = try #require(CatalogueFixture.text.range(of: slip.find))
        let text = CatalogueFixture.text.replacingCharacters(in: range, with: slip.replace)
        let problems = CatalogueFixture.problems(text)
        let fits = problems.contains { $0.line == slip.line && $0.message.contains(slip.said) }
        #expect(fits, "\(problems.map(\.description))")
    }

    @Test func `the fixture itself is right`() {
        #expect(CatalogueFixture.problems(CatalogueFixture.text) == [])
    }

    @Test func `all slips are told at once in the order of their lines`() {
        let text = CatalogueFixture.text
            .replacing("\"audio\": true", with: "\"audio\": 1")
            .replacing("\"still\",", with: "\"stil\",")
            .replacing("\"currency\": \"eur\"", with: "\"currency\": \"€\"")
        let lines = CatalogueFixture.problems(text).map { $0.line ?? 0 }
        #expect(lines.count >= 4 && lines == lines.sorted())
    }

    @Test func `past twenty problems the rest are counted`() throws {
        let entries = repeatElement("7", count: 50).joined(separator: ",")
        let text = "{\"default_model\":\"a\",\"packs\":[],\"models\":[\(entries)]}"
        do {
            _ = try CatalogueFixture.load(Data(text.utf8))
            Issue.record("fifty numbers were taken for models")
        } catch let found as FileProblems {
            #expect(found.problems.count == ProblemList.limit)
            #expect(found.unlisted > 0)
            #expect(found.description.hasSuffix("and \(found.unlisted) more"))
        }
    }

    @Test func `a file that is not there is named`() {
        let file = URL(filePath: "/nowhere/catalogue.json")
        let error = #expect(throws: FileProblems.self) { try Catalogue.load(file) }
        #expect(error?.description == "/nowhere/catalogue.json: cannot be read: is it there?")
    }

    @Test func `a folder is not a catalogue`() {
        let folder = FileManager.default.temporaryDirectory
        #expect(throws: FileProblems.self) { try Catalogue.load(folder) }
    }
}
