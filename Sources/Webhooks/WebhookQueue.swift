import Foundation
package import Postgres

/// The deliveries as a queue: who sends which, and how a try came out.
package struct WebhookQueue: Sendable {
    /// Longer than a try can take.
    static let leaseSeconds = 60
    /// Tries at one endpoint at a time, so that a slow one takes no place from the others.
    static let perEndpoint = 4

    let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// A try that is this process's to make.
    struct Claim: Sendable {
        let delivery: WebhookDelivery
        let endpoint: ID<WebhookEndpoint>
        let data: String
        let url: String
        let secrets: [WebhookSecret]
        let mayTryAgain: Bool
    }

    /// Takes what is due and nobody is sending, from endpoint to endpoint.
    func claim(limit: Int) async throws -> [Claim] {
        let rows = try await pool.rows(
            """
            WITH RECURSIVE endpoint (id) AS (
              (SELECT endpoint_id FROM public.webhook_deliveries
               WHERE status = 'pending' ORDER BY endpoint_id LIMIT 1)
              UNION ALL
              SELECT (SELECT next.endpoint_id FROM public.webhook_deliveries AS next
                      WHERE next.status = 'pending' AND next.endpoint_id > endpoint.id
                      ORDER BY next.endpoint_id LIMIT 1)
              FROM endpoint WHERE endpoint.id IS NOT NULL),
            due AS MATERIALIZED (
              SELECT delivery.id FROM endpoint CROSS JOIN LATERAL (
                SELECT id FROM public.webhook_deliveries
                WHERE endpoint_id = endpoint.id AND status = 'pending'
                  AND next_attempt_at <= now() AND (lease_until IS NULL OR lease_until < now())
                ORDER BY next_attempt_at
                LIMIT greatest(0, \(Self.perEndpoint)::bigint - (
                  SELECT count(*) FROM public.webhook_deliveries AS busy
                  WHERE busy.endpoint_id = endpoint.id AND busy.status = 'pending'
                    AND busy.lease_until > now()))
                FOR UPDATE SKIP LOCKED) AS delivery
              LIMIT \(limit)::bigint)
            UPDATE public.webhook_deliveries AS delivery
            SET attempts = attempts + 1,
                lease_until = now() + make_interval(secs => \(Self.leaseSeconds))
            FROM public.webhook_endpoints AS target
            WHERE delivery.id IN (SELECT id FROM due) AND target.id = delivery.endpoint_id
            RETURNING delivery.id, endpoint_id, event_id, event, delivery.status, attempts,
              response_status, error, delivery.created_at, finished_at, next_attempt_at,
              data::text AS data, give_up_at > now() AS again, url, secret,
              CASE WHEN previous_secret_until > now() THEN previous_secret END AS previous
            """, as: .service)
        return try rows.map { row in
            let previous: Data? = try row.optional("previous")
            let secret: Data = try row.value("secret")
            return Claim(
                delivery: try WebhookDelivery(row), endpoint: try row.value("endpoint_id"),
                data: try row.value("data"), url: try row.value("url"),
                secrets: ([secret] + [previous].compactMap { $0 }).map(WebhookSecret.init),
                mayTryAgain: try row.value("again"))
        }
    }

    /// How a try came out.
    enum Outcome: Sendable {
        case delivered(status: Int)
        case failed(WebhookDelivery.Problem, status: Int?)
        /// The endpoint says that it is not there any more (410).
        case gone
    }

    /// Writes down how a try came out, unless somebody else has the delivery by now.
    /// - Parameter pause: until the next try; `nil` when there is none.
    func record(_ outcome: Outcome, of claim: Claim, pause: Duration?) async throws {
        try await pool.transaction { transaction in
            let row = try transaction.row(Self.recording(outcome, of: claim, pause: pause))
            guard row != nil, case .gone = outcome else { return }
            try transaction.rows([
                """
                UPDATE public.webhook_endpoints SET enabled = false, disabled_reason = 'gone'
                WHERE id = \(claim.endpoint)
                """,
                WebhookDeliveries.ending(of: claim.endpoint),
            ])
        }
    }

    private static func recording(
        _ outcome: Outcome, of claim: Claim, pause: Duration?
    ) -> SQL {
        let (status, response, problem): (String, Int?, WebhookDelivery.Problem?) =
            switch outcome {
            case .delivered(let status): ("delivered", status, nil)
            case .gone: ("failed", 410, .responseStatus)
            case .failed(let problem, let status):
                (pause == nil ? "failed" : "pending", status, problem)
            }
        return """
            UPDATE public.webhook_deliveries
            SET status = \(status), response_status = \(response)::integer,
                error = \(problem?.rawValue)::text, lease_until = NULL,
                next_attempt_at = now() + make_interval(secs => \(pause?.seconds ?? 0)),
                finished_at = CASE WHEN \(status) <> 'pending' THEN now() END
            WHERE id = \(claim.delivery.id) AND status = 'pending'
              AND attempts = \(claim.delivery.attempts)
            RETURNING id
            """
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

/// What waits to be sent.
package struct WebhookStanding: Sendable {
    package let waiting: Int
    package let oldestSeconds: Double

    package static let query: SQL = """
        SELECT count(*) AS waiting,
          coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest
        FROM public.webhook_deliveries WHERE status = 'pending'
        """

    package init(_ rows: [Row]) throws {
        waiting = try rows.first?.value("waiting") ?? 0
        oldestSeconds = try rows.first?.value("oldest") ?? 0
    }
}
