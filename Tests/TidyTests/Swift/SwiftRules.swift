/// The repository's rules for one Swift file. swift-format keeps the others.
enum SwiftRules {
    static let linesOfSource = 500
    static let linesOfTest = 600
    /// A function of this many lines is too long.
    static let linesOfFunction = 60

    static func size(_ text: SwiftText, limit: Int) -> [Finding] {
        let count = text.lines.count - 1
        guard count > limit else { return [] }
        return [Finding(text.path, 1, "\(count) lines, at most \(limit) are readable")]
    }

    static func functionLength(_ text: SwiftText) -> [Finding] {
        SwiftFunction.all(in: text)
            .filter { $0.length >= linesOfFunction }
            .map { Finding(text.path, $0.firstLine, "the function has \($0.length) lines") }
    }

    // MARK: Words

    static func bannedWords(_ text: SwiftText) -> [Finding] {
        let words: [(hint: String, Regex<Substring>, advice: String)] = [
            ("try!", /\btry!/, "'try!' ends the process; throw"),
            ("fatalError", /\bfatalError\s*\(/, "'fatalError' ends the process; throw"),
            ("precondition", /\bpreconditionFailure\s*\(/, "this ends the process; throw"),
            ("print", /(?:^|[^\w.])print\s*\(/, "'print' is for nobody; log, or Terminal"),
            ("public", /\bpublic\b/, "'package' is the access level across targets"),
        ]
        return words.flatMap { hint, expression, advice in
            text.linesOfCode(with: hint, matching: expression)
                .map { Finding(text.path, $0, advice) }
        }
    }

    static func promises(_ text: SwiftText) -> [Finding] {
        text.lines.indices
            .filter { text.lines[$0].contains(/\b(TODO|FIXME|XXX)\b/) }
            .map { Finding(text.path, $0 + 1, "do it now, or write it down as an issue") }
    }

    static func unstructuredTasks(_ text: SwiftText) -> [Finding] {
        text.linesOfCode(with: "Task", matching: /\bTask\s*(\.detached\s*)?(\([^)]*\)\s*)?\{/)
            .map { Finding(text.path, $0, "an unstructured task; use a task group") }
    }

    // MARK: Swallowed errors

    static func silentTries(_ text: SwiftText) -> [Finding] {
        text.linesOfCode(with: "try?", matching: /\btry\?/)
            .filter { line in text.remarks.isDisjoint(with: (line - 2)...line) }
            .map { Finding(text.path, $0, "'try?' without a comment that says why") }
    }

    static func emptyCatches(_ text: SwiftText) -> [Finding] {
        let code = String(decoding: text.code, as: UTF8.self)
        guard code.contains("catch") else { return [] }
        return code.matches(of: /\bcatch\b[^{}]*\{\s*\}/).compactMap { match in
            let first = code[..<match.range.lowerBound].count { $0 == "\n" } + 1
            let last = first + match.output.count { $0 == "\n" }
            guard text.remarks.isDisjoint(with: first...last) else { return nil }
            return Finding(text.path, first, "an empty 'catch' without a comment that says why")
        }
    }

    // MARK: Names

    static func names(_ text: SwiftText) -> [Finding] {
        var findings: [Finding] = []
        if isVague(text.fileName.split(separator: "+").first ?? "") {
            findings.append(Finding(text.path, 1, "the file's name says nothing"))
        }
        let declaration = /\b(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)/
        for (index, line) in text.codeLines.enumerated() {
            for match in line.matches(of: declaration) where isVague(match.output.1) {
                findings.append(
                    Finding(text.path, index + 1, "'\(match.output.1)' says nothing of what it is"))
            }
        }
        return findings
    }

    private static func isVague(_ name: Substring) -> Bool {
        let vague: Set<Substring> = [
            "Util", "Utils", "Utilities", "Helper", "Helpers", "Core", "Common", "Manager",
            "Managers",
        ]
        let words = name.matches(of: /[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/).map(\.output)
        return words.first == "Default" && words.count > 1 || words.last == "Impl"
            || !vague.isDisjoint(with: words)
    }

    /// `@Test func` has to be followed by a sentence in backticks.
    static func testNames(_ text: SwiftText) -> [Finding] {
        let code = String(decoding: text.code, as: UTF8.self)
        guard code.contains("@Test") else { return [] }
        let tests = code.matches(of: /@Test\b[^}]*?\bfunc (`|\w+)/)
        return tests.filter { $0.output.1 != "`" }.map { match in
            let line = code[..<match.output.1.startIndex].count { $0 == "\n" } + 1
            return Finding(text.path, line, "a test's name is a sentence in backticks")
        }
    }
}
