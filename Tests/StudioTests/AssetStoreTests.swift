import Foundation
import Media
import ObjectStorage
import Postgres
import TestDatabase
import Testing

@testable import Studio

@Suite(.database) struct AssetStoreTests {
    let database: TestDatabase
    let folder: URL
    let store: AssetStore
    var pool: Pool { database.pool }

    init() throws {
        database = try .current
        folder = FileManager.default.temporaryDirectory
            .appending(path: "assets-\(UUID().uuidString)")
        store = AssetStore(
            pool: database.pool, bucket: try DiskBucket(folder: folder.appending(path: "objects")))
    }

    func draft(_ text: String = "photo") throws -> AssetStore.Draft {
        let file = folder.appending(path: "draft-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        return .init(
            kind: .productImage, file: file, filename: "mug.jpg", mime: "image/jpeg",
            fileExtension: "jpg", size: PixelSize(width: 3, height: 2))
    }

    var objects: [String] {
        let all = FileManager.default.enumerator(atPath: folder.appending(path: "objects").path)
        return (all?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".jpg") }
    }

    @Test func `an upload is its owner's alone, with its size and sum`() async throws {
        let user = try await database.makeUser()
        let asset = try await store.upload(draft("abc"), for: user)
        #expect(asset.bytes == 3)
        #expect(
            asset.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try await store.find(asset.id, of: user)?.filename == "mug.jpg")
        #expect(try await store.find(asset.id, of: database.makeUser()) == nil)
        #expect(objects.count == 1)
    }

    @Test func `a deleted photo is gone at once and its object with the sweep`() async throws {
        let user = try await database.makeUser()
        let asset = try await store.upload(draft(), for: user)
        #expect(try await store.delete(asset.id, of: database.makeUser()) == false)
        #expect(try await store.delete(asset.id, of: user))
        #expect(try await store.delete(asset.id, of: user) == false)
        #expect(try await store.find(asset.id, of: user) == nil)
        #expect(try await store.sweep() == 1)
        #expect(objects.isEmpty)
        #expect(try await store.sweep() == 0)
    }

    @Test func `the photo of a job under way stays until the job is over`() async throws {
        let user = try await database.makeUser(credits: 100)
        let asset = try await store.upload(draft(), for: user)
        let studio = try StudioOrderTests.studio(pool)
        _ = try await studio.take(
            Order(prompt: "The product.", seconds: 4, image: asset.id), from: user)
        #expect(try await store.delete(asset.id, of: user))
        #expect(try await store.sweep() == 0)
        let queue = JobQueue(pool: pool)
        let claim = try #require(try await queue.claim(limit: 1).first)
        var machine = claim.job.machine
        _ = machine.apply(.frameFailed, at: Date())
        try await queue.fail(machine, claim)
        #expect(try await store.sweep() == 1)
        #expect(objects.isEmpty)
    }

    @Test func `an object whose upload was cut off is swept after an hour`() async throws {
        let user = try await database.makeUser()
        _ = try await store.put(draft(), for: user)
        #expect(try await store.sweep() == 0)
        _ = try await pool.rows(
            "UPDATE public.assets SET created_at = now() - interval '61 minutes'", as: .service)
        #expect(try await store.sweep() == 1)
        #expect(objects.isEmpty)
    }

    @Test func `what is not what was stored is not handed on`() async throws {
        let user = try await database.makeUser()
        let asset = try await store.upload(draft("photo"), for: user)
        let copy = folder.appending(path: "copy")
        try await store.fetch(asset, to: copy)
        try FileManager.default.removeItem(at: copy)
        let object = folder.appending(path: "objects/\(asset.key.value)")
        try Data("phot0".utf8).write(to: object)
        await #expect(throws: BucketError.self) { try await store.fetch(asset, to: copy) }
    }

    @Test func `the frame a provider fetches stays until its job is over`() async throws {
        let user = try await database.makeUser(credits: 100)
        let studio = try StudioOrderTests.studio(pool)
        _ = try await studio.take(Order(prompt: "The product.", seconds: 4), from: user)
        let queue = JobQueue(pool: pool)
        let claim = try #require(try await queue.claim(limit: 1).first)
        let file = try draft().file
        let frame = try await store.put(
            .init(kind: .frame, file: file, mime: "image/jpeg", fileExtension: "jpg", size: nil),
            for: user)
        try await queue.name(frame.id, asFrameOf: claim)
        _ = try await pool.rows(
            "UPDATE public.assets SET created_at = now() - interval '2 hours'", as: .service)
        #expect(try await store.sweep() == 0)
        #expect(try await store.find(frame.id) == nil, "it is nobody's to see")
        var machine = claim.job.machine
        _ = machine.apply(.frameFailed, at: Date())
        try await queue.fail(machine, claim)
        #expect(try await store.sweep() == 1)
        #expect(objects.isEmpty)
        await #expect(throws: JobQueue.LeaseLost.self) {
            try await queue.name(frame.id, asFrameOf: claim)
        }
    }

    @Test func `what was stored for nothing goes soon`() async throws {
        let user = try await database.makeUser()
        let asset = try await store.put(draft(), for: user)
        let kept = try await store.upload(draft(), for: user)
        try await store.discard([asset.id, kept.id])
        _ = try await pool.rows(
            """
            UPDATE public.assets SET deleted_at = deleted_at - interval '61 seconds'
            WHERE deleted_at IS NOT NULL
            """, as: .service)
        #expect(try await store.sweep() == 1)
        #expect(try await store.find(kept.id, of: user) != nil)
    }
}
