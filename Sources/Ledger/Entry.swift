package import Foundation
import Postgres

/// One line of a person's ledger. Never changed once written.
package struct Entry: Equatable, Sendable {
    /// Why credits moved.
    package enum Kind: String, CaseIterable, Sendable {
        case purchase, grant, generation, refund, clawback, reinstatement, adjustment
    }

    /// 1, 2, 3 … for each person, without gaps.
    package let seq: Int
    package let amount: Credits
    package let balanceAfter: Credits
    package let kind: Kind
    /// What moved them: a job's id, a purchase's. Unique within its kind.
    package let reference: String
    package var note: String?
    package let createdAt: Date
}

extension Entry {
    static let columns: SQL = "seq, amount, balance_after, kind, reference, note, created_at"

    init(_ row: Row) throws {
        let name = try row.value("kind", as: String.self)
        guard let kind = Kind(rawValue: name) else {
            throw PostgresError.decoding(column: "kind", wanted: "Entry.Kind", found: "'\(name)'")
        }
        self.init(
            seq: try row.value("seq"), amount: try row.value("amount"),
            balanceAfter: try row.value("balance_after"), kind: kind,
            reference: try row.value("reference"), note: try row.optional("note"),
            createdAt: try row.value("created_at"))
    }
}
