/// A table as spreadsheets write it (RFC 4180): commas, quotes doubled inside quotes, a header.
package struct CSVTable: Equatable, Sendable {
    package struct Row: Equatable, Sendable {
        /// Where it begins in the file, from 1.
        package let line: Int
        package let values: [String]
    }

    package let header: [String]
    package let rows: [Row]

    /// What is wrong with a table, and where.
    package struct Problem: Error, Equatable, CustomStringConvertible {
        package let line: Int
        package let reason: String
        package var description: String { "line \(line): \(reason)" }
    }

    /// - Parameter text: with LF or CRLF, with or without a byte order mark. Empty lines are none.
    /// - Throws: `Problem`.
    package init(_ text: String) throws {
        var reader = Reader(text)
        var records: [Row] = []
        while let record = try reader.record() {
            if record.values != [""] { records.append(record) }
        }
        guard let first = records.first else {
            throw Problem(line: 1, reason: "the table is empty")
        }
        for row in records.dropFirst() where row.values.count != first.values.count {
            throw Problem(
                line: row.line,
                reason: "has \(row.values.count) values, the header has \(first.values.count)")
        }
        header = first.values
        rows = Array(records.dropFirst())
    }

    private struct Reader {
        private var rest: Substring.UnicodeScalarView
        private var line = 1

        init(_ text: String) {
            rest = text.unicodeScalars[...]
            if rest.first == "\u{FEFF}" { rest.removeFirst() }
        }

        mutating func record() throws -> Row? {
            guard !rest.isEmpty else { return nil }
            let start = line
            var values: [String] = []
            while true {
                values.append(try value())
                guard rest.first == "," else { break }
                rest.removeFirst()
            }
            if rest.first == "\r" { rest.removeFirst() }
            if rest.first == "\n" {
                rest.removeFirst()
                line += 1
            } else if !rest.isEmpty {
                throw Problem(line: line, reason: "there is text behind a closing quote")
            }
            return Row(line: start, values: values)
        }

        private mutating func value() throws -> String {
            guard rest.first == "\"" else {
                let plain = rest.prefix { $0 != "," && $0 != "\n" && $0 != "\r" }
                rest = rest[plain.endIndex...]
                return String(plain).trimmingSpaces
            }
            let start = line
            rest.removeFirst()
            var text = String.UnicodeScalarView()
            while let scalar = rest.popFirst() {
                if scalar == "\n" { line += 1 }
                guard scalar == "\"" else {
                    text.append(scalar)
                    continue
                }
                guard rest.first == "\"" else { return String(text) }
                rest.removeFirst()
                text.append(scalar)
            }
            throw Problem(line: start, reason: "a quote is not closed")
        }
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let inner = drop { $0 == " " || $0 == "\t" }
        let end = inner.lastIndex { $0 != " " && $0 != "\t" }
        return end.map { String(inner[...$0]) } ?? ""
    }
}
