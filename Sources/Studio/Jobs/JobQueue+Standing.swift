package import Postgres

/// How the queue stands, for whoever watches it.
package struct QueueStanding: Equatable, Sendable {
    package static let stages = ["queued", "submitting", "rendering", "storing"]

    /// Unfinished jobs, by stage.
    package let jobs: [String: Int]
    /// How long the oldest queued job has waited, in seconds; 0 when none does.
    package let oldestQueuedSeconds: Double
    /// The providers that are left alone now.
    package let openBreakers: Set<String>

    package var unfinished: Int { jobs.values.reduce(0, +) }

    /// Two statements, answered from indexes that have unfinished jobs alone (`jobs_queued`,
    /// `jobs_under_way`, `jobs_in_flight`), however many finished ones there are.
    package static let query: [SQL] = [
        """
        SELECT 'queued' AS stage, count(*) AS jobs,
          coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest
        FROM public.jobs WHERE stage = 'queued'
        UNION ALL
        SELECT stage, count(*), 0::float8 FROM public.jobs
        WHERE stage IN ('submitting', 'storing') GROUP BY stage
        UNION ALL
        SELECT 'rendering', count(*), 0::float8 FROM public.jobs
        WHERE stage IN ('submitting', 'rendering') AND stage = 'rendering'
        """,
        "SELECT provider FROM public.provider_breakers WHERE open_until > now()",
    ]

    /// - Parameter answers: what the statements of `query` were answered, in their order.
    package init(_ answers: [[Row]]) throws {
        var jobs = Dictionary(uniqueKeysWithValues: Self.stages.map { ($0, 0) })
        var oldest = 0.0
        for row in answers.first ?? [] {
            jobs[try row.value("stage", as: String.self)] = try row.value("jobs")
            oldest = max(oldest, try row.value("oldest"))
        }
        self.jobs = jobs
        oldestQueuedSeconds = oldest
        openBreakers = Set(
            try answers.dropFirst().first?.map { try $0.value("provider", as: String.self) } ?? [])
    }
}

extension JobQueue {
    package func standing() async throws -> QueueStanding {
        try QueueStanding(try await pool.rows(QueueStanding.query, as: .service))
    }
}
