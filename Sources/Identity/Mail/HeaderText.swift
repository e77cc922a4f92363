internal import Foundation

/// Free text as it may stand in a header: as a quoted string, or in encoded words (RFC 2047) when
/// it has other than printable ASCII characters. A line break cannot come through.
struct HeaderText: CustomStringConvertible {
    /// An encoded word has 75 characters at most, 60 of them base64.
    private static let wordBytes = 45

    let description: String

    init(_ text: String) {
        let isPlain = text.utf8.allSatisfy { 0x20..<0x7F ~= $0 } && text.utf8.count <= 60
        description = isPlain ? Self.quoted(text) : Self.encoded(text)
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped)\""
    }

    private static func encoded(_ text: String) -> String {
        var words: [Data] = [Data()]
        for scalar in text.unicodeScalars {
            let bytes = Data(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > wordBytes { words.append(Data()) }
            words[words.count - 1].append(bytes)
        }
        return words.map { "=?UTF-8?B?\($0.base64EncodedString())?=" }.joined(separator: " ")
    }
}
