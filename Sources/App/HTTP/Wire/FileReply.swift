import Media
import Studio

/// A photo as OpenAI's File object, with its size in pixels beside.
struct FileReply: Encodable {
    let object = "file"
    let id: String
    let bytes: Int
    let createdAt: Int
    let filename: String
    let purpose = "vision"
    let status = "processed"
    let width: Int?
    let height: Int?

    init(_ asset: Asset) {
        id = WireID.file(asset.id)
        bytes = asset.bytes
        createdAt = asset.createdAt.unixSeconds
        filename = asset.filename ?? "photo"
        width = asset.size?.width
        height = asset.size?.height
    }

    enum CodingKeys: String, CodingKey {
        case object, id, bytes, filename, purpose, status, width, height
        case createdAt = "created_at"
    }
}

/// The answer to a deletion.
struct DeletedReply: Encodable {
    let id: String
    let object: String
    let deleted = true
}
