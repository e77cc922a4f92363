import Metrics
import Postgres

/// Counts jobs that are over, once that is committed.
enum JobMeter {
    /// - Parameters:
    ///   - code: why it failed; `nil` when it has its clip.
    ///   - age: from the order to the end.
    static func ended(
        at provider: String, _ code: JobFailure.Code?, age: Duration, in transaction: Transaction
    ) {
        transaction.afterCommit {
            Counter(
                label: "placemint_jobs_ended_total",
                dimensions: [("provider", provider), ("end", code?.rawValue ?? "completed")]
            ).increment()
            guard code == nil else { return }
            Timer(
                label: "placemint_job_duration_seconds", dimensions: [("provider", provider)]
            ).record(duration: age)
        }
    }
}
