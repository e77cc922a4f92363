import Postgres

/// An amount of credits, signed: what leaves a balance is negative.
package struct Credits: Hashable, Sendable {
    package let amount: Int

    package init(_ amount: Int) { self.amount = amount }

    package static let zero = Credits(0)

    package static prefix func - (credits: Credits) -> Credits { Credits(-credits.amount) }
}

extension Credits: Comparable {
    package static func < (left: Credits, right: Credits) -> Bool { left.amount < right.amount }
}

extension Credits: CustomStringConvertible {
    package var description: String { String(amount) }
}

extension Credits: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Int.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(amount)
    }
}

extension Credits: SQLValue {
    package init?(sqlText: String) {
        guard let amount = Int(sqlText) else { return nil }
        self.init(amount)
    }

    package var sqlText: String { description }
}
