package import Foundation

/// A value that Postgres takes and gives in its text format.
package protocol SQLValue: Sendable {
    var sqlText: String { get }
    /// `nil` when the text is not such a value.
    init?(sqlText: String)
}

extension String: SQLValue {
    package var sqlText: String { self }
    package init?(sqlText: String) { self = sqlText }
}

extension Bool: SQLValue {
    package var sqlText: String { self ? "t" : "f" }
    package init?(sqlText: String) {
        switch sqlText {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}

extension SQLValue where Self: LosslessStringConvertible {
    package var sqlText: String { description }
    package init?(sqlText: String) { self.init(sqlText) }
}

extension Int: SQLValue {}
extension Int64: SQLValue {}
extension Double: SQLValue {}

extension UUID: SQLValue {
    package var sqlText: String { uuidString }
    package init?(sqlText: String) { self.init(uuidString: sqlText) }
}

extension ID: SQLValue {
    package var sqlText: String { description }
    package init?(sqlText: String) { self.init(sqlText) }
}

/// Bytes, as `bytea` in its `hex` format.
extension Data: SQLValue {
    package var sqlText: String {
        let digits = Array("0123456789abcdef".utf8)
        let hex = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "\\x" + String(decoding: hex, as: UTF8.self)
    }

    package init?(sqlText: String) {
        guard sqlText.hasPrefix("\\x") else { return nil }
        let nibbles = sqlText.utf8.dropFirst(2).map { Int8(hexDigit: $0) }
        guard nibbles.count.isMultiple(of: 2), !nibbles.contains(-1) else { return nil }
        self.init(capacity: nibbles.count / 2)
        for index in stride(from: 0, to: nibbles.count, by: 2) {
            append(UInt8(nibbles[index]) << 4 | UInt8(nibbles[index + 1]))
        }
    }
}

extension Int8 {
    fileprivate init(hexDigit byte: UInt8) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self = Int8(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self = Int8(byte - UInt8(ascii: "a") + 10)
        default: self = -1
        }
    }
}

/// Any `Codable` value, as `jsonb`.
package struct JSONB<Value: Codable & Sendable>: SQLValue {
    package let value: Value
    package let sqlText: String

    /// - Throws: `EncodingError`.
    package init(_ value: Value) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.value = value
        sqlText = String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    package init?(sqlText: String) {
        // A column that does not fit its type is reported by Row, with the column's name.
        guard let value = try? JSONDecoder().decode(Value.self, from: Data(sqlText.utf8)) else {
            return nil
        }
        self.value = value
        self.sqlText = sqlText
    }
}
