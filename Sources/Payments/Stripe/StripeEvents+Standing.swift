package import Postgres

/// How recorded payment events stand, for whoever watches them.
package struct PaymentEventStanding: Equatable, Sendable {
    /// Recorded, and not applied yet.
    package let waiting: Int
    /// How long the oldest of them has waited, in seconds; 0 when none does.
    package let oldestSeconds: Double
    /// Those that wait for a person.
    package let inReview: Int

    /// Answered from the index `stripe_events_unapplied`, which applied events are not in.
    package static let query: SQL = """
        SELECT count(*) FILTER (WHERE review_reason IS NULL) AS waiting,
          coalesce(extract(epoch FROM
            now() - min(received_at) FILTER (WHERE review_reason IS NULL)), 0)::float8 AS oldest,
          count(*) FILTER (WHERE review_reason IS NOT NULL) AS in_review
        FROM public.stripe_events WHERE applied_at IS NULL
        """

    package init(_ rows: [Row]) throws {
        waiting = try rows.first?.value("waiting") ?? 0
        oldestSeconds = try rows.first?.value("oldest") ?? 0
        inReview = try rows.first?.value("in_review") ?? 0
    }
}
