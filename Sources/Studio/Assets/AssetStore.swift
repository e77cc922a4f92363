package import Foundation
import Logging
package import Media
package import ObjectStorage
package import Postgres

/// Files in the bucket and their rows. A row is written before its object and outlives it, so
/// that whatever dies in between, `sweep` finds what has to go.
package struct AssetStore: Sendable {
    /// A stored object whose row was never confirmed is nobody's, and so is half an object. An
    /// upload takes seconds; an hour is past any doubt.
    private static let abandonedAfterSeconds: Int64 = 3600
    /// A deleted clip stays for this long, which is longer than the deletion can be taken back.
    private static let undoSeconds: Int64 = 60
    /// Objects removed in one sweep, so that a sweep ends.
    private static let sweepLimit = 100

    let pool: Pool
    package let bucket: any Bucket

    package init(pool: Pool, bucket: any Bucket) {
        self.pool = pool
        self.bucket = bucket
    }

    /// A file on its way into the bucket.
    package struct Draft: Sendable {
        let kind: Asset.Kind
        let file: URL
        let filename: String?
        let mime: String
        let fileExtension: String
        let size: PixelSize?
        let seconds: Double?

        package init(
            kind: Asset.Kind, file: URL, filename: String? = nil, mime: String,
            fileExtension: String, size: PixelSize?, seconds: Double? = nil
        ) {
            self.kind = kind
            self.file = file
            self.filename = filename
            self.mime = mime
            self.fileExtension = fileExtension
            self.size = size
            self.seconds = seconds
        }
    }

    /// Records a file and stores its bytes. It is not yet anybody's to see: `confirm` makes it so,
    /// in the transaction that gives it its meaning.
    /// - Throws: `BucketError`, `PostgresError`.
    package func put(_ draft: Draft, for user: ID<User>) async throws -> Asset {
        let id = ID<Asset>.new()
        let folder = draft.kind.rawValue.replacing("_", with: "-")
        let path = "\(user.compact)/\(folder)/\(id.compact).\(draft.fileExtension)"
        guard let key = ObjectKey(path) else { throw BucketError.unavailable("a key is malformed") }
        let facts = try await FileFacts.measure(draft.file)
        let rows = try await pool.rows(
            """
            INSERT INTO public.assets
              (id, user_id, kind, object_key, filename, mime, bytes, sha256, width, height, seconds)
            VALUES (\(id), \(user), \(draft.kind.rawValue), \(key.value), \(draft.filename),
                    \(draft.mime), \(facts.bytes), \(facts.hex), \(draft.size?.width),
                    \(draft.size?.height), \(draft.seconds))
            RETURNING \(Asset.columns)
            """, as: .service)
        try await bucket.put(draft.file, as: key, type: draft.mime, facts: facts)
        guard let row = rows.first else { throw PostgresError.disconnected("no row came back") }
        return try Asset(row)
    }

    /// Makes stored files visible to their owner.
    package static func confirm(_ assets: [ID<Asset>], in transaction: Transaction) throws {
        try transaction.rows(
            "UPDATE public.assets SET stored_at = now() WHERE id = ANY(\(assets)::uuid[])")
    }

    /// Stores a product photo.
    /// - Throws: `BucketError`, `PostgresError`.
    package func upload(_ draft: Draft, for user: ID<User>) async throws -> Asset {
        let asset = try await put(draft, for: user)
        try await pool.transaction { try Self.confirm([asset.id], in: $0) }
        return asset
    }

    /// One of this person's files, unless it was deleted.
    package func find(_ id: ID<Asset>, of user: ID<User>) async throws -> Asset? {
        let rows = try await pool.rows(
            """
            SELECT \(Asset.columns) FROM public.assets
            WHERE id = \(id) AND user_id = \(user) AND stored_at IS NOT NULL AND deleted_at IS NULL
            """, as: .user(user))
        return try rows.first.map(Asset.init)
    }

    /// A file whose link was signed, whoever asks.
    package func find(_ id: ID<Asset>) async throws -> Asset? {
        let rows = try await pool.rows(
            """
            SELECT \(Asset.columns) FROM public.assets
            WHERE id = \(id) AND stored_at IS NOT NULL AND deleted_at IS NULL
            """, as: .service)
        return try rows.first.map(Asset.init)
    }

    /// A job's photo, even if its owner has deleted it since.
    func kept(_ id: ID<Asset>) async throws -> Asset? {
        let rows = try await pool.rows(
            "SELECT \(Asset.columns) FROM public.assets WHERE id = \(id) AND purged_at IS NULL",
            as: .service)
        return try rows.first.map(Asset.init)
    }

    /// Copies a file out of the bucket, and looks whether it is what was put in.
    /// - Throws: `BucketError`.
    package func fetch(_ asset: Asset, to file: URL) async throws {
        try await bucket.fetch(asset.key, to: file)
        let facts = try await FileFacts.measure(file)
        guard facts.bytes == asset.bytes, facts.hex == asset.sha256 else {
            throw BucketError.unavailable("what came back is not what was stored")
        }
    }

    /// Gives up files that were stored and shall not be confirmed: the sweep takes them soon.
    func discard(_ assets: [ID<Asset>]) async throws {
        _ = try await pool.rows(
            """
            UPDATE public.assets SET deleted_at = now()
            WHERE id = ANY(\(assets)::uuid[]) AND stored_at IS NULL AND deleted_at IS NULL
            """, as: .service)
    }

    /// This person's product photos.
    package func list(of user: ID<User>, page: Page<Asset>) async throws -> [Asset] {
        let rows = try await pool.rows(
            """
            SELECT \(Asset.columns) FROM public.assets
            WHERE user_id = \(user) AND kind = 'product_image'
              AND stored_at IS NOT NULL AND deleted_at IS NULL \(page.condition(on: "public.assets"))
            \(page.orderAndLimit)
            """, as: .user(user))
        return try rows.map(Asset.init)
    }

    /// Hides a product photo at once; its bytes go when no unfinished job needs them.
    /// - Returns: whether there was one.
    package func delete(_ id: ID<Asset>, of user: ID<User>) async throws -> Bool {
        let rows = try await pool.rows(
            """
            UPDATE public.assets SET deleted_at = now()
            WHERE id = \(id) AND user_id = \(user) AND kind = 'product_image'
              AND stored_at IS NOT NULL AND deleted_at IS NULL
            RETURNING id
            """, as: .service)
        return !rows.isEmpty
    }

    /// Which rows' objects may go: of what was deleted, of uploads that never ended, and first
    /// frames of jobs that are over. None that an unfinished job needs.
    static func isDue(afterSeconds grace: Int64) -> SQL {
        """
        (deleted_at < now() - make_interval(secs =>
            CASE WHEN kind = 'product_image' THEN \(grace)::int
              ELSE \(grace + undoSeconds)::int END)
          OR (stored_at IS NULL
            AND (created_at < now() - make_interval(secs => \(grace + abandonedAfterSeconds))
              OR (kind = 'frame' AND EXISTS (
                SELECT FROM public.jobs
                WHERE jobs.frame_asset_id = asset.id AND jobs.stage = 'done'
                  AND jobs.completed_at <= now() - make_interval(secs => \(grace)))))))
        AND NOT EXISTS (
          SELECT FROM public.jobs
          WHERE jobs.image_asset_id = asset.id AND jobs.stage <> 'done')
        AND NOT EXISTS (
          SELECT FROM public.jobs
          WHERE jobs.frame_asset_id = asset.id AND jobs.stage <> 'done')
        """
    }

    /// Removes the objects of deleted and abandoned rows, and what was never whole.
    /// - Returns: how many rows' objects were removed.
    @discardableResult
    package func sweep() async throws -> Int {
        try await bucket.discardUnfinished(after: .seconds(Self.abandonedAfterSeconds))
        let rows = try await pool.rows(
            """
            SELECT id, object_key FROM public.assets AS asset
            WHERE purged_at IS NULL AND \(Self.isDue(afterSeconds: 0))
            ORDER BY created_at LIMIT \(Self.sweepLimit)
            """, as: .service)
        for row in rows {
            let id = try row.value("id", as: ID<Asset>.self)
            guard let key = ObjectKey(try row.value("object_key")) else { continue }
            try await bucket.remove(key)
            _ = try await pool.rows(
                "UPDATE public.assets SET purged_at = now() WHERE id = \(id)", as: .service)
        }
        return rows.count
    }
}
