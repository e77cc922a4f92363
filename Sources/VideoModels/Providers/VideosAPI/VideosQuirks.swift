import Foundation

/// How one `/v1/videos` server differs from OpenAI's, as the catalogue's `options` say.
struct VideosQuirks: Sendable {
    enum Body: String {
        /// Understood by every server.
        case multipart
        case json
    }

    enum Image: String {
        /// A file part; in JSON, `{"image_url": "data:…"}`.
        case standard
        /// A plain string with a data URL, as SGLang takes it.
        case string
        /// A JSON object in a form field, as vLLM-Omni's `image_reference`.
        case jsonText = "json_text"
    }

    let body: Body
    let image: Image
    let imageField: String
    let createPath: String
    /// The create answers with the clip itself.
    let isSynchronous: Bool
    let remixes: Bool
    let omitsSize: Bool
    let omitsModel: Bool
    let query: [String: String]
    /// Sent with every create beside the usual fields.
    let fields: [String: JSONValue]

    init(_ options: [String: JSONValue]) {
        body = options["body"]?.stringValue.flatMap(Body.init) ?? .multipart
        image = options["image"]?.stringValue.flatMap(Image.init) ?? .standard
        imageField = options["image_field"]?.stringValue ?? "input_reference"
        isSynchronous = options["synchronous"]?.boolValue ?? false
        createPath =
            options["create_path"]?.stringValue ?? (isSynchronous ? "videos/sync" : "videos")
        remixes = options["remix"]?.boolValue ?? false
        omitsSize = options["omit_size"]?.boolValue ?? false
        omitsModel = options["omit_model"]?.boolValue ?? false
        query = (options["query"]?.objectValue ?? [:]).compactMapValues(\.stringValue)
        fields = options["fields"]?.objectValue ?? [:]
    }
}
