import Foundation
import Hummingbird
import Media
import NIOCore
import Postgres
import Studio

/// The body of `POST /v1/videos`, `/v1/quotes` and `/v1/previews`: OpenAI's fields, and ours.
/// Fields nobody knows are ignored, as OpenAI's server does.
struct OrderRequest {
    /// Everything but a photo that came along in the body.
    var order: Order
    /// A photo sent with the request itself.
    let photo: Data?
    let filename: String?
    /// The request's bytes, for telling a repeated request from another one.
    let raw: Data

    /// A photo of the largest size as base64, and some text.
    static let bodyLimit = Photo.mostBytes / 3 * 4 + 500_000

    /// - Throws: `APIError`, `BriefError`, `DecodingError`.
    init(_ body: Data, contentType: String?) throws {
        raw = body
        let kind = contentType?.lowercased() ?? ""
        if kind.hasPrefix("multipart/form-data"), let contentType {
            let form = try Multipart(body, contentType: contentType)
            let fields = try Fields(form)
            photo = form["input_reference"].flatMap { $0.filename == nil ? nil : $0.data }
            filename = form["input_reference"]?.filename
            order = try fields.order(reference: photo == nil ? Self.reference(in: form) : nil)
        } else if kind.isEmpty || kind.hasPrefix("application/json") {
            let fields = try JSONDecoder().decode(Fields.self, from: body)
            photo = try fields.inputReference?.data()
            filename = nil
            order = try fields.order(reference: fields.inputReference)
        } else {
            throw APIError(
                .unsupportedMediaType, .unsupportedMediaType,
                "Send application/json or multipart/form-data.")
        }
    }

    private static func reference(in form: Multipart) throws -> Reference? {
        guard let text = form["input_reference"]?.text, !text.isEmpty else { return nil }
        return try JSONDecoder().decode(Reference.self, from: Data(text.utf8))
    }
}

/// `input_reference` as JSON: `{"file_id"}`, or `{"image_url"}` with a data URL.
struct Reference: Decodable {
    let file: ID<Asset>?
    private let url: String?

    private enum CodingKeys: String, CodingKey {
        case file = "file_id"
        case url = "image_url"
    }

    init(from decoder: any Decoder) throws {
        let container: KeyedDecodingContainer<CodingKeys>
        do {
            container = try decoder.container(keyedBy: CodingKeys.self)
        } catch is DecodingError {
            throw Self.wrongForm
        }
        let fileID = try container.decodeIfPresent(String.self, forKey: .file)
        url = try container.decodeIfPresent(String.self, forKey: .url)
        guard (fileID == nil) != (url == nil) else { throw Self.wrongForm }
        do {
            file = try fileID.map { try WireID.file($0) }
        } catch {
            throw APIError(
                .notFound, .notFound, param: "input_reference", "There is no such photo.")
        }
    }

    private static let wrongForm = APIError.invalid(
        "input_reference",
        "input_reference must be a file part, {\"file_id\": …} or {\"image_url\": \"data:…\"}.")

    /// The bytes of a data URL.
    func data() throws -> Data? {
        guard let url else { return nil }
        guard url.hasPrefix("data:image/"), let comma = url.firstIndex(of: ","),
            url[..<comma].hasSuffix(";base64"),
            let data = Data(base64Encoded: String(url[url.index(after: comma)...]))
        else {
            throw APIError.invalid(
                "input_reference",
                "image_url must be a data URL with a base64 picture. Upload other pictures to "
                    + "/v1/files.")
        }
        return data
    }
}

/// The plain fields, from either kind of body.
private struct Fields: Decodable {
    var model: String?
    var prompt: String?
    var seconds: WholeNumber?
    var size: String?
    var format: String?
    var brief: Brief?
    var backdrop: String?
    var inputReference: Reference?

    private enum CodingKeys: String, CodingKey {
        case model, prompt, seconds, size, format, brief, backdrop
        case inputReference = "input_reference"
    }

    init(_ form: Multipart) throws {
        func text(_ name: String) throws -> String? {
            guard let part = form[name] else { return nil }
            guard let text = part.text else {
                throw APIError.invalid(name, "\(name) is not UTF-8 text.")
            }
            return text
        }
        model = try text("model")
        prompt = try text("prompt")
        seconds = try text("seconds").map { try WholeNumber(text: $0) }
        size = try text("size")
        format = try text("format")
        backdrop = try text("backdrop")
        brief = try text("brief").map { try JSONDecoder().decode(Brief.self, from: Data($0.utf8)) }
    }

    func order(reference: Reference?) throws -> Order {
        Order(
            model: model, prompt: prompt, seconds: seconds?.value, size: size, format: format,
            brief: brief, backdrop: try chosenBackdrop(), image: reference?.file)
    }

    private func chosenBackdrop() throws -> FirstFrame.Backdrop {
        guard let backdrop else { return .soft }
        guard let chosen = FirstFrame.Backdrop(rawValue: backdrop) else {
            let known = FirstFrame.Backdrop.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError.invalid("backdrop", "backdrop must be one of \(known).")
        }
        return chosen
    }
}

/// A length in seconds: OpenAI's clients send it as text, people as a number.
private struct WholeNumber: Decodable {
    let value: Int

    private init(value: Int) { self.value = value }

    init(text: String) throws {
        guard let value = Int(text) else { throw Self.notOne }
        self.init(value: value)
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self.init(value: try container.decode(Int.self))
        } catch is DecodingError {
            // Not a number: then it is one in quotes, or wrong.
            guard let text = try? container.decode(String.self) else { throw Self.notOne }
            try self.init(text: text)
        }
    }

    private static let notOne = APIError(
        .badRequest, .secondsNotSupported, param: "seconds",
        "seconds must be a whole number such as \"8\".")
}
