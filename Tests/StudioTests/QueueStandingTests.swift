import Postgres
import TestDatabase
import Testing
import VideoModels

@testable import Studio

/// What is said of the queue, and that saying it costs nothing however long the history is.
@Suite(.database) struct QueueStandingTests {
    let database: TestDatabase
    let studio: Studio
    let queue: JobQueue

    init() throws {
        database = try .current
        studio = try StudioOrderTests.studio(database.pool)
        queue = JobQueue(pool: database.pool)
    }

    private func takeOrders(_ count: Int) async throws {
        let user = try await database.makeUser(credits: 20 * count)
        for _ in 0..<count {
            _ = try await studio.take(
                Order(prompt: "The product on a table.", seconds: 4), from: user)
        }
    }

    @Test func `an empty queue stands at zero`() async throws {
        let standing = try await queue.standing()
        #expect(standing.jobs == ["queued": 0, "submitting": 0, "rendering": 0, "storing": 0])
        #expect(standing.oldestQueuedSeconds == 0 && standing.unfinished == 0)
    }

    @Test func `unfinished jobs are counted by stage, and the oldest by its age`() async throws {
        try await takeOrders(6)
        _ = try await database.pool.rows(
            [
                "UPDATE public.jobs SET created_at = now() - interval '90 s'",
                """
                WITH numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM public.jobs)
                UPDATE public.jobs SET status = 'in_progress', submit_token = gen_random_uuid(),
                  stage = (ARRAY['submitting', 'rendering', 'rendering', 'storing'])[n]
                FROM numbered WHERE numbered.id = jobs.id AND n <= 4
                """,
                "UPDATE public.jobs SET provider_job_id = 'x' WHERE stage = 'rendering'",
            ], as: .service)
        let standing = try await queue.standing()
        #expect(standing.jobs == ["queued": 2, "submitting": 1, "rendering": 2, "storing": 1])
        #expect((90..<150).contains(standing.oldestQueuedSeconds))
        #expect(standing.unfinished == 6)
    }

    @Test func `a provider is named while it is left alone`() async throws {
        try await queue.openBreaker("fal", reason: "no money")
        #expect(try await queue.standing().openBreakers == ["fal"])
        _ = try await database.pool.rows(
            "UPDATE public.provider_breakers SET open_until = now()", as: .service)
        #expect(try await queue.standing().openBreakers.isEmpty)
    }

    @Test func `a long history is not read`() async throws {
        try await takeOrders(3)
        // Written past the triggers, which would want a debit and a refund for each.
        try await database.pool.runScript(
            """
            SET session_replication_role = replica;
            INSERT INTO public.jobs (id, user_id, model, provider, backdrop, prompt, seconds, size,
              credits, status, stage, error_code, deadline_at)
            SELECT gen_random_uuid(), (SELECT id FROM public.users LIMIT 1), 'animatic', 'animatic',
              'soft', 'The product.', 4, '720x1280', 20, 'failed', 'done', 'cancelled', now()
            FROM generate_series(1, 20000);
            SET session_replication_role = origin;
            ANALYZE public.jobs;
            """)
        for statement in QueueStanding.query {
            let plan = try await database.pool.rows("EXPLAIN \(statement)", as: .service)
                .map { try $0.value("\"QUERY PLAN\"", as: String.self) }.joined(separator: "\n")
            #expect(!plan.contains("Seq Scan on jobs"), "\(plan)")
        }
        #expect(try await queue.standing().jobs["queued"] == 3)
    }
}
