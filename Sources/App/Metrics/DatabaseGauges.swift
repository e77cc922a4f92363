import Logging
import Metrics
import Payments
import Postgres
import Studio
import VideoModels
import Webhooks

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
                [PaymentEventStanding.query, WebhookStanding.query] + QueueStanding.query,
                as: .service,
                within: Self.patience)
            show(
                try QueueStanding(Array(answers.dropFirst(2))),
                try PaymentEventStanding(answers.first ?? []),
                try WebhookStanding(answers.dropFirst().first ?? []))
            Meter(label: "placemint_database_up").set(1)
        } catch {
            logger.debug("The gauges cannot be read", metadata: ["error": "\(error)"])
            Meter(label: "placemint_database_up").set(0)
            showUnknown()
        }
    }

    private func show(
        _ queue: QueueStanding, _ events: PaymentEventStanding, _ webhooks: WebhookStanding
    ) {
        for (stage, count) in queue.jobs { Self.jobs(stage).set(count) }
        Self.oldestJob.set(queue.oldestQueuedSeconds)
        for provider in ModelProvider.allCases.map(\.rawValue) {
            Self.breaker(provider).set(queue.openBreakers.contains(provider) ? 1 : 0)
        }
        Self.backlog(Self.stripe).set(events.waiting)
        Self.oldest(Self.stripe).set(events.oldestSeconds)
        Self.backlog(Self.outbound).set(webhooks.waiting)
        Self.oldest(Self.outbound).set(webhooks.oldestSeconds)
        Self.inReview.set(events.inReview)
    }

    /// Better no number than an old one.
    private func showUnknown() {
        let gauges =
            QueueStanding.stages.map(Self.jobs)
            + ModelProvider.allCases.map { Self.breaker($0.rawValue) }
            + [Self.stripe, Self.outbound].flatMap { [Self.backlog($0), Self.oldest($0)] }
            + [Self.oldestJob, Self.inReview]
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
    private static let stripe = "stripe"
    private static let outbound = "outbound"

    private static func backlog(_ queue: String) -> Meter {
        Meter(label: "placemint_webhook_backlog", dimensions: [("queue", queue)])
    }

    private static func oldest(_ queue: String) -> Meter {
        Meter(label: "placemint_webhook_oldest_age_seconds", dimensions: [("queue", queue)])
    }

    private static var inReview: Meter { Meter(label: "placemint_payment_events_in_review") }
}
