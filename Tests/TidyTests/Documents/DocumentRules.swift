import RegexBuilder

/// What documents say about the program, held against the program.
enum DocumentRules {
    struct Mention: Hashable {
        let name: String
        let line: Int
    }

    // MARK: Commands

    /// The scripts that a Markdown text's code blocks run.
    static func scripts(in markdown: String) -> [Mention] {
        codeLines(of: markdown).flatMap { line, text in
            text.matches(of: /(?:^|[\s;&|(])(?:\.\/)?(script\/[\w\-]+)/)
                .map { Mention(name: String($0.output.1), line: line) }
        }
    }

    private static func codeLines(of markdown: String) -> [(Int, Substring)] {
        var isCode = false
        var lines: [(Int, Substring)] = []
        for (index, line) in split(markdown).enumerated() {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isCode.toggle()
            } else if isCode {
                lines.append((index + 1, line))
            }
        }
        return lines
    }

    // MARK: Links

    /// The files that a Markdown text links to, as they are written.
    static func links(in markdown: String) -> [Mention] {
        split(markdown).enumerated().flatMap { index, line in
            line.matches(of: /\]\(([^)\s#]+)(?:#[^)\s]*)?\)/).map(\.output.1)
                .filter { !$0.contains(":") }
                .map { Mention(name: String($0), line: index + 1) }
        }
    }

    // MARK: Tables

    /// The names in backticks in the first cell of a table's rows.
    static func firstCells(of markdown: String, matching name: Regex<Substring>) -> [Mention] {
        split(markdown).enumerated().flatMap { index, line -> [Mention] in
            guard line.hasPrefix("|") else { return [] }
            let cell = line.dropFirst().prefix { $0 != "|" }
            return cell.matches(of: /`([^`]+)`/).map(\.output.1)
                .filter { $0.wholeMatch(of: name) != nil }
                .map { Mention(name: String($0), line: index + 1) }
        }
    }

    // MARK: Sources

    /// The environment variables that a source reads.
    static func settings(in swift: String) -> [Mention] {
        let reading = Regex {
            ChoiceOf {
                Anchor.startOfLine
                CharacterClass.word.inverted
            }
            ChoiceOf {
                "text"
                "number"
                "choice"
                "flag"
                "address"
                "secret"
                "keyed"
                "site"
            }
            "("
            Capture { /"[A-Z][A-Z0-9_]+"(, "[A-Z][A-Z0-9_]+")?/ }
        }
        return split(swift).enumerated().flatMap { index, line in
            line.matches(of: reading).flatMap { match in
                match.output.1.split(separator: ",").map { name in
                    Mention(name: name.filter { !"\" ".contains($0) }, line: index + 1)
                }
            }
        }
    }

    /// The raw values of the enum `Code` of strings in a source.
    static func codes(in swift: String) -> [Mention] {
        var isCode = false
        var codes: [Mention] = []
        for (index, line) in split(swift).enumerated() {
            if line.contains("enum Code: String") { isCode = true }
            guard isCode else { continue }
            if line.contains(/^\s*\}/) { break }
            if let found = line.firstMatch(of: /^\s*case (\w+)(?: = "(\w+)")?$/) {
                let name = found.output.2 ?? found.output.1
                codes.append(Mention(name: String(name), line: index + 1))
            }
        }
        return codes
    }

    // MARK: Paths

    /// The lines that name a folder of somebody's machine.
    static func machinePaths(in text: String) -> [Int] {
        let expression = #/(?:^|[^\w.\/-])/(?:work|root|home|Users|tmp)/\w|\.\.\/shared\//#
        let lines = split(text)
        return lines.indices
            .filter { lines[$0].contains("/") && lines[$0].contains(expression) }
            .map { $0 + 1 }
    }

    private static func split(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}
