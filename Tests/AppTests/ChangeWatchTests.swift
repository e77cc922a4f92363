import Foundation
import Identity
import Ledger
import Logging
import TestDatabase
import Testing

@testable import App
@testable import Postgres

/// What open streams are told where the database cannot announce anything.
@Suite(.database) struct ChangeWatchTests {
    let database: TestDatabase
    let hub: EventHub
    let watch: ChangeWatch

    init() throws {
        database = try .current
        hub = EventHub(
            accounts: Accounts(pool: database.pool, welcome: .zero) { _, _ in .notHere })
        watch = ChangeWatch(pool: database.pool, hub: hub, logger: Logger(label: "tests"))
    }

    func grant(_ credits: Int, to user: ID<User>, in transaction: Transaction) throws {
        try Ledger.grant(
            Credits(credits), to: user, reference: UUID().uuidString, note: "a gift",
            in: transaction)
    }

    /// What a stream was told so far, each as one word.
    func words(_ stream: AsyncStream<EventHub.Signal>) async -> [String] {
        hub.closeAll()
        var words: [String] = []
        for await signal in stream {
            switch signal {
            case .closed: return words
            case .credits: words.append("credits")
            case .resync: words.append("everything")
            case .video(let id): words.append("\(id)")
            }
        }
        return words
    }

    @Test func `nobody is asked about while nobody listens`() async throws {
        #expect(try await watch.look(since: nil) == nil)
    }

    @Test func `the first look says everything again, and the next only what changed`()
        async throws
    {
        let user = try await database.makeUser()
        let stream = try #require(hub.open(for: user))
        var mark = try await watch.look(since: nil)
        mark = try await watch.look(since: mark)
        try await database.pool.transaction { try grant(5, to: user, in: $0) }
        mark = try await watch.look(since: mark)
        _ = try await watch.look(since: mark)
        #expect(await words(stream) == ["everything", "credits"])
    }

    @Test func `videos are told by their ids, and other people's are not`() async throws {
        let books = try await SampleBooks.write(database)
        let other = try await database.makeUser()
        let streams = [books.user, other].compactMap { hub.open(for: $0) }
        let mark = try await watch.look(since: nil)
        _ = try await database.pool.rows(
            "UPDATE public.jobs SET title = 'Mug' WHERE id = \(books.completed)", as: .service)
        _ = try await watch.look(since: mark)
        let id = books.completed.uuidString.lowercased()
        #expect(await words(streams[0]) == ["everything", id])
        #expect(await words(streams[1]) == ["everything"])
    }

    @Test
    func `a transaction that commits late is not missed, and one that goes on repeats nothing`()
        async throws
    {
        let (slow, quick) = (try await database.makeUser(), try await database.makeUser())
        let streams = (try #require(hub.open(for: slow)), try #require(hub.open(for: quick)))
        var mark = try await watch.look(since: nil)
        let connection = try await Connection.open(database.settings)
        _ = try await connection.perform { wire in
            try wire.run(["BEGIN", "UPDATE public.users SET email = 'late' WHERE id = \(slow)"])
        }
        for _ in 0..<3 {
            try await database.pool.transaction { try grant(5, to: quick, in: $0) }
            mark = try await watch.look(since: mark)
            mark = try await watch.look(since: mark)
        }
        _ = try await connection.perform { try $0.run(["COMMIT"]) }
        mark = try await watch.look(since: mark)
        _ = try await watch.look(since: mark)
        await connection.close()
        #expect(
            await words(streams.1) == ["everything", "credits", "credits", "credits"])
        #expect(await words(streams.0).prefix(2) == ["everything", "credits"])
    }

    @Test func `a closed account ends its streams`() async throws {
        let user = try await database.makeUser()
        let stream = try #require(hub.open(for: user))
        let mark = try await watch.look(since: nil)
        try await database.pool.transaction { try Ledger.close(user, in: $0) }
        _ = try await watch.look(since: mark)
        var signals = stream.makeAsyncIterator()
        guard case .resync = await signals.next(), case .closed = await signals.next() else {
            Issue.record("the stream did not end")
            return
        }
    }
}
