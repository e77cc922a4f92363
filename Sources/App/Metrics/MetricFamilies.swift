package import Prometheus

extension PrometheusRegistry {
    /// Everything that a process exports; docs/monitoring.md explains it. What is measured under a
    /// name that is not here goes nowhere.
    package convenience init() { self.init(Self.http + Self.work + Self.database + Self.process) }

    /// Seconds. A page is a matter of milliseconds, a photo of a second.
    private static let requestBuckets = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// Seconds. A provider answers in one; `animatic` renders in some; a download takes a minute.
    private static let providerBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
    /// Seconds. From a storyboard drawn here to the longest deadline of a model.
    private static let jobBuckets: [Double] = [
        2, 5, 10, 20, 30, 60, 120, 180, 300, 600, 1_200, 2_400,
    ]
    /// Seconds. None, or a few milliseconds; callers give up after three seconds.
    private static let waitBuckets = [0.000_1, 0.001, 0.005, 0.025, 0.1, 0.5, 1, 3]

    private static let http = [
        MetricFamily(
            "placemint_http_requests_total", .counter, labels: ["method", "route", "status"],
            "Requests answered, by the route's pattern."),
        MetricFamily(
            "placemint_http_request_duration_seconds", .histogram(buckets: requestBuckets),
            labels: ["method", "route", "status_class"],
            "From a request's head to its answer's head."),
        MetricFamily(
            "placemint_http_requests_in_flight", .gauge, "Requests that are not answered yet."),
        MetricFamily(
            "placemint_event_streams_open", .gauge, "Streams of server-sent events that are open."),
    ]

    private static let work = [
        MetricFamily(
            "placemint_jobs", .gauge, labels: ["stage"],
            "Unfinished jobs by stage, in the whole database."),
        MetricFamily(
            "placemint_oldest_queued_job_age_seconds", .gauge,
            "How long the oldest queued job has waited; 0 when none does."),
        MetricFamily(
            "placemint_jobs_ended_total", .counter, labels: ["provider", "end"],
            "Jobs ended by this process: completed, or the code of their failure."),
        MetricFamily(
            "placemint_job_duration_seconds", .histogram(buckets: jobBuckets),
            labels: ["provider"], "From an order to its clip."),
        MetricFamily(
            "placemint_provider_requests_total", .counter,
            labels: ["provider", "model", "request", "outcome"],
            "Questions to providers of models, and how they came out."),
        MetricFamily(
            "placemint_provider_request_duration_seconds", .histogram(buckets: providerBuckets),
            labels: ["provider", "request", "outcome"], "How long providers took to answer."),
        MetricFamily(
            "placemint_provider_breaker_open", .gauge, labels: ["provider"],
            "1 while a provider is left alone, as its quota, bill or key does not work."),
        MetricFamily(
            "placemint_credits_moved_total", .counter, labels: ["kind", "direction"],
            "Credits moved by this process, counted after the commit."),
        MetricFamily(
            "placemint_webhook_backlog", .gauge, labels: ["queue"],
            "Webhooks that are recorded and wait: to be worked off, or to be sent."),
        MetricFamily(
            "placemint_webhook_oldest_age_seconds", .gauge, labels: ["queue"],
            "How long the oldest of them has waited; 0 when none does."),
        MetricFamily(
            "placemint_webhooks_sent_total", .counter, labels: ["outcome"],
            "Tries to send a webhook, and how they came out."),
        MetricFamily(
            "placemint_payment_events_in_review", .gauge,
            "Payment events that wait for a person."),
    ]

    private static let database = [
        MetricFamily("placemint_database_up", .gauge, "1 when the database answered just now."),
        MetricFamily(
            "placemint_database_pool_wait_seconds", .histogram(buckets: waitBuckets),
            "How long callers waited for a connection."),
        MetricFamily(
            "placemint_database_pool_refusals_total", .counter,
            "Callers that waited in vain, and were told that the server is overloaded."),
        MetricFamily(
            "placemint_notices_lost_total", .counter,
            "Notices of orders that could not be sent, as the database did not answer."),
        MetricFamily(
            "placemint_database_pool_connections", .gauge, labels: ["state"],
            "Connections of this process, in use or idle."),
        MetricFamily(
            "placemint_database_pool_waiting", .gauge, "Callers that wait for a connection."),
    ]

    private static let process = [
        MetricFamily(
            "placemint_build_info", .gauge, labels: ["version"], "1, for its label."),
        MetricFamily(
            "process_start_time_seconds", .gauge, "When the process started, in unix time."),
        MetricFamily("process_resident_memory_bytes", .gauge, "Memory in use."),
        MetricFamily("process_open_fds", .gauge, "Open file descriptors."),
        MetricFamily("process_max_fds", .gauge, "File descriptors that may be open."),
    ]
}
