import Foundation
import HTTPTypes

/// A body in one of the two forms that OpenAI's clients send.
enum RequestForm {
    case json(Data)
    case multipart(Multipart)

    /// - Parameter contentType: the request's; without one the body is taken for JSON.
    /// - Throws: `APIError` `unsupported_media_type`; `invalid_request` for a malformed form.
    init(_ body: Data, contentType: String?) throws {
        let kind = contentType?.lowercased() ?? ""
        if kind.hasPrefix("multipart/form-data"), let contentType {
            self = .multipart(try Multipart(body, contentType: contentType))
        } else if kind.isEmpty || kind.hasPrefix("application/json") {
            self = .json(body)
        } else {
            throw APIError(
                .unsupportedMediaType, .unsupportedMediaType,
                "Send application/json or multipart/form-data.")
        }
    }
}

extension Multipart {
    /// A plain field.
    /// - Returns: `nil` when there is none.
    /// - Throws: `APIError` `invalid_request` that names it, when it is no UTF-8.
    func text(_ name: String) throws -> String? {
        guard let part = self[name] else { return nil }
        guard let text = part.text else {
            throw APIError.invalid(name, "\(name) is not UTF-8 text.")
        }
        return text
    }

    /// A field that is JSON.
    /// - Returns: `nil` when there is none, or it is empty.
    /// - Throws: `APIError` `invalid_request` that names it, when it is no JSON; what decoding a
    ///   `Value` throws.
    func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value? {
        guard let text = try text(name), !text.isEmpty else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            throw APIError.invalid(name, "\(name) is not JSON.")
        }
    }
}
