import Foundation
import Ledger
import Postgres
import TestDatabase
import Testing
import VideoModels

@testable import Studio

@Suite(.database) struct StudioOrderTests {
    let database: TestDatabase
    let studio: Studio
    var pool: Pool { database.pool }

    init() throws {
        database = try .current
        studio = try Self.studio(database.pool)
    }

    static func studio(_ pool: Pool) throws -> Studio {
        let config = TestDatabase.repository.appending(path: "config")
        return Studio(
            pool: pool,
            catalogue: try Catalogue.load(config.appending(path: "catalogue.json"))
                .offered(providers: [.animatic]),
            formats: try FormatLibrary.load(folder: config.appending(path: "formats")))
    }

    let order = Order(prompt: "The product on a table.", seconds: 4)

    func balance(_ user: ID<User>) async throws -> Int {
        try await Statement(pool, of: user).balance().amount
    }

    @Test func `an order becomes a job and a debit together`() async throws {
        let user = try await database.makeUser(credits: 100)
        let price = try studio.quote(order).0.quote.credits
        let (job, isReplay) = try await studio.take(order, from: user)
        #expect(job.credits.amount == price && !isReplay)
        #expect(job.status == .queued && job.prompt == order.prompt)
        #expect(try await balance(user) == 100 - price)
        #expect(try await JobList(pool, of: user).find(job.id) != nil)
        let stranger = try await database.makeUser()
        #expect(try await JobList(pool, of: stranger).find(job.id) == nil)
    }

    @Test func `the answer to an order is the job as it was written`() async throws {
        let user = try await database.makeUser(credits: 1000)
        let unboxing = Order(
            seconds: 8, format: "unboxing", brief: try Brief(product: "Mug", line: "Hello."))
        for order in [order, unboxing] {
            let (job, _) = try await studio.take(order, from: user, requestID: "req_1")
            let written = try await JobList(pool, of: user).find(job.id)
            #expect("\(job)" == (written.map { "\($0)" } ?? "none"))
        }
        let first = try await studio.take(order, from: user).job
        var remix = order
        remix.remixedFrom = first.id
        let (job, _) = try await studio.take(remix, from: user)
        let written = try await JobList(pool, of: user).find(job.id)
        #expect("\(job)" == (written.map { "\($0)" } ?? "none") && job.remixMethod == .regenerate)
    }

    @Test func `of a hundred parallel orders with credits for three, three are taken`()
        async throws
    {
        let price = try studio.quote(order).0.quote.credits
        let user = try await database.makeUser(credits: 3 * price)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask { [studio, order] in
                    do {
                        _ = try await studio.take(order, from: user)
                        return true
                    } catch {
                        #expect(
                            error as? LedgerError
                                == .insufficient(required: Credits(price), balance: .zero)
                                || error is LedgerError)
                        return false
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter(\.self).count == 3)
        #expect(try await balance(user) == 0)
    }

    @Test func `a refused order leaves no debit`() async throws {
        let user = try await database.makeUser(credits: 100)
        var bad = order
        bad.image = .new()
        await #expect(throws: OrderError.self) { try await studio.take(bad, from: user) }
        bad = order
        bad.prompt = "a\0b"
        await #expect(throws: OrderError.self) { try await studio.take(bad, from: user) }
        bad = order
        bad.size = "1x1"
        await #expect(throws: QuoteError.self) { try await studio.take(bad, from: user) }
        #expect(try await balance(user) == 100)
    }

    @Test func `one more than the limit of unfinished jobs is refused and not charged`()
        async throws
    {
        let user = try await database.makeUser(credits: 100_000)
        for _ in 0..<Studio.unfinishedLimit { _ = try await studio.take(order, from: user) }
        let before = try await balance(user)
        let error = await #expect(throws: OrderError.self) {
            try await studio.take(order, from: user)
        }
        #expect(error?.code == .tooManyUnfinished)
        #expect(try await balance(user) == before)
    }

    @Test func `the same key is the same order, even twenty times at once`() async throws {
        let price = try studio.quote(order).0.quote.credits
        let user = try await database.makeUser(credits: price)
        let key = try #require(Studio.IdempotencyKey("k1", request: Data("body".utf8)))
        let ids = try await withThrowingTaskGroup(of: ID<Job>.self) { group in
            for _ in 0..<20 {
                group.addTask { [studio, order] in
                    try await studio.take(order, from: user, key: key).job.id
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try await balance(user) == 0)
        let other = try #require(Studio.IdempotencyKey("k1", request: Data("other".utf8)))
        let error = await #expect(throws: OrderError.self) {
            try await studio.take(order, from: user, key: other)
        }
        #expect(error?.code == .idempotencyKeyReused)
    }

    @Test func `the table refuses a job without its debit, and a failure without its refund`()
        async throws
    {
        let user = try await database.makeUser(credits: 100)
        let (job, _) = try await studio.take(order, from: user)
        let attacks: [(String, SQL)] = [
            (
                "jobs_made_with_debit",
                """
                INSERT INTO public.jobs
                  (id, user_id, model, provider, backdrop, prompt, seconds, size, credits,
                   deadline_at)
                VALUES (\(ID<Job>.new()), \(user), 'animatic', 'animatic', 'soft', 'x', 4,
                        '720x1280', 20, now())
                """
            ),
            (
                "jobs_failed_with_refund",
                """
                UPDATE public.jobs SET status = 'failed', stage = 'done', error_code = 'cancelled'
                WHERE id = \(job.id)
                """
            ),
            (
                "jobs_completed_has_video",
                "UPDATE public.jobs SET status = 'completed', stage = 'done' WHERE id = \(job.id)"
            ),
        ]
        for (constraint, attack) in attacks {
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { try $0.rows(attack) }
            }
            #expect(error?.constraint == constraint)
        }
    }

    @Test func `only finished jobs can be deleted`() async throws {
        let user = try await database.makeUser(credits: 100)
        let (job, _) = try await studio.take(order, from: user)
        let list = JobList(pool, of: user)
        let error = await #expect(throws: OrderError.self) { try await list.delete(job.id) }
        #expect(error?.code == .notFinished)
        let stranger = try await database.makeUser()
        #expect(try await JobList(pool, of: stranger).delete(job.id) == false)
    }

    @Test func `lists come in pages, in both orders`() async throws {
        let user = try await database.makeUser(credits: 1000)
        var ids: [ID<Job>] = []
        for _ in 0..<5 { ids.append(try await studio.take(order, from: user).job.id) }
        let list = JobList(pool, of: user)
        #expect(try await list.page(Page(limit: 2)).map(\.id) == [ids[4], ids[3], ids[2]])
        #expect(try await list.page(Page(limit: 9, after: ids[2])).map(\.id) == [ids[1], ids[0]])
        let ascending = Page<Job>(limit: 9, after: ids[2], order: .ascending)
        #expect(try await list.page(ascending).map(\.id) == [ids[3], ids[4]])
    }
}
