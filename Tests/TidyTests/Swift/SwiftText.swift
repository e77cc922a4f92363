/// A Swift file, as it is written and as bare code.
struct SwiftText {
    let path: String
    /// As written.
    let lines: [Substring]
    /// Comments and the insides of literals are spaces; the lines are the same.
    let code: [UInt8]
    let codeLines: [String]
    /// Lines with a comment that is not documentation.
    let remarks: Set<Int>

    init(path: String, _ text: String) {
        let blanker = SwiftBlanker(text)
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = blanker.code
        codeLines = code.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        remarks = blanker.remarks
    }

    var fileName: Substring {
        let name = path.split(separator: "/").last ?? ""
        return name.hasSuffix(".swift") ? name.dropLast(6) : name
    }

    /// The lines of code where the expression is found. `hint` is a part of every match: looking
    /// for it first makes the search a hundred times faster.
    func linesOfCode(with hint: String, matching expression: Regex<some Any>) -> [Int] {
        codeLines.indices
            .filter { codeLines[$0].contains(hint) && codeLines[$0].contains(expression) }
            .map { $0 + 1 }
    }

    static let sources = load("Sources")
    static let tests = load("Tests")

    private static func load(_ folder: String) -> [SwiftText] {
        Repository.paths(in: folder, "swift").compactMap { path in
            // A file that cannot be read is missed by the test that counts them.
            guard let text = try? Repository.text(path) else { return nil }
            return SwiftText(path: path, text)
        }
    }
}
