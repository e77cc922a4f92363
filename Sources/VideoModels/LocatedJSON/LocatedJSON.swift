/// A JSON value that knows the line it starts on, so that an operator is sent to the right place.
package struct LocatedJSON: Sendable {
    package let line: Int
    package let content: Content

    package enum Content: Sendable {
        case null
        case bool(Bool)
        /// The number as written: nothing is lost to rounding.
        case number(String)
        case string(String)
        case array([LocatedJSON])
        /// Members in the order written, a repeated key twice.
        case object([Member])
    }

    package struct Member: Sendable {
        package let key: String
        package let line: Int
        package let value: LocatedJSON
    }

    /// What stands there, in a few words for an error message.
    package var summary: String {
        switch content {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .number(let literal): literal
        case .string(let text): "\"" + text.prefix(40) + (text.count > 40 ? "…\"" : "\"")
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// The value without its lines.
    package var plain: JSONValue {
        switch content {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let literal):
            Int(literal).map(JSONValue.integer) ?? .number(Double(literal) ?? 0)
        case .string(let text): .string(text)
        case .array(let items): .array(items.map(\.plain))
        case .object(let members):
            .object(
                Dictionary(members.map { ($0.key, $0.value.plain) }, uniquingKeysWith: { $1 }))
        }
    }
}
