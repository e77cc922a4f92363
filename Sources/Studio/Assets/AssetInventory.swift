import Foundation
import ObjectStorage
import Postgres

/// Holds a bucket's listing against the rows: the proof that nothing lies there which nobody
/// knows of, and that nothing is missing which somebody has.
///
/// The bucket is listed first. A row is written before its object and outlives it, so an object
/// without one is nobody's, whatever happens meanwhile; and what is found missing or left over is
/// looked at once more, both the object and the row.
package struct AssetInventory: Sendable {
    /// Rows asked for at once.
    private static let pageSize = 1000
    /// Objects that no row names may be removed when they are older: longer than any upload lasts.
    static let strayAge: TimeInterval = 3600
    /// What the server removes by itself is overdue after so long.
    private static let overdueSeconds: Int64 = 3600
    /// Strays removed by one repair, so that it ends and can be looked at.
    private static let removalLimit = 10_000

    private let assets: AssetStore
    private var pool: Pool { assets.pool }
    private var bucket: any Bucket { assets.bucket }

    package init(_ assets: AssetStore) { self.assets = assets }

    /// Something that should not be so.
    package struct Finding: Equatable, Sendable {
        package enum Kind: String, CaseIterable, Sendable {
            /// An object that no row names.
            case unknown = "object.unknown"
            /// An object whose row says that it is gone.
            case leftover = "object.leftover"
            /// An object that should have been removed since an hour or more.
            case overdue = "object.overdue"
            /// An object that has not as many bytes as its row says.
            case resized = "object.resized"
            /// A file that somebody has, and no object.
            case missing = "row.missing"
        }

        package let kind: Kind
        package let name: String
        package let remark: String
        let changedAt: Date?
    }

    package struct Summary: Equatable, Sendable {
        package var objects = 0
        package var rows = 0
        package var findings = 0
        /// Objects that have a row, for what is not wrong with them.
        var known = 0
    }

    /// Compares. Memory: eight bytes for each object, and a page.
    /// - Parameter report: called with each finding.
    /// - Throws: `BucketError`, `PostgresError`.
    package func compare(
        _ report: (Finding) async throws -> Void
    ) async throws -> Summary {
        var summary = Summary()
        var listed = Set<Int>()
        try await bucket.list { page in
            summary.objects += page.count
            for object in page { listed.insert(object.name.hashValue) }
            let rows = try await rows(of: page)
            summary.known += rows.count
            for object in page {
                guard let finding = try await finding(on: object, rows[object.name]) else {
                    continue
                }
                summary.findings += 1
                try await report(finding)
            }
        }
        try await lookForMissing(in: listed, &summary, report)
        return summary
    }

    // MARK: Objects

    private struct KnownRow: Sendable {
        let bytes: Int
        let isPurged: Bool
        let isOverdue: Bool
    }

    private func rows(of page: [StoredObject]) async throws -> [String: KnownRow] {
        var known: [String: KnownRow] = [:]
        let names = page.map(\.name)
        for start in stride(from: 0, to: names.count, by: Self.pageSize) {
            let part = Array(names[start..<min(start + Self.pageSize, names.count)])
            let rows = try await pool.rows(
                """
                SELECT object_key, bytes, purged_at IS NOT NULL AS purged,
                  \(AssetStore.isDue(afterSeconds: Self.overdueSeconds)) AS overdue
                FROM public.assets AS asset WHERE object_key = ANY(\(part)::text[])
                """, as: .service)
            for row in rows {
                known[try row.value("object_key")] = KnownRow(
                    bytes: try row.value("bytes"), isPurged: try row.value("purged"),
                    isOverdue: try row.optional("overdue", as: Bool.self) ?? false)
            }
        }
        return known
    }

    private func finding(on object: StoredObject, _ row: KnownRow?) async throws -> Finding? {
        let kind: Finding.Kind
        let remark: String
        switch row {
        case nil: (kind, remark) = (.unknown, "\(object.bytes) bytes that no row names")
        case let row? where row.isPurged:
            (kind, remark) = (.leftover, "its row says that it was removed")
        case let row? where row.isOverdue:
            (kind, remark) = (.overdue, "deleted or given up, and still there")
        case let row? where row.bytes != object.bytes:
            (kind, remark) = (.resized, "\(object.bytes) bytes, and its row says \(row.bytes)")
        default: return nil
        }
        // It may have been removed since it was listed.
        if let key = ObjectKey(object.name), try await !bucket.contains(key) { return nil }
        return Finding(
            kind: kind, name: object.name, remark: remark, changedAt: object.changedAt)
    }

    // MARK: Rows

    private func lookForMissing(
        in listed: Set<Int>, _ summary: inout Summary,
        _ report: (Finding) async throws -> Void
    ) async throws {
        var last: ID<Asset>?
        while true {
            let rows = try await pool.rows(
                """
                SELECT id, object_key FROM public.assets
                WHERE stored_at IS NOT NULL AND deleted_at IS NULL
                  AND (\(last)::uuid IS NULL OR id > \(last)::uuid)
                ORDER BY id LIMIT \(Self.pageSize)
                """, as: .service)
            guard let end = rows.last else { return }
            last = try end.value("id")
            summary.rows += rows.count
            for row in rows {
                let name = try row.value("object_key", as: String.self)
                guard !listed.contains(name.hashValue), let key = ObjectKey(name),
                    try await !bucket.contains(key), try await isStillWanted(row)
                else { continue }
                summary.findings += 1
                try await report(
                    Finding(
                        kind: .missing, name: name, remark: "a file without its object",
                        changedAt: nil))
            }
        }
    }

    private func isStillWanted(_ row: Row) async throws -> Bool {
        let id = try row.value("id", as: ID<Asset>.self)
        return try await assets.find(id) != nil
    }

    // MARK: Repair

    package enum RepairError: Error, CustomStringConvertible {
        /// The objects are another installation's, or the database is.
        case strangeBucket(objects: Int)

        package var description: String {
            switch self {
            case .strangeBucket(let objects):
                "none of the bucket's \(objects) objects has a row in this database; "
                    + "is it the right one? Nothing was removed"
            }
        }
    }

    /// Removes what is due, and objects that no row names and that are older than an hour, if they
    /// are named as ours are.
    /// - Returns: how many objects were removed.
    /// - Throws: `RepairError`, `BucketError`, `PostgresError`.
    package func repair() async throws -> Int {
        var strays: [ObjectKey] = []
        let before = try await compare { finding in
            guard strays.count < Self.removalLimit, Self.isStray(finding),
                let key = ObjectKey(finding.name)
            else { return }
            strays.append(key)
        }
        guard before.known > 0 || strays.isEmpty else {
            throw RepairError.strangeBucket(objects: before.objects)
        }
        var removed = strays.count
        for key in strays { try await bucket.remove(key) }
        while true {
            let swept = try await assets.sweep()
            guard swept > 0 else { return removed }
            removed += swept
        }
    }

    private static func isStray(_ finding: Finding) -> Bool {
        guard [.unknown, .leftover].contains(finding.kind), let date = finding.changedAt,
            date.timeIntervalSinceNow < -strayAge
        else { return false }
        let ours = /([0-9a-f]{32}\/[a-z-]+\/[0-9a-f]{32}\.[a-z0-9]+)|(checkup\/[a-z0-9-]+)/
        return finding.name.wholeMatch(of: ours) != nil
    }
}
