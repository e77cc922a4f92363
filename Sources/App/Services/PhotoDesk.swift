import Foundation
import Media
import ObjectStorage
import Postgres
import Studio

/// Takes photos in: reads them, makes them safe to keep, stores them.
struct PhotoDesk: Sendable {
    /// File names are shown to people, so they are kept short and plain.
    private static let filenameLimit = 120

    private let assets: AssetStore
    private let folder: URL

    /// - Parameter folder: for files on their way into the bucket.
    init(assets: AssetStore, folder: URL) {
        self.assets = assets
        self.folder = folder
    }

    /// - Throws: `ImageError`, `BucketError`, `PostgresError`.
    func take(_ data: Data, named filename: String?, from user: ID<User>) async throws -> Asset {
        let photo = try await Photo.normalise(data)
        let file = folder.appending(path: "upload-\(UUID().uuidString.lowercased())")
        defer {
            // What stays behind is the temporary folder's to clean.
            try? FileManager.default.removeItem(at: file)
        }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try photo.data.write(to: file)
        } catch {
            throw BucketError(ofFile: error)
        }
        return try await assets.upload(
            .init(
                kind: .productImage, file: file, filename: filename.map(Self.plain),
                mime: photo.mime, fileExtension: photo.hasAlpha ? "png" : "jpg",
                size: photo.size), for: user)
    }

    /// The bytes of a photo that was uploaded before.
    /// - Returns: `nil` when there is none.
    func data(of id: ID<Asset>, of user: ID<User>) async throws -> Data? {
        guard let asset = try await assets.find(id, of: user) else { return nil }
        let file = folder.appending(path: "photo-\(UUID().uuidString.lowercased())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // What stays behind is the temporary folder's to clean.
            try? FileManager.default.removeItem(at: file)
        }
        try await assets.fetch(asset, to: file)
        return try Data(contentsOf: file)
    }

    private static func plain(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "photo"
        let kept = last.unicodeScalars.filter { $0.properties.generalCategory != .control }
        return String(String(String.UnicodeScalarView(kept)).prefix(filenameLimit))
    }
}
