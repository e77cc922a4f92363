package import Foundation
import NIOPosix

/// A bucket in a folder. File work runs on NIO's threads for blocking calls.
package struct DiskBucket: Bucket {
    private let folder: URL

    /// - Throws: `BucketError.unavailable` when the folder cannot be made.
    package init(folder: URL) throws {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw BucketError.unavailable("cannot make the folder \(folder.path)")
        }
    }

    private func url(_ key: ObjectKey) -> URL { folder.appending(path: key.value) }

    package func put(_ file: URL, as key: ObjectKey, type: String) async throws {
        let target = url(key)
        try await blocking {
            let manager = FileManager.default
            try manager.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            let part = target.appendingPathExtension("\(UUID().uuidString.lowercased()).part")
            defer {
                // After the rename there is nothing left to remove.
                try? manager.removeItem(at: part)
            }
            try manager.copyItem(at: file, to: part)
            try Self.synchronize(part)
            guard rename(part.path, target.path) == 0 else {
                throw BucketError.unavailable("cannot rename: errno \(errno)")
            }
        }
    }

    package func fetch(_ key: ObjectKey, to file: URL) async throws {
        let source = url(key)
        try await blocking {
            guard FileManager.default.fileExists(atPath: source.path) else {
                throw BucketError.notFound
            }
            try FileManager.default.copyItem(at: source, to: file)
        }
    }

    package func remove(_ key: ObjectKey) async throws {
        let target = url(key)
        try await blocking {
            guard unlink(target.path) == 0 || errno == ENOENT else {
                throw BucketError.unavailable("cannot remove: errno \(errno)")
            }
        }
    }

    package func delivery(of key: ObjectKey) async throws -> Delivery {
        let file = url(key)
        guard FileManager.default.fileExists(atPath: file.path) else { throw BucketError.notFound }
        return .file(file)
    }

    /// A clip somebody paid for survives a power cut.
    private static func synchronize(_ file: URL) throws {
        let handle = try FileHandle(forUpdating: file)
        try handle.synchronize()
        try handle.close()
    }

    private func blocking(_ body: @escaping @Sendable () throws -> Void) async throws {
        do {
            try await NIOThreadPool.singleton.runIfActive(body)
        } catch let error as BucketError {
            throw error
        } catch {
            throw BucketError.unavailable(error.localizedDescription)
        }
    }
}
