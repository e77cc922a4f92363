internal import Crypto
package import Foundation

/// What a table of orders comes to: each row an order, the file it ends in, and the key under which
/// it is made once however often the batch is run.
package struct BatchPlan: Equatable, Sendable {
    /// A larger table is several.
    package static let rowLimit = 1000

    package struct Item: Equatable, Sendable {
        /// Of the table, from 1.
        package let line: Int
        package let order: OrderForm
        package let output: URL
        package let key: String
    }

    package let items: [Item]

    /// All that is wrong with a table.
    package struct Problems: Error, CustomStringConvertible {
        package let all: [String]
        package var description: String { all.joined(separator: "\n") }
    }

    private static let ownColumns = ["photo", "output", "say"]

    /// - Parameters:
    ///   - folder: what the table's paths are relative to.
    ///   - defaults: fields of rows that do not have them.
    ///   - run: makes the same rows again when it is another.
    /// - Throws: `Problems`, with what is wrong in any row.
    package init(
        _ table: CSVTable, folder: URL, defaults: [String: String] = [:], run: String = ""
    ) throws {
        var problems = Self.problems(of: table.header)
        if table.rows.count > Self.rowLimit {
            problems.append("\(table.rows.count) rows; \(Self.rowLimit) are the most")
        }
        guard problems.isEmpty else { throw Problems(all: problems) }
        var items: [Item] = []
        var seen: [String: Int] = [:]
        var sums: [URL: String] = [:]
        var outputs: Set<String> = []
        for row in table.rows {
            var draft = Draft(table.header, row, folder: folder, defaults: defaults)
            let output = draft.output ?? folder.appending(path: "row-\(row.line).mp4")
            if !outputs.insert(output.standardizedFileURL.path).inserted {
                draft.problems.append("output: another row ends in the same file")
            }
            if let photo = draft.photo, sums[photo] == nil { sums[photo] = draft.sum(of: photo) }
            problems += draft.problems.map { "line \(row.line): \($0)" }
            let content = draft.content(sum: draft.photo.flatMap { sums[$0] })
            let count = seen[content, default: 0]
            seen[content] = count + 1
            items.append(
                Item(
                    line: row.line,
                    order: OrderForm(draft.fields, photo: draft.photo.map { .file($0) }),
                    output: output, key: Self.key(of: "\(run)\n\(count)\n\(content)")))
        }
        guard problems.isEmpty else { throw Problems(all: problems) }
        self.items = items
    }

    private static func problems(of header: [String]) -> [String] {
        let known =
            ownColumns + OrderForm.fieldNames
            + OrderForm.briefNames.map { OrderForm.briefPrefix + $0 }
        let unknown = header.filter { !known.contains($0) }
        let twice = Dictionary(grouping: header) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
        return unknown.map {
            "column '\($0)' is not known; known are \(known.joined(separator: ", "))"
        } + twice.map { "column '\($0)' is there twice" }
    }

    private static func key(of text: String) -> String {
        "batch-"
            + SHA256.hash(data: Data(text.utf8)).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
    }

    /// A row on its way to be an item.
    private struct Draft {
        var fields: [String: String]
        var photo: URL?
        var output: URL?
        var problems: [String] = []

        init(_ header: [String], _ row: CSVTable.Row, folder: URL, defaults: [String: String]) {
            fields = defaults
            for (name, value) in zip(header, row.values) where !value.isEmpty {
                switch name {
                case "photo": photo = URL(filePath: value, relativeTo: folder)
                case "output": output = URL(filePath: value, relativeTo: folder)
                case "say": fields["brief.line"] = value
                default: fields[name] = value
                }
            }
            if let photo, !FileManager.default.isReadableFile(atPath: photo.path) {
                problems.append("photo: \(photo.relativePath) is not there")
            }
            let says = fields.keys.contains {
                $0 == "prompt" || $0 == "format" || $0.hasPrefix(OrderForm.briefPrefix)
            }
            if !says { problems.append("a prompt, a format or something to say is needed") }
            if let seconds = fields["seconds"], Int(seconds) == nil {
                problems.append("seconds: '\(seconds)' is no whole number")
            }
        }

        mutating func sum(of photo: URL) -> String? {
            guard let data = try? Data(contentsOf: photo) else {  // Which is all there is to say.
                // Said already, when it is not there at all.
                if problems.isEmpty { problems.append("photo: \(photo.path) cannot be read") }
                return nil
            }
            return SHA256.hash(data: data).map { String($0, radix: 16) }.joined(separator: "-")
        }

        /// What tells the order from others; where its clip ends does not matter.
        func content(sum: String?) -> String {
            let lines = fields.sorted { $0.key < $1.key }.map {
                "\($0.key.count) \($0.key)=\($0.value)"
            }
            return (lines + ["photo=\(sum ?? "")"]).joined(separator: "\n")
        }
    }
}
