import Foundation

/// Reads the few elements that S3's answers are looked into for. Whoever answers may be a proxy:
/// what is no XML has none of them.
struct XMLText: Sendable {
    private let text: Substring

    init(_ data: Data) { text = String(decoding: data, as: UTF8.self)[...] }

    private init(_ text: Substring) { self.text = text }

    /// The text in the first element of that name.
    func value(_ name: String) -> String? { element(name).map { Self.decoded($0.content.text) } }

    /// The elements of that name, one after the other.
    func all(_ name: String) -> [XMLText] {
        var found: [XMLText] = []
        var rest = self
        while let next = rest.element(name) {
            found.append(next.content)
            rest = next.rest
        }
        return found
    }

    private func element(_ name: String) -> (content: XMLText, rest: XMLText)? {
        guard let begin = text.range(of: "<\(name)>"),
            let end = text[begin.upperBound...].range(of: "</\(name)>")
        else { return nil }
        return (
            XMLText(text[begin.upperBound..<end.lowerBound]), XMLText(text[end.upperBound...])
        )
    }

    private static let entities = [
        "lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'",
    ]

    private static func decoded(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        var decoded = ""
        var rest = text
        while let mark = rest.firstIndex(of: "&") {
            decoded += rest[..<mark]
            guard let end = rest[mark...].firstIndex(of: ";"),
                let plain = character(rest[rest.index(after: mark)..<end])
            else {
                decoded += "&"
                rest = rest[rest.index(after: mark)...]
                continue
            }
            decoded += plain
            rest = rest[rest.index(after: end)...]
        }
        return decoded + rest
    }

    private static func character(_ entity: Substring) -> String? {
        if let plain = entities[String(entity)] { return plain }
        guard entity.hasPrefix("#") else { return nil }
        let digits = entity.dropFirst()
        let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap(Unicode.Scalar.init).map { String($0) }
    }
}
