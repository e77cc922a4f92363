import Foundation
import Ledger
import Logging
import Postgres
import TestDatabase
import Testing
import VideoModels

@testable import Studio

/// Leases, slots and endings, on a real database.
@Suite(.database) struct JobQueueTests {
    let database: TestDatabase
    let studio: Studio
    let queue: JobQueue
    var pool: Pool { database.pool }

    init() throws {
        database = try .current
        studio = try StudioOrderTests.studio(database.pool)
        queue = JobQueue(pool: database.pool)
    }

    func makeJobs(_ count: Int) async throws -> ID<User> {
        let user = try await database.makeUser(credits: 20 * count)
        for _ in 0..<count {
            _ = try await studio.take(
                Order(prompt: "The product on a table.", seconds: 4), from: user)
        }
        return user
    }

    static func slots(_ limit: Int, ofProvider: Int? = nil) -> SlotLimits {
        SlotLimits(
            model: "animatic", provider: "animatic", ofModel: limit, ofProvider: ofProvider)
    }

    func expireLeases() async throws {
        _ = try await pool.rows(
            "UPDATE public.jobs SET lease_until = now() - interval '1 s'", as: .service)
    }

    @Test func `no job is given to two workers`() async throws {
        _ = try await makeJobs(12)
        let claimed = try await withThrowingTaskGroup(of: [ID<Job>].self) { group in
            for _ in 0..<8 {
                group.addTask { [queue] in try await queue.claim(limit: 3).map(\.job.id) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == 12)
        #expect(Set(claimed).count == 12)
        #expect(try await queue.claim(limit: 5).isEmpty)
    }

    @Test func `a worker that was away too long cannot write any more`() async throws {
        let user = try await makeJobs(1)
        let frozen = try #require(try await queue.claim(limit: 1).first)
        try await expireLeases()
        let next = try #require(try await queue.claim(limit: 1).first)
        #expect(next.job.id == frozen.job.id)
        var machine = frozen.job.machine
        _ = machine.apply(.frameFailed, at: Date())
        await #expect(throws: JobQueue.LeaseLost.self) { try await queue.renew(frozen) }
        await #expect(throws: JobQueue.LeaseLost.self) { try await queue.save(machine, frozen) }
        await #expect(throws: JobQueue.LeaseLost.self) { try await queue.fail(machine, frozen) }
        await #expect(throws: JobQueue.LeaseLost.self) {
            try await queue.release(machine, frozen, for: .zero)
        }
        #expect(try await Statement(pool, of: user).balance() == .zero, "nothing was refunded")
        try await queue.renew(next)
    }

    @Test func `a failure gives the credits back once, whoever reports it again`() async throws {
        let user = try await makeJobs(1)
        let claim = try #require(try await queue.claim(limit: 1).first)
        var machine = claim.job.machine
        #expect(machine.apply(.frameFailed, at: Date()) == .finish)
        try await queue.fail(machine, claim)
        await #expect(throws: JobQueue.LeaseLost.self) { try await queue.fail(machine, claim) }
        #expect(try await Statement(pool, of: user).balance() == Credits(20))
        let kinds = try await Statement(pool, of: user).entries(limit: 9).map(\.kind)
        #expect(kinds == [.refund, .generation, .grant])
        let job = try #require(try await JobList(pool, of: user).find(claim.job.id))
        #expect(job.status == .failed)
        #expect(job.machine.failure?.code == .storageFailed)
        try await expireLeases()
        #expect(try await queue.claim(limit: 5).isEmpty, "what is over is not worked on")
    }

    @Test func `a model never has more jobs than slots`() async throws {
        _ = try await makeJobs(6)
        let claims = try await queue.claim(limit: 6)
        let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
            for claim in claims {
                group.addTask { [queue] in
                    var machine = claim.job.machine
                    _ = machine.apply(.frameReady(SubmitToken(UUID())), at: Date())
                    return try await queue.takeSlot(machine, claim, Self.slots(2))
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 2)
        #expect(try await queue.hasSlot(Self.slots(2)) == false)
        #expect(try await queue.hasSlot(Self.slots(3)))
    }

    @Test func `a job given back waits for its time`() async throws {
        _ = try await makeJobs(1)
        let claim = try #require(try await queue.claim(limit: 1).first)
        try await queue.release(claim.job.machine, claim, for: .seconds(60))
        #expect(try await queue.claim(limit: 1).isEmpty)
        _ = try await pool.rows("UPDATE public.jobs SET next_step_at = now()", as: .service)
        #expect(try await queue.claim(limit: 1).count == 1)
    }

    @Test func `progress that comes late does not take a job back`() async throws {
        _ = try await makeJobs(1)
        let claim = try #require(try await queue.claim(limit: 1).first)
        var machine = claim.job.machine
        _ = machine.apply(.frameReady(SubmitToken(UUID())), at: Date())
        #expect(try await queue.takeSlot(machine, claim, Self.slots(1)))
        var late = machine
        _ = late.apply(.progressed(0.5), at: Date())
        _ = machine.apply(.created(.clip), at: Date())
        try await queue.save(machine, claim)
        try await queue.saveProgress(late, claim)
        let rows = try await pool.rows("SELECT stage FROM public.jobs", as: .service)
        #expect(try rows.first?.value("stage", as: String.self) == "storing")
    }

    // MARK: Providers

    /// Jobs that a provider works on.
    func render(_ count: Int) async throws -> [ID<Job>] {
        _ = try await makeJobs(count)
        for claim in try await queue.claim(limit: count) {
            var machine = claim.job.machine
            _ = machine.apply(.frameReady(SubmitToken(UUID())), at: Date())
            #expect(try await queue.takeSlot(machine, claim, Self.slots(100)))
            _ = machine.apply(
                .created(
                    .accepted(ProviderJobID("req-\(claim.job.id) https://x"), askAgainAfter: nil)),
                at: Date())
            try await queue.release(machine, claim, for: .zero)
        }
        let rows = try await pool.rows("SELECT id FROM public.jobs ORDER BY id", as: .service)
        return try rows.map { try $0.value("id") }
    }

    @Test func `a provider's limit counts across its models`() async throws {
        _ = try await render(2)
        #expect(try await queue.hasSlot(Self.slots(9, ofProvider: 3)))
        #expect(try await queue.hasSlot(Self.slots(9, ofProvider: 2)) == false)
    }

    @Test func `jobs at a provider are asked about by one poller each, and by no worker`()
        async throws
    {
        let ids = try await render(9)
        #expect(try await queue.claim(limit: 20).isEmpty)
        let polls = try await withThrowingTaskGroup(of: [Poll].self) { group in
            for _ in 0..<4 {
                group.addTask { [queue] in try await queue.claimPolls(limit: 4, lease: UUID()) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(polls.map(\.id).sorted { "\($0)" < "\($1)" } == ids)
    }

    @Test func `a batch is written back at once, and nobody else's lease is touched`() async throws
    {
        let ids = try await render(3)
        let lease = UUID()
        let polls = try await queue.claimPolls(limit: 3, lease: lease)
        _ = try await pool.rows(
            "UPDATE public.jobs SET lease_token = \(UUID()) WHERE id = \(ids[2])", as: .service)
        try await queue.pause(
            polls.map {
                .init(id: $0.id, progress: 40, seconds: 30, isCancelAnswered: false)
            }, lease: lease, news: [])
        let rows = try await pool.rows(
            """
            SELECT id, progress, lease_until IS NULL AS free, next_step_at > now() AS later
            FROM public.jobs ORDER BY id
            """, as: .service)
        #expect(try rows.map { try $0.value("progress", as: Int.self) } == [40, 40, 0])
        #expect(try rows.map { try $0.value("free", as: Bool.self) } == [true, true, false])
        #expect(try await queue.claimPolls(limit: 3, lease: UUID()).isEmpty)
    }

    @Test func `a webhook has its job asked about at once, even while it is being asked`()
        async throws
    {
        let ids = try await render(1)
        let lease = UUID()
        let poll = try #require(try await queue.claimPolls(limit: 1, lease: lease).first)
        #expect(try await queue.hurry("req-\(ids[0])", at: "animatic"))
        try await queue.pause(
            [.init(id: poll.id, progress: 0, seconds: 30, isCancelAnswered: false)],
            lease: lease, news: [])
        #expect(try await queue.claimPolls(limit: 1, lease: UUID()).count == 1)
        #expect(try await queue.hurry("req-\(ids[0])", at: "fal") == false)
        #expect(try await queue.hurry("nobody", at: "animatic") == false)
    }

    @Test func `a provider's event is heard once`() async throws {
        #expect(try await queue.hear("evt", from: "fal"))
        #expect(try await queue.hear("evt", from: "fal") == false)
        #expect(try await queue.hear("evt", from: "gemini"))
    }

    @Test func `a poll that finds a failure refunds it in the same breath`() async throws {
        _ = try await render(1)
        let lease = UUID()
        let poll = try #require(try await queue.claimPolls(limit: 1, lease: lease).first)
        var machine = poll.machine
        _ = machine.apply(
            .polled(.failed(VideoModelError(.rejected, "no"), cost: .init(amount: 3, unit: "usd"))),
            at: Date())
        try await queue.moveOn(machine, poll, lease: lease)
        await #expect(throws: JobQueue.LeaseLost.self) {
            try await queue.moveOn(machine, poll, lease: lease)
        }
        #expect(try await Statement(pool, of: poll.user).balance() == Credits(20))
        let rows = try await pool.rows(
            "SELECT provider_cost, provider_cost_unit, error_code FROM public.jobs", as: .service)
        #expect(try rows.first?.value("provider_cost", as: Double.self) == 3)
        #expect(try rows.first?.value("error_code", as: String.self) == "content_rejected")
    }

    // MARK: The breaker

    @Test func `an open breaker takes nobody, a half-open one takes one`() async throws {
        _ = try await makeJobs(3)
        let claims = try await queue.claim(limit: 3)
        try await queue.openBreaker("animatic", reason: "no quota")
        #expect(try await queue.hasSlot(Self.slots(9)) == false)
        _ = try await pool.rows(
            "UPDATE public.provider_breakers SET open_until = now() - interval '1 s'",
            as: .service)
        var taken = 0
        for claim in claims {
            var machine = claim.job.machine
            _ = machine.apply(.frameReady(SubmitToken(UUID())), at: Date())
            if try await queue.takeSlot(machine, claim, Self.slots(9)) { taken += 1 }
        }
        #expect(taken == 1)
        try await queue.closeBreaker("animatic")
        #expect(try await queue.hasSlot(Self.slots(9)))
    }

    @Test func `a breaker that opens again stays open longer`() async throws {
        var lengths: [Double] = []
        for _ in 0..<3 {
            // Several jobs may meet the same trouble at once; that is one opening.
            for _ in 0..<3 { try await queue.openBreaker("fal", reason: "bill") }
            let rows = try await pool.rows(
                """
                SELECT extract(epoch FROM open_until - now())::float8 AS length
                FROM public.provider_breakers
                """, as: .service)
            lengths.append(try #require(try rows.first?.value("length", as: Double.self)))
            _ = try await pool.rows(
                "UPDATE public.provider_breakers SET open_until = now() - interval '1 s'",
                as: .service)
        }
        #expect(lengths.map { Int($0.rounded()) } == [60, 120, 240])
    }

    @Test func `no order is taken for a model whose provider is left alone`() async throws {
        let user = try await database.makeUser(credits: 100)
        let availability = Availability()
        let studio = Studio(
            pool: pool, catalogue: studio.catalogue, formats: studio.formats,
            availability: availability)
        try await queue.openBreaker("animatic", reason: "no quota")
        let watching = Task { [queue] in
            try await availability.run(queue, logger: Logger(label: "tests"))
        }
        while availability.pause(of: "animatic") == nil {
            try await Task.sleep(for: .milliseconds(5))
        }
        watching.cancel()
        let error = await #expect(throws: OrderError.self) {
            try await studio.take(Order(prompt: "The product.", seconds: 4), from: user)
        }
        #expect(error?.code == .modelUnavailable)
        #expect(try await Statement(pool, of: user).balance() == Credits(100))
    }

    // MARK: Cancelling

    @Test func `a queued job is cancelled and refunded at once, whoever holds it`() async throws {
        let user = try await makeJobs(1)
        let claim = try #require(try await queue.claim(limit: 1).first)
        let jobs = JobList(pool, of: user)
        let job = try #require(try await jobs.cancel(claim.job.id))
        #expect(job.machine.failure?.code == .cancelled)
        #expect(try await Statement(pool, of: user).balance() == Credits(20))
        var machine = claim.job.machine
        _ = machine.apply(.frameReady(SubmitToken(UUID())), at: Date())
        await #expect(throws: JobQueue.LeaseLost.self) {
            try await queue.takeSlot(machine, claim, Self.slots(1))
        }
        await #expect(throws: OrderError.self) { try await jobs.cancel(claim.job.id) }
        let stranger = try await database.makeUser()
        #expect(try await JobList(pool, of: stranger).cancel(claim.job.id) == nil)
    }

    @Test func `a job at a provider is only asked to stop`() async throws {
        let ids = try await render(1)
        let rows = try await pool.rows("SELECT user_id FROM public.jobs", as: .service)
        let user = try #require(try rows.first?.value("user_id", as: ID<User>.self))
        let job = try #require(try await JobList(pool, of: user).cancel(ids[0]))
        #expect(job.isCancelRequested && job.status == .inProgress)
        #expect(try await Statement(pool, of: user).balance() == .zero)
        let lease = UUID()
        let poll = try #require(try await queue.claimPolls(limit: 1, lease: lease).first)
        #expect(poll.isCancelRequested)
        try await queue.pause(
            [.init(id: poll.id, progress: 0, seconds: 0, isCancelAnswered: true)], lease: lease,
            news: [])
        let again = try #require(try await queue.claimPolls(limit: 1, lease: UUID()).first)
        #expect(!again.isCancelRequested, "the provider is asked once")
    }
}
