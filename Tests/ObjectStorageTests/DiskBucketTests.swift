import Foundation
import ObjectStorage
import Testing

@Suite struct DiskBucketTests {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "bucket tests \(UUID().uuidString)")

    func key(_ text: String) throws -> ObjectKey { try #require(ObjectKey(text)) }

    @Test(arguments: ["a/b.jpg", "0f/video/1.mp4", "a-b_c.d"])
    func `plain keys are keys`(text: String) { #expect(ObjectKey(text)?.value == text) }

    @Test(arguments: [
        "", "/a", "a/", "a//b", "../a", "a/../b", ".hidden", "a/.b", "A", "a b", "ü", "a\0b",
        String(repeating: "a", count: 201),
    ])
    func `nothing that could leave the bucket is a key`(text: String) {
        #expect(ObjectKey(text) == nil)
    }

    @Test func `an object comes back as it was put, until it is removed`() async throws {
        let bucket = try DiskBucket(folder: folder.appending(path: "objects"))
        defer { try? FileManager.default.removeItem(at: folder) }  // A leftover harms nobody.
        let source = folder.appending(path: "source")
        let key = try key("user/video/clip.mp4")
        for text in ["first", "second"] {
            try Data(text.utf8).write(to: source)
            try await bucket.put(source, as: key, type: "video/mp4")
            let target = folder.appending(path: "copy-\(text)")
            try await bucket.fetch(key, to: target)
            #expect(try String(contentsOf: target, encoding: .utf8) == text)
        }
        guard case .file(let file) = try await bucket.delivery(of: key, as: .init()) else {
            Issue.record("not a file")
            return
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == "second")
        let parts = try FileManager.default.contentsOfDirectory(
            atPath: file.deletingLastPathComponent().path)
        #expect(parts == ["clip.mp4"], "no half-written file stays")
        try await bucket.remove(key)
        try await bucket.remove(key)
        await #expect(throws: BucketError.notFound) {
            try await bucket.delivery(of: key, as: .init())
        }
        await #expect(throws: BucketError.notFound) {
            try await bucket.fetch(key, to: folder.appending(path: "nothing"))
        }
    }

    @Test func `what a dead process left half written goes after its time, and nothing else`()
        async throws
    {
        let objects = folder.appending(path: "objects")
        let bucket = try DiskBucket(folder: objects)
        defer { try? FileManager.default.removeItem(at: folder) }  // A leftover harms nobody.
        let unfinished = objects.appending(path: ".unfinished")
        let source = folder.appending(path: "source")
        try Data("whole".utf8).write(to: source)
        try await bucket.put(source, as: try key("a/b"), type: "x/y")
        #expect(try FileManager.default.contentsOfDirectory(atPath: unfinished.path) == [])
        for (name, age) in [("old", 7200.0), ("new", 60.0)] {
            let part = unfinished.appending(path: name)
            try Data("ha".utf8).write(to: part)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: part.path)
        }
        try await bucket.discardUnfinished(after: .seconds(3600))
        #expect(try FileManager.default.contentsOfDirectory(atPath: unfinished.path) == ["new"])
        guard case .file = try await bucket.delivery(of: try key("a/b"), as: .init()) else {
            Issue.record("the object went, too")
            return
        }
    }

    @Test func `a file that is not there puts nothing`() async throws {
        let bucket = try DiskBucket(folder: folder.appending(path: "objects"))
        defer { try? FileManager.default.removeItem(at: folder) }  // A leftover harms nobody.
        let key = try key("a")
        await #expect(throws: BucketError.self) {
            try await bucket.put(folder.appending(path: "missing"), as: key, type: "x/y")
        }
        await #expect(throws: BucketError.notFound) {
            try await bucket.delivery(of: key, as: .init())
        }
    }

    @Test func `every object is listed, and nothing half written`() async throws {
        let objects = folder.appending(path: "objects")
        let bucket = try DiskBucket(folder: objects)
        defer { try? FileManager.default.removeItem(at: folder) }  // A leftover harms nobody.
        let source = folder.appending(path: "source")
        try Data("12345".utf8).write(to: source)
        let names = ["a/video/1.mp4", "a/poster/2.webp", "a-b/video/3.mp4", "top"]
        for name in names { try await bucket.put(source, as: try key(name), type: "x/y") }
        try Data("ha".utf8).write(to: objects.appending(path: ".unfinished/part"))
        var found: [StoredObject] = []
        try await bucket.list { found += $0 }
        #expect(found.map(\.name).sorted() == names.sorted())
        #expect(found.allSatisfy { $0.bytes == 5 && abs($0.changedAt.timeIntervalSinceNow) < 60 })
        #expect(try await bucket.contains(try key("top")))
        #expect(try await !bucket.contains(try key("none")))
        #expect(bucket.link(to: try key("top"), for: .seconds(60)) == nil)
    }

    @Test(arguments: [ENOSPC, EDQUOT, EFBIG])
    func `a full disk is told from a broken one`(number: Int32) {
        let error = NSError(domain: NSPOSIXErrorDomain, code: Int(number))
        let wrapped = NSError(
            domain: NSCocoaErrorDomain, code: 512, userInfo: [NSUnderlyingErrorKey: error])
        for error in [error, wrapped] {
            guard case .full = BucketError(ofFile: error) else {
                Issue.record("\(BucketError(ofFile: error))")
                continue
            }
        }
        let broken = NSError(domain: NSPOSIXErrorDomain, code: Int(EIO))
        #expect(!BucketError.isOutOfSpace(broken))
        #expect(BucketError(ofFile: BucketError.notFound) == .notFound)
    }
}
