import Logging
import Synchronization
import TestDatabase
import Testing

@testable import Postgres

/// Notices that are left for after the commit.
@Suite(.database) struct AnnouncementTests {
    private struct Undone: Error {}

    private func heard(
        in pool: Pool, _ work: @escaping @Sendable (Pool) async throws -> Void
    ) async throws -> [String] {
        let settings = try TestDatabase.current.settings
        let found = Found<String>()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let (started, isListening) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                let listener = Listener(
                    settings, channels: ["announcements"], logger: Logger(label: "test"))
                await listener.run { event in
                    switch event {
                    case .listening: isListening.yield()
                    case .notification(let notice): found.add(notice.payload)
                    }
                }
            }
            for await _ in started { break }
            try await work(pool)
            try await pool.transaction { try $0.notify(Notice("announcements", "end")) }
            for _ in 0..<200 where found.all.last != "end" {
                try await Task.sleep(for: .milliseconds(20))
            }
            group.cancelAll()
            return found.all
        }
    }

    @Test(arguments: [false, true])
    func `they are sent after the commit, equal ones once, and not when it is undone`(
        runs: Bool
    ) async throws {
        let settings = try TestDatabase.current.settings
        let pool = Pool(settings, limits: .init(connections: 4))
        try await withThrowingTaskGroup(of: Void.self) { group in
            if runs { group.addTask { await pool.run() } }
            let words = try await heard(in: pool) { pool in
                if runs { try await Task.sleep(for: .milliseconds(50)) }
                try await pool.transaction { transaction in
                    try transaction.rows("SELECT 1")
                    transaction.announce(
                        Notice("announcements", "one"), Notice("announcements", "one"),
                        Notice("announcements", "two"))
                }
                do {
                    try await pool.transaction { transaction in
                        try transaction.rows("SELECT 1")
                        transaction.announce(Notice("announcements", "undone"))
                        throw Undone()
                    }
                } catch is Undone {
                    // As it should.
                }
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(words == ["one", "two", "end"])
            group.cancelAll()
        }
        await pool.close()
    }

    @Test func `what many leave at once is sent by few`() async throws {
        let pool = Pool(try TestDatabase.current.settings, limits: .init(connections: 4))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            let words = try await heard(in: pool) { pool in
                try await Task.sleep(for: .milliseconds(50))
                try await withThrowingTaskGroup(of: Void.self) { orders in
                    for number in 0..<100 {
                        orders.addTask {
                            try await pool.transaction { transaction in
                                try transaction.rows("SELECT 1")
                                transaction.announce(Notice("announcements", "\(number)"))
                            }
                        }
                    }
                    try await orders.waitForAll()
                }
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(Set(words) == Set((0..<100).map(String.init) + ["end"]))
            #expect(words.count == 101)
            group.cancelAll()
        }
        await pool.close()
    }
}
