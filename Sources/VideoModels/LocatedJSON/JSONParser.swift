/// A JSON parser that keeps line numbers. The bytes must be valid UTF-8.
struct JSONParser {
    /// Deeper than any of our files by far, shallow enough for any stack.
    static let depthLimit = 32

    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1

    init(bytes: [UInt8], file: String) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        self.bytes = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
        self.file = file
    }

    mutating func document() throws -> LocatedJSON {
        let value = try value(depth: 0)
        skipSpace()
        guard next == nil else { throw problem("there is text after the end of the JSON value") }
        return value
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func problem(_ message: String) -> FileProblem {
        FileProblem(file: file, line: line, message: message)
    }

    private var found: String {
        guard position < bytes.count else { return "the end of the file" }
        let character = String(decoding: bytes[position...].prefix(4), as: UTF8.self).first
        return character.map { "'\($0)'" } ?? "the end of the file"
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D {
            if byte == 0x0A { line += 1 }
            position += 1
        }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard next == character.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws -> LocatedJSON {
        guard depth < Self.depthLimit else {
            throw problem("values are nested more than \(Self.depthLimit) deep")
        }
        skipSpace()
        let start = line
        return LocatedJSON(line: start, content: try content(depth: depth))
    }

    private mutating func content(depth: Int) throws -> LocatedJSON.Content {
        switch next.map({ Character(Unicode.Scalar($0)) }) {
        case "{": return .object(try members(depth: depth))
        case "[": return .array(try items(depth: depth))
        case "\"": return .string(try string())
        case "-", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9": return .number(try number())
        case "'": throw problem("found ' : JSON text stands in double quotes")
        case "/", "#": throw problem("found a comment: JSON has none")
        default: return try word()
        }
    }

    private mutating func members(depth: Int) throws -> [LocatedJSON.Member] {
        var members: [LocatedJSON.Member] = []
        position += 1
        skipSpace()
        if take("}") { return members }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else {
                throw problem("expected a key in double quotes, found \(found)")
            }
            let start = line
            let key = try string()
            skipSpace()
            guard take(":") else {
                throw problem("expected ':' after the key \"\(key)\", found \(found)")
            }
            let value = try value(depth: depth + 1)
            members.append(.init(key: key, line: start, value: value))
            if try !another(before: "}") { return members }
        }
    }

    private mutating func items(depth: Int) throws -> [LocatedJSON] {
        var items: [LocatedJSON] = []
        position += 1
        skipSpace()
        if take("]") { return items }
        while true {
            items.append(try value(depth: depth + 1))
            if try !another(before: "]") { return items }
        }
    }

    /// Eats `,` (and answers true) or the closing bracket.
    private mutating func another(before close: Character) throws -> Bool {
        let valueLine = line
        skipSpace()
        if take(close) { return false }
        guard take(",") else {
            let message = "expected ',' or '\(close)' after this value, found \(found)"
            throw FileProblem(file: file, line: valueLine, message: message)
        }
        let commaLine = line
        skipSpace()
        guard next != close.asciiValue else {
            let message = "a comma before '\(close)': the last value takes none"
            throw FileProblem(file: file, line: commaLine, message: message)
        }
        return true
    }

    private mutating func word() throws -> LocatedJSON.Content {
        let words: [(String, LocatedJSON.Content)] = [
            ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
        ]
        for (text, content) in words where bytes[position...].starts(with: text.utf8) {
            position += text.utf8.count
            return content
        }
        throw problem("expected a value, found \(found)")
    }

    private mutating func number() throws -> String {
        let start = position
        _ = take("-")
        let whole = digits()
        var isRight = whole == 1 || (whole > 1 && bytes[position - whole] != UInt8(ascii: "0"))
        if take(".") { isRight = digits() > 0 && isRight }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            isRight = digits() > 0 && isRight
        }
        let literal = String(decoding: bytes[start..<position], as: UTF8.self)
        guard isRight, Double(literal)?.isFinite == true else {
            throw problem("\(literal) is not a JSON number")
        }
        return literal
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = next, (48...57).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func string() throws -> String {
        var scanner = JSONStringScanner(bytes: bytes, position: position + 1)
        do {
            let text = try scanner.text()
            position = scanner.position
            return text
        } catch let mistake as JSONStringScanner.Mistake {
            throw problem(mistake.message)
        }
    }
}
