import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

/// A person's ledger as a spreadsheet reads it: RFC 4180, newest first, sent page by page so that
/// a long one needs no memory.
struct LedgerCSV: Sendable {
    private static let pageSize = 500
    static let header = "seq,created_at,kind,amount,balance_after,note,reference\r\n"

    private let statement: NamedStatement
    private let filter: Statement.Filter

    init(_ statement: NamedStatement, _ filter: Statement.Filter) {
        self.statement = statement
        self.filter = filter
    }

    func response() -> Response {
        let body = ResponseBody { [self] writer in
            try await writer.write(ByteBuffer(string: Self.header))
            var last: Int?
            while true {
                let page = try await statement.entries(filter, before: last, limit: Self.pageSize)
                guard let end = page.last else { break }
                try await writer.write(ByteBuffer(string: page.map(Self.line).joined()))
                last = end.seq
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: "attachment; filename=\"credits.csv\"",
            ], body: body)
    }

    static func line(_ entry: Entry) -> String {
        let fields = [
            "\(entry.seq)", entry.createdAt.ISO8601Format(), entry.kind.rawValue,
            "\(entry.amount)", "\(entry.balanceAfter)", quoted(entry.note ?? ""), entry.reference,
        ]
        return fields.joined(separator: ",") + "\r\n"
    }

    /// In quotes; and not as a formula, which a spreadsheet would run.
    private static func quoted(_ text: String) -> String {
        let formula: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n"]
        let begins = text.unicodeScalars.first.map(formula.contains) ?? false
        let harmless = begins ? "'" + text : text
        return "\"" + harmless.replacing("\"", with: "\"\"") + "\""
    }
}
