package import Foundation
package import Media
package import ObjectStorage
package import Postgres

/// A file in the bucket that belongs to somebody.
package struct Asset: Sendable {
    package enum Kind: String, Sendable {
        case productImage = "product_image"
        case frame, video, poster, spritesheet
    }

    package let id: ID<Asset>
    package let user: ID<User>
    package let kind: Kind
    package let key: ObjectKey
    /// As the user's own computer called it. Shown, never used as a path.
    package let filename: String?
    package let mime: String
    package let bytes: Int
    package let sha256: String
    package let size: PixelSize?
    package let seconds: Double?
    package let createdAt: Date
}

extension Asset {
    static let columns: SQL = """
        id, user_id, kind, object_key, filename, mime, bytes, sha256, width, height, seconds,
        created_at
        """

    init(_ row: Row) throws {
        let kindName = try row.value("kind", as: String.self)
        let keyName = try row.value("object_key", as: String.self)
        guard let kind = Kind(rawValue: kindName), let key = ObjectKey(keyName) else {
            throw PostgresError.decoding(
                column: "object_key", wanted: "an asset's key", found: "'\(keyName)'")
        }
        let width = try row.optional("width", as: Int.self)
        let height = try row.optional("height", as: Int.self)
        self.init(
            id: try row.value("id"), user: try row.value("user_id"), kind: kind, key: key,
            filename: try row.optional("filename"), mime: try row.value("mime"),
            bytes: try row.value("bytes"), sha256: try row.value("sha256"),
            size: width.flatMap { width in height.map { PixelSize(width: width, height: $0) } },
            seconds: try row.optional("seconds"), createdAt: try row.value("created_at"))
    }
}
