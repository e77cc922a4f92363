import Foundation
import Testing
import VideoModels

@testable import Studio

@Suite struct FormatProblemTests {
    static let slips: [(find: String, replace: String, line: Int?, said: String)] = [
        ("\"title\"", "\"titel\"", 4, "did you mean \"title\"?"),
        ("  \"light\": \"Daylight.\",\n", "", 1, "the key \"light\" is missing"),
        ("\"rank\": 7", "\"rank\": 0", 3, "rank must be a whole number from 1 to 10000"),
        ("\"min\": 4", "\"min\": 9", 6, "a min of 9 above its max of 8"),
        ("\"max\": 8", "\"max\": 61", 6, "seconds.max must be a whole number from 1 to 60"),
        ("\"needs_person\": true", "\"needs_person\": 1", 7, "must be true or false"),
        ("\"needs_person\": true", "\"needs_person\": false", 10, "no place where needs_person"),
        ("  \"holder\": \"an adult\",\n", "", 7, "\"holder\" must say who is seen"),
        ("[\"a kitchen\"]", "[]", 11, "settings must have 1 to 8 entries"),
        ("\"push\"", "\"dolly\"", 12, "shots[0].move must be one of \"push\", \"pull\""),
        ("\"share\": 1, \"view\"", "\"share\": 0, \"view\"", 12, "above 0 and up to 100"),
        ("\"view\": \"Close\"", "\"view\": \"\"", 12, "shots[0].view must have 1 to 320"),
        ("\"white\", ", "", 15, "palette must have 3 to 5 entries, not 2"),
        ("\"action\": \"They lift it.\"", "\"acting\": \"x\"", 17, "did you mean \"action\"?"),
        ("\"max_words\": 12", "\"max_words\": 0", 21, "max_words must be a whole number"),
        ("\"words\": 4", "\"words\": 61", 23, "slots[0].words must be a whole number"),
        (", \"words\": 4", "", 23, "needs \"words\", how many a cue may take"),
        (", \"field\": \"line\"", "", 24, "needs a \"field\" or a \"cue\""),
        ("\"field\": \"line\" }\n    ]", "\"field\": \"holder\" }\n    ]", 24, "\"line\" or"),
        ("\"avoid\": \"spins\"", "\"avoid\": 7", 29, "negatives[0].avoid must be a text"),
        ("\"claim_risk\": \"low\"", "\"claim_risk\": \"none\"", 30, "\"very_high\""),
        ("{ \"field\": \"product\"", "{ \"field\": \"line\"", 32, "lists a field twice"),
        (
            "{ \"field\": \"line\", \"hint\"", "{ \"field\": \"setting\", \"hint\"", 32,
            "must list \"line\""
        ),
        ("\"id\": \"sample\"", "\"id\": \"other\"", nil, "must be the file's name, \"sample\""),
        ("\"rank\": 7,", "\"rank\": 7", 3, "expected ',' or '}' after this value"),
    ]

    @Test(arguments: slips.indices)
    func `a slip is named with its line and what would be right`(_ index: Int) throws {
        let slip = Self.slips[index]
        let range = try #require(FormatFixture.text.range(of: slip.find))
        let text = FormatFixture.text.replacingCharacters(in: range, with: slip.replace)
        let problems = FormatFixture.problems(["sample.json": text])
        let fits = problems.contains { $0.line == slip.line && $0.message.contains(slip.said) }
        #expect(fits, "\(slip.replace): \(problems.map(\.description))")
    }

    @Test func `the fixture itself is right`() {
        #expect(FormatFixture.problems(["sample.json": FormatFixture.text]) == [])
    }

    @Test func `problems of all files are told together, file by file`() {
        let found = FormatFixture.problems([
            "b.json": "{", "a.json": "[]", "notes.txt": "no format", ".hidden.json": "{",
        ])
        #expect(found.map { URL(filePath: $0.file).lastPathComponent } == ["a.json", "b.json"])
    }

    @Test func `two formats with one rank are told`() {
        let second = FormatFixture.text.replacing("\"sample\"", with: "\"twin\"")
        let found = FormatFixture.problems(["sample.json": FormatFixture.text, "twin.json": second])
        #expect(found.map(\.message) == ["sample and twin have the same rank, 7"])
    }

    @Test func `a folder without formats is a mistake`() {
        #expect(FormatFixture.problems([:]).map(\.message) == ["holds no format: no .json file"])
    }

    @Test func `a folder that is not there is named`() {
        let folder = URL(filePath: "/nowhere/formats")
        let error = #expect(throws: FileProblems.self) { try FormatLibrary.load(folder: folder) }
        #expect(error?.description == "/nowhere/formats: is not a folder that can be read")
    }
}
