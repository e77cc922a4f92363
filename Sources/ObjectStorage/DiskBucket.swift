package import Foundation
import NIOPosix

/// A bucket in a folder. File work runs on NIO's threads for blocking calls.
package struct DiskBucket: Bucket {
    private let folder: URL
    /// What is being written. No key begins with a dot, so nothing here is ever an object.
    private var unfinished: URL { folder.appending(path: ".unfinished") }

    /// - Throws: `BucketError.unavailable` when the folder cannot be made.
    package init(folder: URL) throws {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(
                at: unfinished, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw BucketError.unavailable("cannot make the folder \(folder.path)")
        }
    }

    private func url(_ key: ObjectKey) -> URL { folder.appending(path: key.value) }

    package func put(
        _ file: URL, as key: ObjectKey, type: String, facts: FileFacts
    ) async throws {
        let target = url(key)
        let unfinished = unfinished
        try await blocking {
            let manager = FileManager.default
            try manager.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            let part = unfinished.appending(path: UUID().uuidString.lowercased())
            defer {
                // After the rename there is nothing left to remove.
                try? manager.removeItem(at: part)
            }
            try manager.copyItem(at: file, to: part)
            let copied = try manager.attributesOfItem(atPath: part.path)[.size] as? Int
            guard copied == facts.bytes else {
                throw BucketError.unavailable("the file changed while it was stored")
            }
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

    package func discardUnfinished(after age: Duration) async throws {
        let unfinished = unfinished
        let oldest = Date(timeIntervalSinceNow: -Double(age.components.seconds))
        try await blocking {
            let parts = try FileManager.default.contentsOfDirectory(
                at: unfinished, includingPropertiesForKeys: [.contentModificationDateKey])
            for part in parts {
                // One that has just been ended, or removed by another process, is fine.
                let facts = try? part.resourceValues(forKeys: [.contentModificationDateKey])
                guard let written = facts?.contentModificationDate, written < oldest else {
                    continue
                }
                guard unlink(part.path) == 0 || errno == ENOENT else {
                    throw BucketError.unavailable("cannot remove: errno \(errno)")
                }
            }
        }
    }

    package func delivery(
        of key: ObjectKey, as presentation: Presentation
    ) async throws -> Delivery {
        guard try await contains(key) else { throw BucketError.notFound }
        return .file(url(key))
    }

    /// Whoever would fetch it cannot reach this folder.
    package func link(to key: ObjectKey, for time: Duration) -> URL? { nil }

    package func contains(_ key: ObjectKey) async throws -> Bool {
        FileManager.default.fileExists(atPath: url(key).path)
    }

    /// A page for each person, as each has a folder.
    package func list(_ page: ([StoredObject]) async throws -> Void) async throws {
        let folder = folder
        let names = try await reading {
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
        }
        for name in names where !name.hasPrefix(".") {
            try await page(try await reading { try Self.objects(under: name, in: folder) })
        }
    }

    private static func objects(under name: String, in folder: URL) throws -> [StoredObject] {
        let manager = FileManager.default
        let top = folder.appending(path: name).path
        let below = manager.enumerator(atPath: top)?.compactMap { $0 as? String } ?? []
        let paths = [name] + below.map { "\(name)/\($0)" }
        return paths.compactMap { path in
            // One that goes away meanwhile is no object any more.
            let facts = try? manager.attributesOfItem(atPath: folder.appending(path: path).path)
            guard let facts, facts[.type] as? FileAttributeType == .typeRegular,
                let bytes = facts[.size] as? Int, let date = facts[.modificationDate] as? Date
            else { return nil }
            return StoredObject(name: path, bytes: bytes, changedAt: date)
        }
    }

    /// A clip somebody paid for survives a power cut.
    private static func synchronize(_ file: URL) throws {
        let handle = try FileHandle(forUpdating: file)
        try handle.synchronize()
        try handle.close()
    }

    private func blocking(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await reading(body)
    }

    private func reading<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        do {
            return try await NIOThreadPool.singleton.runIfActive(body)
        } catch {
            throw BucketError(ofFile: error)
        }
    }
}
