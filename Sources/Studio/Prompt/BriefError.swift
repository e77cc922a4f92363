/// Why a brief cannot be taken. The description is for users.
package enum BriefError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong(Brief.Field, count: Int)
    case notText(Brief.Field)
    case notALanguage(String)
    case unknownField(String)
    case notAnObject

    /// The field at fault, such as `brief.line`.
    package var param: String {
        switch self {
        case .tooLong(let field, _), .notText(let field): field.param
        case .notALanguage: Brief.Field.language.param
        case .notAnObject: "brief"
        case .unknownField(let key): "brief.\(key.singleLine.prefix(40))"
        }
    }

    package var description: String {
        switch self {
        case .tooLong(let field, let count):
            "\(param) has \(count) characters; it takes at most \(field.limit)."
        case .notAnObject: "brief must be an object {…}."
        case .notText: "\(param) must be a text."
        case .notALanguage(let tag):
            "\(param) is \"\(tag)\"; it must be a language tag such as en or pt-BR."
        case .unknownField:
            "There is no field \(param). A brief takes "
                + Brief.Field.allCases.map(\.rawValue).joined(separator: ", ") + "."
        }
    }
}
