import Foundation
import Testing

@testable import VideoModels

@Suite struct CatalogueJSONTests {
    static let mistakes: [(text: String, line: Int, said: String)] = [
        ("", 1, "expected a value, found the end of the file"),
        ("{\n\"a\": 1,\n}", 2, "a comma before '}'"),
        ("[1,\n2\n3]", 2, "expected ',' or ']' after this value, found '3'"),
        ("{\"a\" 1}", 1, "expected ':' after the key \"a\", found '1'"),
        ("{a: 1}", 1, "expected a key in double quotes, found 'a'"),
        ("{'a': 1}", 1, "expected a key in double quotes, found '''"),
        ("['a']", 1, "double quotes"),
        ("\n// hello\n{}", 2, "found a comment"),
        ("{}\n{}", 2, "text after the end"),
        ("[\"a\nb\"]", 1, "a line break or tab inside a text"),
        ("[\"a", 1, "no closing quote"),
        ("[\"a\\", 1, "no closing quote"),
        ("[\"\\x\"]", 1, "\\x is no JSON escape"),
        ("[\"\\u12\"]", 1, "four hexadecimal digits"),
        ("[\"\\u+123\"]", 1, "four hexadecimal digits"),
        ("[\"\\ud83d\"]", 1, "half of a surrogate pair"),
        ("[\"\\ud83d\\u0041\"]", 1, "half of a surrogate pair"),
        ("[\"\\ude00\"]", 1, "half of a surrogate pair"),
        ("[01]", 1, "01 is not a JSON number"),
        ("[1.]", 1, "1. is not a JSON number"),
        ("[-]", 1, "- is not a JSON number"),
        ("[1e999]", 1, "1e999 is not a JSON number"),
        ("[+1]", 1, "expected a value, found '+'"),
        ("[True]", 1, "expected a value, found 'T'"),
        ("[ä]", 1, "expected a value, found 'ä'"),
    ]

    @Test(arguments: mistakes.indices)
    func `a mistake is named with its line`(_ index: Int) {
        let mistake = Self.mistakes[index]
        let error = #expect(throws: FileProblem.self) {
            try LocatedJSON.parse(Array(mistake.text.utf8), file: "x.json")
        }
        #expect(error?.line == mistake.line)
        #expect(error?.message.contains(mistake.said) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        "{}", "[]", " \r\n\t[ ] ", "-0.5e-1", "2.55E+1",
        "\"\\ud83d\\ude00 \\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
        "{\"a\":[true,false,null,{\"b\":\"ü漢😀\"}],\"c\":12345678901234,\"d\":1.25E-3}",
    ])
    func `right text means what Foundation takes it for`(_ text: String) throws {
        let ours = try LocatedJSON.parse(Array(text.utf8), file: "x.json").plain
        let theirs = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(ours == theirs)
    }

    @Test func `a value keeps the line it starts on`() throws {
        let root = try LocatedJSON.parse(Array("\n{\n\"a\":\n[1,\n\n2]}".utf8), file: "x.json")
        guard case .object(let members) = root.content,
            case .array(let items)? = members.first?.value.content
        else {
            Issue.record("not what was written")
            return
        }
        #expect(root.line == 2)
        #expect(members.map(\.line) == [3])
        #expect(items.map(\.line) == [4, 6])
    }

    @Test func `a byte order mark is no mistake`() throws {
        let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("[]".utf8)
        #expect(try LocatedJSON.parse(bytes, file: "x.json").plain == .array([]))
    }

    @Test func `text that is not UTF-8 is refused`() {
        let error = #expect(throws: FileProblem.self) {
            try LocatedJSON.parse([0x22, 0xFF, 0x22], file: "x.json")
        }
        #expect(error?.message == "is not UTF-8 text")
    }

    @Test func `nesting stops at the limit and not at the end of the stack`() throws {
        let limit = JSONParser.depthLimit
        let deep = { (depth: Int) in
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try LocatedJSON.parse(Array(deep(limit).utf8), file: "x.json")
        for depth in [limit + 1, 500_000] {
            #expect(throws: FileProblem.self) {
                try LocatedJSON.parse(Array(deep(depth).utf8), file: "x.json")
            }
        }
    }

    @Test func `a file past the limit is not read`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json")
        try Data(repeating: 0x20, count: LocatedJSON.fileLimit + 1).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // a leftover harms nobody
        let error = #expect(throws: FileProblem.self) { try LocatedJSON.read(file) }
        #expect(error?.message == "is larger than 1000000 bytes")
    }

    @Test(arguments: [
        ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1),
        ("secconds", "seconds", 1),
        ("nmae", "name", 2),
    ])
    func `distance counts single slips`(_ first: String, _ second: String, _ distance: Int) {
        #expect(Spelling.distance(first, second) == distance)
    }
}
