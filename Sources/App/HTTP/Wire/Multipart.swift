import Foundation

/// A `multipart/form-data` body taken apart (RFC 7578). The whole body is at hand: its size was
/// limited before it was read.
struct Multipart {
    struct Part {
        let name: String
        let filename: String?
        let contentType: String?
        let data: Data

        /// The part as text, for plain fields.
        var text: String? { String(data: data, encoding: .utf8) }
    }

    /// A form of ours has about ten fields.
    private static let partLimit = 32
    /// Name, file name and type; more is an attack or a mistake.
    private static let headerLimit = 4096

    let parts: [Part]

    subscript(name: String) -> Part? { parts.first { $0.name == name } }

    /// - Parameter contentType: the request's, with its `boundary`.
    /// - Throws: `APIError` `invalid_request` for anything malformed or cut off.
    init(_ body: Data, contentType: String) throws {
        guard let boundary = Self.parameter("boundary", of: contentType),
            (1...70).contains(boundary.utf8.count)
        else { throw Self.malformed("it has no boundary") }
        let delimiter = Data("--\(boundary)".utf8)
        guard let opening = body.range(of: delimiter),
            opening.lowerBound == body.startIndex
                || body[body.startIndex..<opening.lowerBound].suffix(2) == Self.lineEnd
        else { throw Self.malformed("its boundary is not in the body") }
        var parts: [Part] = []
        var cursor = opening.upperBound
        while !body[cursor...].starts(with: Self.close) {
            guard parts.count < Self.partLimit else {
                throw Self.malformed("it has too many parts")
            }
            guard body[cursor...].starts(with: Self.lineEnd),
                let end = Self.end(of: body, from: cursor, delimiter)
            else { throw Self.malformed("it is cut off") }
            parts.append(try Self.part(body[(cursor + 2)..<max(cursor + 2, end.lowerBound)]))
            cursor = end.upperBound
        }
        self.parts = parts
    }

    private static let lineEnd = Data("\r\n".utf8)
    private static let close = Data("--".utf8)

    /// The next delimiter that ends its line or the form: what only begins like one is a part's.
    private static func end(
        of body: Data, from start: Data.Index, _ delimiter: Data
    ) -> Range<Data.Index>? {
        var cursor = start
        while let found = body.range(of: lineEnd + delimiter, in: cursor..<body.endIndex) {
            let rest = body[found.upperBound...]
            if rest.starts(with: lineEnd) || rest.starts(with: close) { return found }
            cursor = found.lowerBound + 1
        }
        return nil
    }

    private static func part(_ bytes: Data) throws -> Part {
        guard
            let end = bytes.range(
                of: Data("\r\n\r\n".utf8),
                in: bytes.startIndex..<min(bytes.endIndex, bytes.startIndex + headerLimit)),
            let head = String(data: bytes[bytes.startIndex..<end.lowerBound], encoding: .utf8)
        else { throw malformed("a part has no header") }
        var fields: [String: String] = [:]
        for line in head.components(separatedBy: "\r\n") {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { throw malformed("a part's header is not one") }
            fields[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
        }
        guard let disposition = fields["content-disposition"],
            disposition.lowercased().hasPrefix("form-data"),
            let name = parameter("name", of: disposition)
        else { throw malformed("a part has no name") }
        return Part(
            name: name, filename: parameter("filename", of: disposition),
            contentType: fields["content-type"], data: Data(bytes[end.upperBound...]))
    }

    /// The value of `name` in `form-data; name="file"; filename="a.jpg"`.
    static func parameter(_ name: String, of header: String) -> String? {
        var rest = header[...]
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let key = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            let value = takeValue(&rest)
            if key == name { return value }
        }
        return nil
    }

    private static func takeValue(_ rest: inout Substring) -> String {
        guard rest.first == "\"" else {
            let value = rest.prefix { $0 != ";" }
            rest = rest[value.endIndex...]
            return value.trimmingCharacters(in: .whitespaces)
        }
        rest.removeFirst()
        var value = ""
        var isEscaped = false
        while let character = rest.popFirst() {
            if isEscaped || (character != "\\" && character != "\"") {
                value.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                break
            }
        }
        return value
    }

    private static func malformed(_ why: String) -> APIError {
        .invalid(nil, "The multipart body cannot be read: \(why).")
    }
}
