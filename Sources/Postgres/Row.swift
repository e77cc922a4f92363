import CLibPQ

/// One row of a result. Cheap to copy: it points into the result that libpq holds.
package struct Row: Sendable {
    let result: ResultSet
    let index: Int32

    /// The value of a column that is never NULL.
    /// - Throws: `PostgresError.decoding`, which names the column.
    package func value<Value: SQLValue>(
        _ column: String, as type: Value.Type = Value.self
    ) throws -> Value {
        guard let value = try optional(column, as: type) else {
            throw PostgresError.decoding(column: column, wanted: "\(type)", found: "NULL")
        }
        return value
    }

    /// The value of a column, or `nil` for NULL.
    /// - Throws: `PostgresError.decoding`, which names the column.
    package func optional<Value: SQLValue>(
        _ column: String, as type: Value.Type = Value.self
    ) throws -> Value? {
        let number = PQfnumber(result.pointer, column)
        guard number >= 0 else {
            throw PostgresError.decoding(column: column, wanted: "\(type)", found: "no such column")
        }
        guard PQgetisnull(result.pointer, index, number) == 0,
            let bytes = PQgetvalue(result.pointer, index, number)
        else { return nil }
        let text = String(cString: bytes)
        guard let value = Value(sqlText: text) else {
            throw PostgresError.decoding(
                column: column, wanted: "\(type)", found: "a text of \(text.utf8.count) bytes")
        }
        return value
    }
}

/// A finished result. libpq's results are read-only once received, so any thread may read one.
final class ResultSet: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    var rows: [Row] {
        (0..<PQntuples(pointer)).map { Row(result: self, index: $0) }
    }
}
