import Foundation
import Postgres
import TestDatabase
import Testing
import VideoModels

@testable import Studio

/// Whose turn it is: places of models, and one person's pile beside another's first video.
@Suite(.database) struct QueueOrderTests {
    let database: TestDatabase
    let studio: Studio
    let queue: JobQueue

    init() throws {
        database = try .current
        studio = try StudioOrderTests.studio(database.pool)
        queue = JobQueue(pool: database.pool)
    }

    func order(_ count: Int) async throws -> [ID<Job>] {
        let user = try await database.makeUser(credits: 20 * count)
        var ids: [ID<Job>] = []
        for _ in 0..<count {
            let order = Order(prompt: "The product on a table.", seconds: 4)
            ids.append(try await studio.take(order, from: user).job.id)
        }
        return ids
    }

    func claim(_ limit: Int, places: Int, ofProvider: Int? = nil) async throws -> [ID<Job>] {
        let slots = [JobQueueTests.slots(places, ofProvider: ofProvider)]
        return try await queue.claim(limit: limit, slots: slots).map(\.job.id)
    }

    func write(_ sql: SQL) async throws { _ = try await database.pool.rows(sql, as: .service) }

    @Test func `a pile of one person's does not stand before another's first`() async throws {
        let pile = try await order(10)
        let first = try await order(1)
        #expect(try await claim(1, places: 5) == [pile[0]])
        #expect(try await claim(1, places: 5) == first)
        #expect(try await claim(1, places: 5) == [pile[1]])
    }

    @Test func `the pile goes on while others keep coming`() async throws {
        let pile = try await order(3)
        // As if the pile had waited for an hour.
        try await write("UPDATE public.jobs SET queue_at = queue_at - interval '1 hour'")
        _ = try await order(1)
        #expect(try await Set(claim(3, places: 5)) == Set(pile))
    }

    @Test func `no more new jobs are taken than there are places`() async throws {
        _ = try await order(6)
        #expect(try await claim(6, places: 4, ofProvider: 2).count == 2)
        #expect(try await claim(6, places: 0).isEmpty)
        #expect(try await claim(6, places: 3).count == 3)
    }

    @Test func `a job at the provider takes a place`() async throws {
        let jobs = try await order(3)
        try await write(
            """
            UPDATE public.jobs SET status = 'in_progress', stage = 'rendering',
              submit_token = gen_random_uuid(), provider_job_id = 'there'
            WHERE id = \(jobs[0])
            """)
        #expect(try await claim(5, places: 2) == [jobs[1]])
        #expect(try await claim(5, places: 9, ofProvider: 1).isEmpty)
    }

    @Test func `nothing is sent to a provider that is left alone`() async throws {
        let jobs = try await order(1)
        try await write(
            """
            INSERT INTO public.provider_breakers (provider, open_until, reason)
            VALUES ('animatic', now() + interval '1 minute', 'a bill')
            """)
        #expect(try await claim(1, places: 1).isEmpty)
        try await write("UPDATE public.provider_breakers SET open_until = now()")
        #expect(try await claim(1, places: 1) == jobs)
    }

    @Test func `what is late, or of a model that is gone, is taken without a place`() async throws {
        let jobs = try await order(4)
        try await write("UPDATE public.jobs SET deadline_at = now() WHERE id = \(jobs[1])")
        try await write("UPDATE public.jobs SET model = 'gone' WHERE id = \(jobs[2])")
        try await write("UPDATE public.jobs SET model = 'a-gone-one' WHERE id = \(jobs[3])")
        #expect(try await Set(claim(5, places: 0)) == [jobs[1], jobs[2], jobs[3]])
        #expect(try await claim(5, places: 5) == [jobs[0]])
    }

    @Test func `a long queue costs no more than a short one`() async throws {
        _ = try await order(1)
        // Written past the triggers, which would want a debit for each.
        try await database.pool.runScript(
            """
            SET session_replication_role = replica;
            INSERT INTO public.jobs (id, user_id, model, provider, backdrop, prompt, seconds, size,
              credits, deadline_at, queue_at)
            SELECT gen_random_uuid(), user_id, model, provider, backdrop, prompt, seconds, size,
              credits, deadline_at, queue_at + n * interval '1 s'
            FROM public.jobs, generate_series(1, 20000) AS n;
            SET session_replication_role = origin;
            ANALYZE public.jobs;
            """)
        let statement = JobQueue.claiming(
            limit: 4, slots: [JobQueueTests.slots(2)], lease: UUID())
        let plan = try await database.pool.rows(
            "EXPLAIN (ANALYZE, BUFFERS) \(statement)", as: .service
        ).map { try $0.value("\"QUERY PLAN\"", as: String.self) }
        let claimed = try await database.pool.rows(
            "SELECT FROM public.jobs WHERE lease_until > now()", as: .service)
        #expect(claimed.count == 2)
        let buffers = try #require(plan.first { $0.contains("Buffers: shared hit=") })
        let hits = buffers.split(separator: "hit=").last?.prefix { $0.isNumber }
        // Every waiting job's row would be more than twenty thousand.
        #expect(try #require(hits.flatMap { Int($0) }) < 1000, "\(plan)")
    }

    @Test func `what is under way comes before what is new`() async throws {
        let jobs = try await order(2)
        try await write(
            """
            UPDATE public.jobs SET status = 'in_progress', stage = 'storing',
              submit_token = gen_random_uuid() WHERE id = \(jobs[1])
            """)
        #expect(try await claim(1, places: 5) == [jobs[1]])
        #expect(try await claim(1, places: 5) == [jobs[0]])
    }
}
