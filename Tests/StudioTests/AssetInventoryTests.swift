import Foundation
import ObjectStorage
import Postgres
import TestDatabase
import Testing

@testable import Studio

/// Every way in which a bucket and its rows can differ, each made by hand.
@Suite(.database) struct AssetInventoryTests {
    let database: TestDatabase
    let folder: URL
    let store: AssetStore
    let inventory: AssetInventory
    var pool: Pool { database.pool }

    init() throws {
        database = try .current
        folder = FileManager.default.temporaryDirectory
            .appending(path: "inventory-\(UUID().uuidString)")
        store = AssetStore(
            pool: database.pool, bucket: try DiskBucket(folder: folder.appending(path: "objects")))
        inventory = AssetInventory(store)
    }

    func upload(_ text: String = "photo") async throws -> Asset {
        let user = try await database.makeUser()
        let file = folder.appending(path: "draft-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        return try await store.upload(
            .init(
                kind: .productImage, file: file, mime: "image/jpeg", fileExtension: "jpg",
                size: nil), for: user)
    }

    func object(_ name: String) -> URL { folder.appending(path: "objects/\(name)") }

    /// Puts an object there past everything.
    func plant(_ name: String, hoursOld: Double = 0) throws {
        let file = object(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("x".utf8).write(to: file)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -hoursOld * 3600)],
            ofItemAtPath: file.path)
    }

    func findings() async throws -> [AssetInventory.Finding.Kind: [String]] {
        var found: [AssetInventory.Finding.Kind: [String]] = [:]
        let summary = try await inventory.compare { found[$0.kind, default: []].append($0.name) }
        #expect(summary.findings == found.values.joined().count)
        return found
    }

    func run(_ statement: SQL) async throws { _ = try await pool.rows(statement, as: .service) }

    static let stray = "0123456789abcdef0123456789abcdef/video/0123456789abcdef0123456789abcdef.mp4"

    @Test func `a bucket that is as its rows say has no findings`() async throws {
        _ = try await upload()
        let gone = try await upload()
        #expect(try await store.delete(gone.id, of: gone.user))
        // Deleted a moment ago, its object is not overdue.
        #expect(try await findings() == [:])
        try await store.sweep()
        #expect(try await findings() == [:])
    }

    @Test func `each difference is named`() async throws {
        let missing = try await upload()
        let resized = try await upload()
        let leftover = try await upload()
        let overdue = try await upload()
        let abandoned = try await upload()
        try FileManager.default.removeItem(at: object(missing.key.value))
        try Data("longer than before".utf8).write(to: object(resized.key.value))
        try await run(
            """
            UPDATE public.assets SET deleted_at = now(), purged_at = now()
            WHERE id = \(leftover.id)
            """)
        try await run(
            """
            UPDATE public.assets SET deleted_at = now() - interval '61 minutes'
            WHERE id = \(overdue.id)
            """)
        try await run(
            """
            UPDATE public.assets SET stored_at = NULL, created_at = now() - interval '121 minutes'
            WHERE id = \(abandoned.id)
            """)
        try plant(Self.stray)
        try plant("Holiday (1).jpg")
        let found = try await findings()
        #expect(
            found.mapValues { $0.sorted() } == [
                .missing: [missing.key.value], .resized: [resized.key.value],
                .leftover: [leftover.key.value],
                .overdue: [overdue.key.value, abandoned.key.value].sorted(),
                .unknown: [Self.stray, "Holiday (1).jpg"].sorted(),
            ])
    }

    @Test func `a repair takes what nobody can miss, and leaves the rest`() async throws {
        let kept = try await upload()
        let overdue = try await upload()
        try await run(
            """
            UPDATE public.assets SET deleted_at = now() - interval '2 hours'
            WHERE id = \(overdue.id)
            """)
        let young = Self.stray.replacing(".mp4", with: ".jpg")
        try plant(Self.stray, hoursOld: 1.1)
        try plant(young, hoursOld: 0.9)
        try plant("checkup/placemint-checkup-1", hoursOld: 2)
        try plant("Holiday (1).jpg", hoursOld: 100)
        try plant("holiday.jpg", hoursOld: 100)
        #expect(try await inventory.repair() == 3)
        #expect(
            try await findings().mapValues { $0.sorted() } == [
                .unknown: [young, "Holiday (1).jpg", "holiday.jpg"].sorted()
            ])
        #expect(FileManager.default.fileExists(atPath: object(kept.key.value).path))
    }

    @Test func `nothing is removed from a bucket of which the database knows nothing`()
        async throws
    {
        try plant(Self.stray, hoursOld: 2)
        await #expect(throws: AssetInventory.RepairError.self) { try await inventory.repair() }
        #expect(FileManager.default.fileExists(atPath: object(Self.stray).path))
    }
}
