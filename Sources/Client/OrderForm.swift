package import Foundation

/// An order as a command or a row of a batch writes it.
package struct OrderForm: Equatable, Sendable {
    /// OpenAI's fields and ours, by their names in the API; `brief.product` for a brief's fields.
    package var fields: [String: String]
    /// The photo: a file of this machine, sent along, or one that was uploaded.
    package var photo: Photo?

    package enum Photo: Equatable, Sendable {
        case file(URL)
        case uploaded(String)
    }

    package static let briefPrefix = "brief."
    /// What an order may have beside a photo.
    package static let fieldNames = [
        "model", "prompt", "format", "seconds", "size", "backdrop",
    ]
    package static let briefNames = [
        "product", "description", "holder", "setting", "line", "call_to_action", "language",
    ]

    package init(_ fields: [String: String], photo: Photo? = nil) {
        self.fields = fields
        self.photo = photo
    }

    /// - Throws: `ClientError.file` when the photo cannot be read.
    package func body() throws -> StudioClient.Body {
        let boundary = UUID().uuidString
        var data = Data()
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            let field =
                name.hasPrefix(Self.briefPrefix)
                ? "brief[\(name.dropFirst(Self.briefPrefix.count))]" : name
            data += Self.part("name=\"\(field)\"", Data(value.utf8), boundary)
        }
        switch photo {
        case .uploaded(let id):
            data += Self.part("name=\"input_reference[file_id]\"", Data(id.utf8), boundary)
        case .file(let file):
            data += Self.part(
                "name=\"input_reference\"; filename=\"\(Self.name(of: file))\"",
                try Self.bytes(of: file), boundary)
        case nil: break
        }
        data += Data("--\(boundary)--\r\n".utf8)
        return StudioClient.Body(type: "multipart/form-data; boundary=\(boundary)", data: data)
    }

    /// A form with a photo alone, for `POST /v1/files`.
    /// - Throws: `ClientError.file`.
    package static func upload(of file: URL) throws -> StudioClient.Body {
        let boundary = UUID().uuidString
        let data =
            part("name=\"file\"; filename=\"\(name(of: file))\"", try bytes(of: file), boundary)
            + Data("--\(boundary)--\r\n".utf8)
        return StudioClient.Body(type: "multipart/form-data; boundary=\(boundary)", data: data)
    }

    /// - Throws: `ClientError.file`.
    static func bytes(of file: URL) throws -> Data {
        do {
            return try Data(contentsOf: file)
        } catch {
            throw ClientError.file("\(file.path) cannot be read.")
        }
    }

    private static func name(of file: URL) -> String {
        file.lastPathComponent.replacing("\"", with: "_")
    }

    private static func part(_ disposition: String, _ value: Data, _ boundary: String) -> Data {
        Data("--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8) + value
            + Data("\r\n".utf8)
    }
}
