import Foundation
import Ledger
package import Postgres
import VideoModels

/// The jobs table as a queue: who works on which job, and how a worker's decisions are recorded.
///
/// Every write names the lease it is made under. A worker that was frozen past its lease finds
/// that its writes change nothing.
package struct JobQueue: Sendable {
    /// Long enough for a slow heartbeat, short enough that a dead worker's job soon goes on.
    static let leaseSeconds = 30

    package static let workChannel = "placemint_jobs"

    let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// A job and the right to work on it.
    struct Claim: Sendable {
        let job: Job
        let lease: UUID
    }

    /// The lease was lost: another worker has the job now, or it is over.
    struct LeaseLost: Error {}

    /// Takes jobs whose time has come and that nobody works on: first those under way, longest
    /// waiting first, then new ones in the queue's order, as many of each model as it has places.
    /// - Parameter slots: the places of each model. New jobs of other models are all taken, as are
    ///   those past their deadline: somebody has to find out about them.
    func claim(limit: Int, slots: [SlotLimits] = []) async throws -> [Claim] {
        let lease = UUID()
        let rows = try await pool.rows(
            Self.claiming(limit: limit, slots: slots, lease: lease), as: .service)
        return try rows.map { Claim(job: try Job($0), lease: lease) }
    }

    static func claiming(limit: Int, slots: [SlotLimits], lease: UUID) -> SQL {
        """
        WITH RECURSIVE \(Self.slot(slots)),
        under_way AS MATERIALIZED (
          SELECT id, next_step_at AS turn FROM public.jobs
          WHERE next_step_at <= now() AND \(Self.unleased)
            AND (stage IN ('submitting', 'storing')
              OR (stage = 'rendering' AND provider_job_id IS NULL) OR late_until > now())
          ORDER BY next_step_at LIMIT \(limit)::bigint FOR UPDATE SKIP LOCKED),
        overdue AS MATERIALIZED (
          SELECT id, deadline_at AS turn FROM public.jobs
          WHERE stage = 'queued' AND deadline_at <= now() AND next_step_at <= now()
            AND \(Self.unleased)
          ORDER BY deadline_at LIMIT \(limit)::bigint FOR UPDATE SKIP LOCKED),
        new AS MATERIALIZED (
          SELECT job.id, job.queue_at AS turn FROM slot
          CROSS JOIN LATERAL (\(Self.free)) AS place
          CROSS JOIN LATERAL (
            SELECT id, queue_at FROM public.jobs
            WHERE stage = 'queued' AND model = slot.model AND next_step_at <= now()
              AND \(Self.unleased)
            ORDER BY queue_at LIMIT least(\(limit)::bigint, place.free)
            FOR UPDATE SKIP LOCKED) AS job)
        UPDATE public.jobs
        SET lease_token = \(lease), lease_until = \(Self.leaseEnd)
        WHERE id IN (
          SELECT id FROM (
            SELECT id, 1 AS part, turn FROM under_way
            UNION ALL SELECT id, 2, turn FROM overdue
            UNION ALL SELECT id, 3, turn FROM new WHERE id NOT IN (SELECT id FROM overdue)
          ) AS found
          ORDER BY part, turn LIMIT \(limit)::bigint)
        RETURNING \(Job.columns)
        """
    }

    private static let unleased: SQL = "(lease_until IS NULL OR lease_until < now())"

    /// The models with their places, and those of waiting jobs that are not among them. From model
    /// to model by the index: the queue may be long, but of few models.
    private static func slot(_ slots: [SlotLimits]) -> SQL {
        """
        waiting (model) AS (
          SELECT min(model) FROM public.jobs WHERE stage = 'queued'
          UNION ALL
          SELECT (SELECT min(job.model) FROM public.jobs AS job
                  WHERE job.stage = 'queued' AND job.model > waiting.model)
          FROM waiting WHERE waiting.model IS NOT NULL),
        known AS (
          SELECT * FROM unnest(\(slots.map(\.model))::text[], \(slots.map(\.provider))::text[],
              \(slots.map(\.ofModel))::bigint[], \(slots.map { $0.ofProvider ?? .max })::bigint[])
            AS known (model, provider, of_model, of_provider)),
        slot AS (
          SELECT * FROM known
          UNION ALL
          SELECT model, NULL, \(Int.max)::bigint, \(Int.max)::bigint FROM waiting
          WHERE model IS NOT NULL AND model NOT IN (SELECT model FROM known))
        """
    }

    /// How many jobs a slot's model can still take.
    private static let free: SQL = """
        SELECT greatest(0, least(
            of_model - count(*) FILTER (WHERE jobs.model = slot.model), of_provider - count(*))
          * (NOT EXISTS (
              SELECT FROM public.provider_breakers
              WHERE provider = slot.provider AND open_until > now()))::int) AS free
        FROM public.jobs
        WHERE jobs.provider = slot.provider AND stage IN ('submitting', 'rendering')
        """

    static let leaseEnd: SQL = "now() + make_interval(secs => \(leaseSeconds))"

    /// Says that the worker is still alive.
    /// - Returns: whether the user wants the job cancelled.
    /// - Throws: `LeaseLost`.
    @discardableResult
    func renew(_ claim: Claim) async throws -> Bool {
        let rows = try await pool.rows(
            """
            UPDATE public.jobs SET lease_until = \(Self.leaseEnd)
            WHERE id = \(claim.job.id) AND lease_token = \(claim.lease)
              AND (stage <> 'done' OR late_until IS NOT NULL)
            RETURNING cancel_requested_at IS NOT NULL AS cancelled
            """, as: .service)
        guard let row = rows.first else { throw LeaseLost() }
        return try row.value("cancelled")
    }

    /// Writes down what the machine decided while the worker goes on.
    /// - Throws: `LeaseLost`.
    func save(_ machine: JobMachine, _ claim: Claim) async throws {
        try await pool.transaction { transaction in
            try Self.write(machine, claim, lease: Self.leaseEnd, in: transaction)
        }
    }

    /// Names the object that the model is about to fetch the job's first frame from.
    /// - Throws: `LeaseLost`.
    func name(_ frame: ID<Asset>, asFrameOf claim: Claim) async throws {
        let rows = try await pool.rows(
            """
            UPDATE public.jobs SET frame_asset_id = \(frame)
            WHERE id = \(claim.job.id) AND lease_token = \(claim.lease) AND stage <> 'done'
            RETURNING id
            """, as: .service)
        guard !rows.isEmpty else { throw LeaseLost() }
    }

    /// Writes down how far a render has come, unless the job has moved on meanwhile.
    func saveProgress(_ machine: JobMachine, _ claim: Claim) async throws {
        try await pool.transaction { transaction in
            let row = try transaction.row(
                """
                UPDATE public.jobs
                SET status = 'in_progress', stage = 'rendering', progress = \(machine.progress)
                WHERE id = \(claim.job.id) AND lease_token = \(claim.lease)
                  AND stage IN ('submitting', 'rendering')
                RETURNING id
                """)
            guard row != nil else { return }
            try transaction.notify(Self.news(of: claim.job))
        }
    }

    /// Writes down what the machine decided and gives the lease back for a while.
    /// - Throws: `LeaseLost`.
    func release(_ machine: JobMachine, _ claim: Claim, for pause: Duration) async throws {
        try await pool.transaction { transaction in
            try Self.write(machine, claim, lease: "NULL", pause: pause, in: transaction)
        }
    }

    /// Ends a job with its clip, whose files become visible in the same transaction.
    /// - Throws: `LeaseLost`.
    func complete(
        _ machine: JobMachine, _ claim: Claim, clip: StoredClip
    ) async throws {
        try await pool.transaction { transaction in
            try AssetStore.confirm([clip.video, clip.poster, clip.spritesheet], in: transaction)
            try Self.write(machine, claim, lease: "NULL", clip: clip, in: transaction)
            JobMeter.ended(at: claim.job.provider, nil, age: claim.job.age, in: transaction)
        }
    }

    /// Ends a job without a clip and gives its credits back, in one transaction: at most once,
    /// as a job that is over is never written again.
    /// - Throws: `LeaseLost`.
    func fail(_ machine: JobMachine, _ claim: Claim) async throws {
        guard let failure = machine.failure else { return }
        let job = claim.job
        try await pool.transaction { transaction in
            try Self.write(machine, claim, lease: "NULL", in: transaction)
            try Ledger.refund(
                job.credits, to: job.user, reference: "\(job.id)",
                reason: failure.code.reason, in: transaction)
            JobMeter.ended(at: job.provider, failure.code, age: job.age, in: transaction)
            try transaction.notify(.credits(of: job.user))
        }
    }

    static func write(
        _ machine: JobMachine, _ claim: Claim, lease: SQL, pause: Duration = .zero,
        clip: StoredClip? = nil, in transaction: Transaction
    ) throws {
        let row = try transaction.row(
            """
            UPDATE public.jobs
            SET status = \(machine.status.rawValue), stage = \(machine.stage.rawValue),
                progress = \(machine.progress), attempts = \(machine.attempts),
                submit_token = \(machine.submitToken?.value),
                provider_job_id = \(machine.providerJobID?.value),
                started_at = \(machine.startedAt), error_code = \(machine.failure?.code.rawValue),
                error_message = \(machine.failure?.message),
                completed_at = CASE WHEN \(machine.stage == .done) THEN now() END,
                provider_cost = coalesce(\(machine.cost?.amount)::float8, provider_cost),
                provider_cost_unit = coalesce(\(machine.cost?.unit)::text, provider_cost_unit),
                late_until = \(machine.lateUntil), rendered_at = \(machine.renderedAt),
                video_asset_id = \(clip?.video), poster_asset_id = \(clip?.poster),
                spritesheet_asset_id = \(clip?.spritesheet),
                lease_until = \(lease),
                next_step_at = now() + make_interval(secs => \(pause.inSeconds))
            WHERE id = \(claim.job.id) AND lease_token = \(claim.lease) AND stage <> 'done'
            RETURNING id
            """)
        guard row != nil else { throw LeaseLost() }
        try transaction.notify(news(of: claim.job))
    }

    static func news(of job: Job) -> Notice {
        Notice(Notice.eventChannel, "video \(job.user) \(job.id)")
    }
}

/// The rows of a finished clip's files.
struct StoredClip: Sendable {
    let video: ID<Asset>
    let poster: ID<Asset>
    let spritesheet: ID<Asset>
}

extension JobFailure.Code {
    /// For a line of the ledger.
    var reason: String {
        switch self {
        case .contentRejected: "model declined"
        case .modelUnavailable: "model unavailable"
        case .modelError: "model failed"
        case .submitUnknown: "connection broke"
        case .deadlineExceeded: "took too long"
        case .clipInvalid: "clip did not play"
        case .storageFailed: "could not be saved"
        case .cancelled: "cancelled"
        }
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
