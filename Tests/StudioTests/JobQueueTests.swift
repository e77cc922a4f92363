import Foundation
import Ledger
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
                    return try await queue.takeSlot(machine, claim, limit: 2)
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 2)
        #expect(try await queue.hasSlot("animatic", limit: 2) == false)
        #expect(try await queue.hasSlot("animatic", limit: 3))
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
        #expect(try await queue.takeSlot(machine, claim, limit: 1))
        var late = machine
        _ = late.apply(.progressed(0.5), at: Date())
        _ = machine.apply(.created(.clip), at: Date())
        try await queue.save(machine, claim)
        try await queue.saveProgress(late, claim)
        let rows = try await pool.rows("SELECT stage FROM public.jobs", as: .service)
        #expect(try rows.first?.value("stage", as: String.self) == "storing")
    }
}
