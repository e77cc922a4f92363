import Logging
import Metrics
import Payments
import Postgres
import Studio
import VideoModels

/// What only the database knows, asked when somebody looks, in one round trip and not more often
/// than every two seconds, so that looking cannot hurt.
actor DatabaseGauges {
    private static let freshness = Duration.seconds(2)
    /// Far less than a scrape may take.
    private static let patience = Duration.seconds(3)

    private let pool: Pool
    private let logger: Logger
    private var askedAt: ContinuousClock.Instant?

    init(_ pool: Pool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    func refresh() async {
        let now = ContinuousClock.now
        if let askedAt, now - askedAt < Self.freshness { return }
        askedAt = now
        do {
            let answers = try await pool.rows(
                [PaymentEventStanding.query] + QueueStanding.query, as: .service,
                within: Self.patience)
            show(
                try QueueStanding(Array(answers.dropFirst())),
                try PaymentEventStanding(answers.first ?? []))
            Meter(label: "placemint_database_up").set(1)
        } catch {
            logger.debug("The gauges cannot be read", metadata: ["error": "\(error)"])
            Meter(label: "placemint_database_up").set(0)
            showUnknown()
        }
    }

    private func show(_ queue: QueueStanding, _ events: PaymentEventStanding) {
        for (stage, count) in queue.jobs { Self.jobs(stage).set(count) }
        Self.oldestJob.set(queue.oldestQueuedSeconds)
        for provider in ModelProvider.allCases.map(\.rawValue) {
            Self.breaker(provider).set(queue.openBreakers.contains(provider) ? 1 : 0)
        }
        Self.backlog.set(events.waiting)
        Self.oldestEvent.set(events.oldestSeconds)
        Self.inReview.set(events.inReview)
    }

    /// Better no number than an old one.
    private func showUnknown() {
        let gauges =
            QueueStanding.stages.map(Self.jobs)
            + ModelProvider.allCases.map { Self.breaker($0.rawValue) }
            + [Self.oldestJob, Self.backlog, Self.oldestEvent, Self.inReview]
        for gauge in gauges { gauge.set(Double.nan) }
    }

    // MARK: The gauges

    private static func jobs(_ stage: String) -> Meter {
        Meter(label: "placemint_jobs", dimensions: [("stage", stage)])
    }

    private static func breaker(_ provider: String) -> Meter {
        Meter(label: "placemint_provider_breaker_open", dimensions: [("provider", provider)])
    }

    private static var oldestJob: Meter { Meter(label: "placemint_oldest_queued_job_age_seconds") }
    private static let stripeQueue = [("queue", "stripe")]
    private static var backlog: Meter {
        Meter(label: "placemint_webhook_backlog", dimensions: stripeQueue)
    }
    private static var oldestEvent: Meter {
        Meter(label: "placemint_webhook_oldest_age_seconds", dimensions: stripeQueue)
    }
    private static var inReview: Meter { Meter(label: "placemint_payment_events_in_review") }
}
