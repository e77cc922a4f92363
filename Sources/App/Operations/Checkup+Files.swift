import Foundation
import ObjectStorage
import Outbound

/// Whether files can be kept: all that a bucket is asked for, with an object of a few bytes.
extension Checkup {
    func bucket() async -> Finding? {
        await look("files", remedy: "check the storage's settings, and who may write to it") {
            let bucket = try settings.fileBucket(DataFolder(settings.dataFolder), transport)
            let name = "placemint-checkup-\(UUID().uuidString.lowercased())"
            guard let key = ObjectKey("checkup/" + name) else {
                throw BucketError.unavailable("no key")
            }
            let file = FileManager.default.temporaryDirectory.appending(path: name)
            defer {
                // The temporary folder's to clean otherwise.
                try? FileManager.default.removeItem(at: file)
            }
            let text = Data("a checkup".utf8)
            try text.write(to: file)
            try await bucket.put(file, as: key, type: "text/plain")
            do {
                try await read(key, of: bucket, expecting: text, by: file)
            } catch {
                try await bucket.remove(key)
                throw error
            }
            try await bucket.remove(key)
            guard try await !bucket.contains(key) else {
                throw BucketError.unavailable("what was removed is still there")
            }
            let place = settings.bucket.map { "\($0): " } ?? ""
            return place + "written, read, listed and removed"
        }
    }

    private func read(
        _ key: ObjectKey, of bucket: any Bucket, expecting text: Data, by file: URL
    ) async throws {
        try FileManager.default.removeItem(at: file)
        try await bucket.fetch(key, to: file)
        guard try Data(contentsOf: file) == text else {
            throw BucketError.unavailable("what was read is not what was written")
        }
        if let link = bucket.link(to: key, for: .seconds(60)) {
            let answer = try await transport.send("GET", link)
            guard answer.status == 200, answer.body == text else {
                throw BucketError.unavailable(
                    "a signed address does not open the object (\(answer.status))")
            }
        }
        try await Self.look(for: key, in: bucket)
    }

    private struct Found: Error {}

    /// Lists until the object turns up: a full bucket has many pages.
    private static func look(for key: ObjectKey, in bucket: any Bucket) async throws {
        do {
            try await bucket.list { page in
                if page.contains(where: { $0.name == key.value }) { throw Found() }
            }
        } catch is Found {
            return
        }
        throw BucketError.unavailable("the listing lacks what was just written")
    }
}
