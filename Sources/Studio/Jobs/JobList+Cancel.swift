import Ledger
package import Postgres

extension JobList {
    /// Cancels a job of this person's: one that has not begun ends at once, with its refund. For
    /// one under way the wish is written down, and its provider is asked to stop where it can; only
    /// a provider's yes ends it.
    /// - Returns: the job as it is then, or `nil` when there is none.
    /// - Throws: `OrderError` `already_finished`.
    package func cancel(_ id: ID<Job>) async throws -> Job? {
        try await pool.transaction { [user] transaction in
            let row = try transaction.row(
                """
                SELECT \(Job.columns) FROM public.jobs
                WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NULL FOR UPDATE
                """)
            guard let job = try row.map(Job.init) else { return nil }
            switch job.machine.stage {
            case .done:
                throw OrderError(.alreadyFinished, nil, "This video is finished already.")
            case .queued: return try end(job, in: transaction)
            case .submitting, .rendering, .storing: return try ask(job, in: transaction)
            }
        }
    }

    /// A worker that holds it finds that its lease is gone.
    private func end(_ job: Job, in transaction: Transaction) throws -> Job? {
        let failure = JobFailure(code: .cancelled)
        let row = try transaction.row(
            """
            UPDATE public.jobs
            SET status = 'failed', stage = 'done', error_code = \(failure.code.rawValue),
                error_message = \(failure.message), completed_at = now(),
                cancel_requested_at = now(), lease_token = NULL, lease_until = NULL
            WHERE id = \(job.id) RETURNING \(Job.columns)
            """)
        try Ledger.refund(
            job.credits, to: job.user, reference: "\(job.id)", reason: failure.code.reason,
            in: transaction)
        JobMeter.ended(at: job.provider, failure.code, age: job.age, in: transaction)
        try transaction.notify(
            JobQueue.news(of: job), .credits(of: job.user), Notice(JobQueue.workChannel, ""))
        return try row.map(Job.init)
    }

    private func ask(_ job: Job, in transaction: Transaction) throws -> Job? {
        let row = try transaction.row(
            """
            UPDATE public.jobs
            SET cancel_requested_at = coalesce(cancel_requested_at, now()), next_step_at = now()
            WHERE id = \(job.id) RETURNING \(Job.columns)
            """)
        try transaction.notify(JobQueue.news(of: job), Notice(JobQueue.workChannel, ""))
        return try row.map(Job.init)
    }
}
