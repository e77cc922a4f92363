import Testing

/// Every reader of documents and sources finds what it looks for, and where.
@Suite struct DocumentRulesTests {
    private typealias Mention = DocumentRules.Mention

    @Test func `scripts are found in code blocks alone`() {
        let text = """
            Run script/prose first.
            ```sh
            script/one && CONFIGURATION=debug ./script/two-b
            cat description/none
            ```
            script/prose
            """
        #expect(
            DocumentRules.scripts(in: text)
                == [Mention(name: "script/one", line: 3), Mention(name: "script/two-b", line: 3)])
    }

    @Test func `links to files are found`() {
        let text = "[a](docs/a.md#part) ![b](c.png)\n[d](https://example.com) [e](#part) (f.md)"
        #expect(
            DocumentRules.links(in: text)
                == [Mention(name: "docs/a.md", line: 1), Mention(name: "c.png", line: 1)])
    }

    @Test func `names are found in the first cells of rows`() {
        let text = "`A_B`\n| `C_D`, `E2` | `F_G` |\n| `h` |"
        let cells = DocumentRules.firstCells(of: text, matching: /[A-Z][A-Z0-9_]+/)
        #expect(cells == [Mention(name: "C_D", line: 2), Mention(name: "E2", line: 2)])
    }

    @Test func `settings are found where they are read`() {
        let text =
            "let a = text(\"A_B\") ?? number(\"C\", 1...2)\nfail(\"D_E\", choice(\"F_G\", X.self))"
        #expect(DocumentRules.settings(in: text).map(\.name) == ["A_B", "F_G"])
        #expect(DocumentRules.settings(in: text).map(\.line) == [1, 2])
    }

    @Test func `codes are found by their raw values`() {
        let text = """
            enum Other: String {
                case zero
            }
            enum Code: String, Sendable {
                /// Why.
                case one
                case twoThree = "two_three"
            }
            enum Last: String {
                case four
            }
            """
        #expect(
            DocumentRules.codes(in: text)
                == [Mention(name: "one", line: 6), Mention(name: "two_three", line: 7)])
    }

    @Test(arguments: ["work", "root", "home", "Users", "tmp"])
    func `folders of a machine are found`(folder: String) {
        let path = "/\(folder)/a"
        #expect(DocumentRules.machinePaths(in: "let a = 1\nlet b = \"\(path)\"") == [2])
        #expect(DocumentRules.machinePaths(in: path) == [1])
        #expect(DocumentRules.machinePaths(in: "a\(path) ./b\(path) https://c\(path)").isEmpty)
    }

    @Test func `neighbours of the repository are found`() {
        #expect(DocumentRules.machinePaths(in: "see ../" + "shared/a.md") == [1])
    }
}
