import Foundation
import Hummingbird
import Ledger

/// Which entries of a ledger are asked for, and in which form.
struct LedgerQuery {
    private let request: Request

    init(_ request: Request) { self.request = request }

    /// `kind` (several with commas between them), `since` and `until` in unix seconds.
    /// - Throws: `APIError` `invalid_request` that names the parameter.
    func filter() throws -> Statement.Filter {
        Statement.Filter(
            kinds: try kinds(), since: try time("since"), until: try time("until"))
    }

    /// The `seq` before which to go on.
    /// - Throws: `APIError` `invalid_request`.
    func before() throws -> Int? {
        try parameter("after").map { text in
            guard let seq = Int(text) else {
                throw APIError.invalid("after", "after must be the seq of an entry.")
            }
            return seq
        }
    }

    /// `format`, or else what the request accepts.
    /// - Throws: `APIError` `invalid_request`.
    func wantsCSV() throws -> Bool {
        switch parameter("format") {
        case "csv": true
        case "json": false
        case nil: request.headers[.accept]?.hasPrefix("text/csv") == true
        default: throw APIError.invalid("format", "format must be json or csv.")
        }
    }

    private func kinds() throws -> Set<Entry.Kind> {
        let names = (parameter("kind") ?? "").split(separator: ",")
        return Set(
            try names.map { name in
                guard let kind = Entry.Kind(rawValue: String(name)) else {
                    let known = Entry.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw APIError.invalid("kind", "kind must be one of \(known).")
                }
                return kind
            })
    }

    private func time(_ name: String) throws -> Date? {
        try parameter(name).map { text in
            // Dates past the year 9999 are beyond what Postgres and people write.
            guard let seconds = Int(text), (0...253_402_300_799).contains(seconds) else {
                throw APIError.invalid(name, "\(name) must be a time in unix seconds.")
            }
            return Date(timeIntervalSince1970: Double(seconds))
        }
    }

    private func parameter(_ name: String) -> String? {
        request.uri.queryParameters[Substring(name)].map(String.init)
    }
}
