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
    /// A photo of the largest size as base64, and some text.
    static let bodyLimit = Photo.mostBytes / 3 * 4 + 500_000

    /// - Throws: `APIError`, `BriefError`, `DecodingError`.
    init(_ body: Data, contentType: String?) throws {
        switch try RequestForm(body, contentType: contentType) {
        case .multipart(let form):
            let fields = try Fields(form)
            let part = form["input_reference"].flatMap { $0.filename == nil ? nil : $0 }
            let reference = try part == nil ? Self.reference(in: form) : nil
            photo = try part?.data ?? reference?.data()
            filename = part?.filename
            order = try fields.order(reference: reference)
        case .json(let data):
            let fields = try JSONDecoder().decode(Fields.self, from: data)
            photo = try fields.inputReference?.data()
            filename = nil
            order = try fields.order(reference: fields.inputReference)
        }
    }

    /// The same for the same order, however it was put on the wire: a repeated multipart request
    /// has another boundary.
    func fingerprint() throws -> Data { try Self.fingerprint(of: order, photo) }

    /// What tells an order from others.
    static func fingerprint(of order: Order, _ photo: Data?) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var fields: [String?] = [
            order.model, order.prompt, order.seconds.map(String.init), order.size, order.format,
            order.backdrop.rawValue, order.image?.description,
        ]
        if let original = order.remixedFrom {
            fields += ["\(original)", order.mustEdit ? "edit" : "remix"]
        }
        return try encoder.encode(fields) + encoder.encode(order.brief)
            + encoder.encode(order.crop) + (photo ?? Data())
    }

    /// As JSON in one field, or as OpenAI's clients flatten an object into several.
    private static func reference(in form: Multipart) throws -> Reference? {
        let file = form["input_reference[file_id]"]?.text
        let url = form["input_reference[image_url]"]?.text
        if file != nil || url != nil { return try Reference(file: file, url: url) }
        return try form.json("input_reference", as: Reference.self)
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
        try self.init(
            file: container.decodeIfPresent(String.self, forKey: .file),
            url: container.decodeIfPresent(String.self, forKey: .url))
    }

    init(file: String?, url: String?) throws {
        guard (file == nil) != (url == nil) else { throw Self.wrongForm }
        self.url = url
        do {
            self.file = try file.map { try WireID.file($0) }
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
    var crop: Crop?
    var inputReference: Reference?

    private enum CodingKeys: String, CodingKey {
        case model, prompt, seconds, size, format, brief, backdrop, crop
        case inputReference = "input_reference"
    }

    init(_ form: Multipart) throws {
        model = try form.text("model")
        prompt = try form.text("prompt")
        seconds = try form.text("seconds").map { try WholeNumber(text: $0) }
        size = try form.text("size")
        format = try form.text("format")
        backdrop = try form.text("backdrop")
        brief = try Self.brief(in: form)
        crop = try form.json("crop", as: Crop.self)
    }

    /// As JSON in one field, or as OpenAI's clients flatten an object: `brief[product]`.
    private static func brief(in form: Multipart) throws -> Brief? {
        if let brief = try form.json("brief", as: Brief.self) { return brief }
        let fields = form.parts.compactMap { part -> (String, String)? in
            guard part.name.hasPrefix("brief["), part.name.hasSuffix("]"), let text = part.text
            else { return nil }
            return (String(part.name.dropFirst(6).dropLast()), text)
        }
        guard !fields.isEmpty else { return nil }
        let object = Dictionary(fields) { $1 }
        return try JSONDecoder().decode(Brief.self, from: JSONEncoder().encode(object))
    }

    func order(reference: Reference?) throws -> Order {
        Order(
            model: model, prompt: prompt, seconds: seconds?.value, size: size, format: format,
            brief: brief, backdrop: try chosenBackdrop(), image: reference?.file,
            crop: crop?.area)
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

/// `crop`: a part of the photo, in shares of its width and height.
private struct Crop: Decodable {
    let area: CropArea

    private enum CodingKeys: String, CodingKey { case x, y, width, height }

    init(from decoder: any Decoder) throws {
        let area: CropArea?
        do {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            area = CropArea(
                x: try container.decode(Double.self, forKey: .x),
                y: try container.decode(Double.self, forKey: .y),
                width: try container.decode(Double.self, forKey: .width),
                height: try container.decode(Double.self, forKey: .height))
        } catch is DecodingError {
            throw Self.wrongForm
        }
        guard let area else { throw Self.wrongForm }
        self.area = area
    }

    private static let wrongForm = APIError.invalid(
        "crop",
        "crop must be {\"x\", \"y\", \"width\", \"height\"}: shares from 0 to 1 of the photo, inside it."
    )
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
            let number = try container.decode(Double.self)
            guard let value = Int(exactly: number) else { throw Self.notOne }
            self.init(value: value)
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
