/// One statement of a file, as words and marks in lower case. Comments are gone; literals and
/// bodies in dollars are the one token `''`.
struct SQLStatement {
    struct Token: Equatable {
        let text: String
        let line: Int
        /// How many parentheses are open around it.
        let depth: Int
    }

    let path: String
    let tokens: [Token]

    var line: Int { tokens.first?.line ?? 1 }
    var words: [String] { tokens.map(\.text) }

    func begins(with words: String...) -> Bool { self.words.starts(with: words) }

    /// Where the words stand in a row, as the index of the first.
    func index(of words: String...) -> Int? {
        tokens.indices.first { self.words[$0...].starts(with: words) }
    }

    static func all(path: String, _ text: String) -> [SQLStatement] {
        var lexer = SQLLexer(text)
        return lexer.tokens().split { $0.text == ";" }
            .map { SQLStatement(path: path, tokens: Array($0)) }
    }
}

private struct SQLLexer {
    private let text: [Character]
    private var position = 0
    private var line = 1
    private var depth = 0

    init(_ text: String) { self.text = Array(text.lowercased()) }

    mutating func tokens() -> [SQLStatement.Token] {
        var tokens: [SQLStatement.Token] = []
        while position < text.count {
            if sees("--") {
                skip { $0 == "\n" }
            } else if text[position].isWhitespace {
                advance()
            } else {
                let start = (line, depth)
                let word = next()
                depth += word == "(" ? 1 : word == ")" ? -1 : 0
                tokens.append(
                    .init(text: word, line: start.0, depth: word == ")" ? depth : start.1))
            }
        }
        return tokens
    }

    private func sees(_ mark: String) -> Bool { text[position...].starts(with: mark) }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < text.count {
            if text[position] == "\n" { line += 1 }
            position += 1
        }
    }

    private mutating func skip(until ends: (Character) -> Bool) {
        while position < text.count, !ends(text[position]) { advance() }
    }

    private mutating func next() -> String {
        if text[position] == "'" { return literal(closedBy: "'") }
        if let quote = dollarQuote() { return literal(closedBy: quote) }
        let start = position
        while position < text.count, isPartOfWord(text[position]) { advance() }
        if position == start { advance() }
        return String(text[start..<position])
    }

    private func isPartOfWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_.\"".contains(character)
    }

    private func dollarQuote() -> String? {
        guard text[position] == "$" else { return nil }
        let tag = text[(position + 1)...].prefix { $0.isLetter || $0 == "_" }
        let end = position + 1 + tag.count
        return end < text.count && text[end] == "$" ? "$\(String(tag))$" : nil
    }

    /// A doubled quote inside a literal reads as two literals, which is as good.
    private mutating func literal(closedBy mark: String) -> String {
        advance(mark.count)
        while position < text.count, !sees(mark) { advance() }
        advance(mark.count)
        return "''"
    }
}
