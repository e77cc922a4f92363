/// Where a function, an initialiser or a computed property begins and ends.
struct SwiftFunction: Equatable {
    let firstLine: Int
    let lastLine: Int

    var length: Int { lastLine - firstLine + 1 }

    static func all(in text: SwiftText) -> [SwiftFunction] {
        FunctionFinder(text.code).functions()
    }
}

/// Finds the bodies that follow declarations in bare code.
private struct FunctionFinder {
    private static let keywords: Set<String> = ["func", "init", "deinit", "subscript", "var"]
    /// What may begin the next line of a signature that is not finished.
    private static let continuations: Set<String> = [
        "where", "async", "throws", "rethrows", "some", "any",
    ]

    private let code: [UInt8]

    init(_ code: [UInt8]) { self.code = code }

    func functions() -> [SwiftFunction] {
        var found: [SwiftFunction] = []
        var position = 0
        var line = 1
        while position < code.count {
            let word = self.word(at: position)
            if Self.keywords.contains(word), !follows(".", position),
                let body = body(after: position + word.utf8.count, mayBeStored: word == "var")
            {
                let lines = code[position...body.upperBound].count { $0 == UInt8(ascii: "\n") }
                found.append(SwiftFunction(firstLine: line, lastLine: line + lines))
            }
            if code[position] == UInt8(ascii: "\n") { line += 1 }
            position += max(1, word.utf8.count)
        }
        return found
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 128...:
            true
        default: false
        }
    }

    /// The word that begins here; empty where none does.
    private func word(at position: Int) -> String {
        String(decoding: code[position...].prefix(while: isWordByte), as: UTF8.self)
    }

    private func follows(_ mark: Unicode.Scalar, _ position: Int) -> Bool {
        position > 0 && code[position - 1] == UInt8(ascii: mark)
    }

    /// The braces of a body, if the declaration has one.
    private func body(after start: Int, mayBeStored: Bool) -> ClosedRange<Int>? {
        var depth = 0
        for position in start..<code.count {
            switch code[position] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0: return block(from: position)
            case UInt8(ascii: "}") where depth == 0: return nil
            case UInt8(ascii: "=") where depth == 0 && mayBeStored: return nil
            case UInt8(ascii: "\n") where depth == 0 && !goesOn(after: position): return nil
            default: break
            }
            if depth < 0 { return nil }
        }
        return nil
    }

    private func goesOn(after lineBreak: Int) -> Bool {
        let space: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        let before = code[..<lineBreak].last { !space($0) }
        guard let next = code[lineBreak...].firstIndex(where: { !space($0) }) else { return false }
        if let before, ",>&".utf8.contains(before) { return true }
        return "{-&".utf8.contains(code[next]) || Self.continuations.contains(word(at: next))
    }

    private func block(from brace: Int) -> ClosedRange<Int>? {
        var depth = 0
        for position in brace..<code.count {
            if code[position] == UInt8(ascii: "{") { depth += 1 }
            if code[position] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return brace...position }
        }
        return nil
    }
}
