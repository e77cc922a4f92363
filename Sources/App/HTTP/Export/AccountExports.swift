import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationEssentialsCompat
import ObjectStorage
import Postgres
import Studio
import Synchronization

/// Everything that is kept of a person, as one ZIP archive: JSON, the ledger as CSV, and the files
/// themselves, which are sent one by one as they are read, so that their size costs no memory.
final class AccountExports: Sendable {
    private static let chunk = 1 << 20

    private let contents: AccountContents
    private let assets: AssetStore
    private let folder: URL
    /// One at a time for each person: an export reads every file they have.
    private let running = Mutex<Set<ID<User>>>([])

    /// - Parameter folder: for files on their way out of the bucket.
    init(contents: AccountContents, assets: AssetStore, folder: URL) {
        self.contents = contents
        self.assets = assets
        self.folder = folder
    }

    /// - Throws: `APIError` `rate_limited` while another export of theirs is being sent;
    ///   `PostgresError`.
    func response(for user: ID<User>) async throws -> Response {
        guard let turn = Turn(of: user, among: self) else {
            throw APIError.rateLimited(retryAfter: 30)
        }
        let (documents, files) = try await contents.all(of: user)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/zip", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"placemint.zip\"",
            ], body: body(documents, files, during: turn))
    }

    /// A person's turn: over when nobody holds it any more, whether the body was sent, broke off,
    /// or was never asked for.
    private final class Turn: Sendable {
        private let user: ID<User>
        private let exports: AccountExports

        init?(of user: ID<User>, among exports: AccountExports) {
            guard exports.running.withLock({ $0.insert(user).inserted }) else { return nil }
            self.user = user
            self.exports = exports
        }

        deinit { exports.running.withLock { _ = $0.remove(user) } }
    }

    private func body(
        _ documents: [AccountContents.Document], _ files: [AccountContents.File],
        during turn: Turn
    ) -> ResponseBody {
        ResponseBody { [self, turn] writer in
            defer { withExtendedLifetime(turn) {} }
            let copy = folder.appending(path: "export-\(UUID().uuidString.lowercased())")
            defer {
                // What stays behind is the temporary folder's to clean.
                try? FileManager.default.removeItem(at: copy)
            }
            var archive = ZipArchive()
            for document in documents {
                let head = archive.begin(
                    document.name, ByteCount(document.data), at: Date())
                try await writer.write(ByteBuffer(data: head + document.data))
            }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for file in files {
                try await assets.fetch(file.asset, to: copy)
                let head = archive.begin(
                    file.name, try ByteCount(file: copy), at: file.asset.createdAt)
                try await writer.write(ByteBuffer(data: head))
                let handle = try FileHandle(forReadingFrom: copy)
                while let piece = try handle.read(upToCount: Self.chunk), !piece.isEmpty {
                    try await writer.write(ByteBuffer(data: piece))
                }
                try handle.close()
                try FileManager.default.removeItem(at: copy)
            }
            try await writer.write(ByteBuffer(data: archive.end()))
            try await writer.finish(nil)
        }
    }
}
