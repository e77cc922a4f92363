import Foundation
import Ledger
import Postgres
import VideoModels

/// A job at a provider whose time to be asked about has come.
struct Poll: Sendable {
    let id: ID<Job>
    let user: ID<User>
    let model: String
    let provider: String
    let request: ProviderJobID
    let isCancelRequested: Bool
    let requestID: String?
    let createdAt: Date
    let machine: JobMachine
}

/// Jobs at providers are many and need little: they are claimed, and written back, by the batch.
extension JobQueue {
    /// Longer than one question can take.
    static let pollLeaseSeconds = 60

    /// Claims jobs to ask about, longest waiting first.
    func claimPolls(limit: Int, lease: UUID) async throws -> [Poll] {
        let rows = try await pool.rows(
            """
            WITH due AS MATERIALIZED (
              SELECT id AS due_id FROM public.jobs
              WHERE stage = 'rendering' AND provider_job_id IS NOT NULL AND next_step_at <= now()
                AND (lease_until IS NULL OR lease_until < now())
              ORDER BY next_step_at LIMIT \(limit)::bigint FOR UPDATE SKIP LOCKED)
            UPDATE public.jobs
            SET lease_token = \(lease),
                lease_until = now() + make_interval(secs => \(Self.pollLeaseSeconds)),
                next_step_at = now() + make_interval(secs => \(Self.pollLeaseSeconds))
            FROM due WHERE id = due_id
            RETURNING id, user_id, model, provider, cancel_requested_at IS NOT NULL AS cancelled,
              stage, progress, provider_job_id, submit_token, attempts, started_at, rendered_at,
              deadline_at, error_code, request_id, created_at
            """, as: .service)
        return try rows.map { row in
            Poll(
                id: try row.value("id"), user: try row.value("user_id"),
                model: try row.value("model"), provider: try row.value("provider"),
                request: ProviderJobID(try row.value("provider_job_id")),
                isCancelRequested: try row.value("cancelled"),
                requestID: try row.optional("request_id"),
                createdAt: try row.value("created_at"), machine: try JobMachine(row))
        }
    }

    /// What is written of a job that goes on rendering.
    struct Pause: Sendable {
        let id: ID<Job>
        let progress: Int
        let seconds: Double
        let isCancelAnswered: Bool
    }

    /// Writes down that jobs go on rendering, and gives their leases back until they are to be asked
    /// about again: at once, if `hurry` has said so meanwhile.
    /// - Parameter news: jobs whose users are to be told.
    func pause(_ pauses: [Pause], lease: UUID, news: [Notice]) async throws {
        guard !pauses.isEmpty else { return }
        try await pool.transaction { transaction in
            try transaction.rows(
                [
                    """
                    UPDATE public.jobs AS job
                    SET progress = greatest(job.progress, poll.progress), lease_until = NULL,
                        next_step_at = CASE WHEN job.next_step_at > now()
                          THEN now() + make_interval(secs => poll.seconds) ELSE now() END,
                        cancel_requested_at = CASE WHEN NOT poll.answered
                          THEN job.cancel_requested_at END
                    FROM unnest(\(pauses.map(\.id))::uuid[], \(pauses.map(\.progress))::int[],
                        \(pauses.map(\.seconds))::float8[],
                        \(pauses.map(\.isCancelAnswered))::bool[])
                      AS poll (id, progress, seconds, answered)
                    WHERE job.id = poll.id AND job.lease_token = \(lease)
                      AND job.stage = 'rendering'
                    """
                ] + news.map(\.sql))
        }
    }

    /// Writes down that a job at a provider has moved on, and leaves the rest to a worker.
    /// - Throws: `LeaseLost`.
    func moveOn(_ machine: JobMachine, _ poll: Poll, lease: UUID) async throws {
        try await pool.transaction { transaction in
            let row = try transaction.row(
                """
                UPDATE public.jobs
                SET status = \(machine.status.rawValue), stage = \(machine.stage.rawValue),
                    progress = \(machine.progress), lease_until = NULL, next_step_at = now(),
                    provider_cost = \(machine.cost?.amount),
                    provider_cost_unit = \(machine.cost?.unit),
                    error_code = \(machine.failure?.code.rawValue),
                    error_message = \(machine.failure?.message),
                    completed_at = CASE WHEN \(machine.stage == .done) THEN now() END,
                    late_until = \(machine.lateUntil), rendered_at = \(machine.renderedAt)
                WHERE id = \(poll.id) AND lease_token = \(lease) AND stage = 'rendering'
                RETURNING credits
                """)
            guard let row else { throw LeaseLost() }
            if let failure = machine.failure {
                try Ledger.refund(
                    try row.value("credits"), to: poll.user, reference: "\(poll.id)",
                    reason: failure.code.reason, in: transaction)
                JobMeter.ended(
                    at: poll.provider, failure.code,
                    age: .seconds(-poll.createdAt.timeIntervalSinceNow), in: transaction)
                try transaction.notify(.credits(of: poll.user))
            }
            try transaction.notify(
                Notice(Notice.eventChannel, "video \(poll.user) \(poll.id)"),
                Notice(Self.workChannel, ""))
        }
    }

    /// Has jobs asked about at once, as their provider has said that something happened.
    /// - Parameter request: the provider's name for the job.
    /// - Returns: whether there is such a job under way.
    package func hurry(_ request: String, at provider: String) async throws -> Bool {
        try await pool.transaction { transaction in
            let rows = try transaction.rows(
                """
                UPDATE public.jobs SET next_step_at = now()
                WHERE split_part(provider_job_id, ' ', 1) = \(request) AND provider = \(provider)
                  AND (stage = 'rendering' OR late_until > now())
                RETURNING id
                """)
            guard !rows.isEmpty else { return false }
            try transaction.notify(Notice(Self.workChannel, ""))
            return true
        }
    }

    /// Remembers a provider's event.
    /// - Returns: `false` when it was heard before.
    package func hear(_ event: String, from provider: String) async throws -> Bool {
        let rows = try await pool.rows(
            """
            INSERT INTO public.provider_events (provider, id)
            VALUES (\(provider), \(String(event.prefix(255)))) ON CONFLICT DO NOTHING RETURNING id
            """, as: .service)
        return !rows.isEmpty
    }

    /// Forgets events that nobody would repeat any more.
    package func forgetEvents() async throws {
        _ = try await pool.rows(
            "DELETE FROM public.provider_events WHERE received_at < now() - interval '3 days'",
            as: .service)
    }
}
