/// A statement and its parameters. Whatever is interpolated is bound, never pasted:
/// `"SELECT balance FROM users WHERE id = \(user)"` is sent as `… WHERE id = $1`.
package struct SQL: Sendable {
    enum Piece: Sendable {
        case text(String)
        case parameter(String?)
    }

    let pieces: [Piece]

    /// The statement as the server sees it, parameters numbered from `$1`.
    package var text: String {
        var number = 0
        return pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let literal):
                text += literal
            case .parameter:
                number += 1
                text += "$\(number)"
            }
        }
    }

    /// Text format, `nil` for NULL, in the order of their numbers.
    package var parameters: [String?] {
        pieces.compactMap { piece in
            guard case .parameter(let value) = piece else { return nil }
            return .some(value)
        }
    }

    var hasNUL: Bool {
        pieces.contains { piece in
            guard case .parameter(let value?) = piece else { return false }
            return value.utf8.contains(0)
        }
    }

    /// A whole script as it stands in a file: no parameters.
    package init(script: String) {
        pieces = [.text(script)]
    }
}

extension SQL: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        pieces = [.text(value)]
    }

    package init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [Piece] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount * 2 + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            guard !literal.isEmpty else { return }
            pieces.append(.text(literal))
        }

        /// Binds a value.
        package mutating func appendInterpolation(_ value: some SQLValue) {
            pieces.append(.parameter(value.sqlText))
        }

        /// Binds a value or NULL.
        package mutating func appendInterpolation(_ value: (some SQLValue)?) {
            pieces.append(.parameter(value?.sqlText))
        }

        /// Binds an array, for `= ANY(…)` and `unnest(…)`.
        package mutating func appendInterpolation(_ values: [some SQLValue]) {
            let quoted = values.map { value in
                let escaped = value.sqlText
                    .replacing("\\", with: "\\\\")
                    .replacing("\"", with: "\\\"")
                return "\"\(escaped)\""
            }
            pieces.append(.parameter("{" + quoted.joined(separator: ",") + "}"))
        }

        /// Puts one statement's text and parameters into another.
        package mutating func appendInterpolation(_ fragment: SQL) {
            pieces += fragment.pieces
        }
    }
}
