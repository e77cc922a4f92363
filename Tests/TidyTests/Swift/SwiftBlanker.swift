/// Replaces comments and what stands inside literals by spaces, and leaves code and line breaks.
///
/// Knows nested comments, strings of every kind with code inside `\(…)`, regular expressions and
/// names in backticks. A division looks like a regular expression only after an operator.
struct SwiftBlanker {
    private(set) var code: [UInt8]
    /// Lines that hold, or are part of, a comment that is not documentation.
    private(set) var remarks: Set<Int> = []

    private let source: [UInt8]
    private var position = 0
    private var line = 1

    init(_ text: String) {
        source = Array(text.utf8)
        code = source
        skipCode(insideParentheses: false)
    }

    private func byte(_ offset: Int = 0) -> UInt8 {
        position + offset < source.count ? source[position + offset] : 0
    }

    private func sees(_ text: StaticString) -> Bool {
        (0..<text.utf8CodeUnitCount).allSatisfy { byte($0) == text.utf8Start[$0] }
    }

    /// Moves on by so many bytes; blanks them unless they are code.
    private mutating func advance(_ count: Int = 1, blank: Bool) {
        for _ in 0..<count where position < source.count {
            if source[position] == UInt8(ascii: "\n") {
                line += 1
            } else if blank {
                code[position] = UInt8(ascii: " ")
            }
            position += 1
        }
    }

    private mutating func skipCode(insideParentheses: Bool) {
        var depth = 0
        while position < source.count {
            if sees("//") {
                skipLineComment()
            } else if sees("/*") {
                skipBlockComment()
            } else if let hashes = hashesBefore("\"") {
                skipString(hashes: hashes)
            } else if let hashes = hashesBefore("/"), hashes > 0 || opensExpression {
                skipUntil("/", hashes: hashes)
            } else if byte() == UInt8(ascii: "`") {
                skipUntil("`", hashes: 0)
            } else {
                if byte() == UInt8(ascii: "(") { depth += 1 }
                if byte() == UInt8(ascii: ")") { depth -= 1 }
                if insideParentheses, depth < 0 { return }
                advance(blank: false)
            }
        }
    }

    private mutating func skipLineComment() {
        if !sees("///") { remarks.insert(line) }
        while position < source.count, byte() != UInt8(ascii: "\n") { advance(blank: true) }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            remarks.insert(line)
            if sees("/*") {
                depth += 1
                advance(2, blank: true)
            } else if sees("*/") {
                depth -= 1
                advance(2, blank: true)
            } else {
                advance(blank: true)
            }
        } while depth > 0 && position < source.count
    }

    /// How many `#` stand before `mark` here; nil when it is not what comes next.
    private func hashesBefore(_ mark: Unicode.Scalar) -> Int? {
        var hashes = 0
        while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
        return byte(hashes) == UInt8(ascii: mark) ? hashes : nil
    }

    private func closes(_ quotes: Int, _ hashes: Int, _ mark: Unicode.Scalar = "\"") -> Bool {
        (0..<quotes).allSatisfy { byte($0) == UInt8(ascii: mark) }
            && (0..<hashes).allSatisfy { byte(quotes + $0) == UInt8(ascii: "#") }
    }

    private mutating func skipString(hashes: Int) {
        advance(hashes, blank: false)
        let quotes = sees("\"\"\"") ? 3 : 1
        advance(quotes, blank: false)
        while position < source.count, !closes(quotes, hashes) {
            guard byte() == UInt8(ascii: "\\"),
                (0..<hashes).allSatisfy({ byte(1 + $0) == UInt8(ascii: "#") })
            else {
                advance(blank: true)
                continue
            }
            advance(1 + hashes, blank: true)
            if byte() == UInt8(ascii: "(") {
                advance(blank: false)
                skipCode(insideParentheses: true)
                advance(blank: false)
            } else {
                advance(blank: true)
            }
        }
        advance(quotes + hashes, blank: false)
    }

    /// A `/` opens a regular expression where an operand is due, and where another closes it.
    private var opensExpression: Bool {
        guard byte(1) != UInt8(ascii: " "), byte(1) != UInt8(ascii: "=") else { return false }
        let before = code[..<position].last { $0 != UInt8(ascii: " ") }
        guard let before, "(,=:[{!&|?".utf8.contains(before) else { return false }
        let rest = source[(position + 1)...].prefix { $0 != UInt8(ascii: "\n") }
        return rest.contains(UInt8(ascii: "/"))
    }

    /// Skips a literal that opens and closes with `mark` and gives `\` its usual meaning.
    private mutating func skipUntil(_ mark: Unicode.Scalar, hashes: Int) {
        advance(hashes + 1, blank: false)
        while position < source.count, !closes(1, hashes, mark) {
            advance(byte() == UInt8(ascii: "\\") ? 2 : 1, blank: true)
        }
        advance(1 + hashes, blank: false)
    }
}
