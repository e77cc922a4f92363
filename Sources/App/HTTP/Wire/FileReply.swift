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
    /// Opens the picture for an hour at least, without a token.
    let url: String

    init(_ asset: Asset, _ links: MediaLinks) {
        url = links.url(of: asset.id)
        id = WireID.file(asset.id)
        bytes = asset.bytes
        createdAt = asset.createdAt.unixSeconds
        filename = asset.filename ?? "photo"
        width = asset.size?.width
        height = asset.size?.height
    }

    enum CodingKeys: String, CodingKey {
        case object, id, bytes, filename, purpose, status, width, height, url
        case createdAt = "created_at"
    }
}

/// The answer to a deletion.
struct DeletedReply: Encodable {
    let id: String
    let object: String
    let deleted = true
}
