import Ledger
import Postgres
import Studio

/// A person's ledger with the titles of their videos, which the ledger itself does not know.
struct NamedStatement: Sendable {
    private let statement: Statement
    private let titles: JobTitles

    init(_ pool: Pool, of user: ID<User>) {
        statement = Statement(pool, of: user)
        titles = JobTitles(pool, of: user)
    }

    /// As `Statement.entries`.
    /// - Throws: `PostgresError`.
    func entries(
        _ filter: Statement.Filter = .init(), before seq: Int? = nil, limit: Int
    ) async throws -> [Entry] {
        let entries = try await statement.entries(filter, before: seq, limit: limit)
        let known = try await titles.titles(of: Array(Set(entries.compactMap(Self.video))))
        return entries.map { entry in
            guard let title = Self.video(of: entry).flatMap({ known[$0] }) else { return entry }
            return Self.entry(entry, named: title)
        }
    }

    private static func video(of entry: Entry) -> ID<Job>? {
        guard [.generation, .refund].contains(entry.kind) else { return nil }
        return ID<Job>(entry.reference)
    }

    /// `Video 'Mug, unboxing'`, or `Refund of Video 'Mug, unboxing': model declined`.
    static func entry(_ entry: Entry, named title: String) -> Entry {
        let bare = Job.ledgerNote
        var named = entry
        if entry.note == bare {
            named.note = "\(bare) '\(title)'"
        } else if let note = entry.note, note.hasPrefix("Refund of \(bare):") {
            named.note = "Refund of \(bare) '\(title)'" + note.dropFirst("Refund of \(bare)".count)
        }
        return named
    }
}
