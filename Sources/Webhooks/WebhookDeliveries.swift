import Foundation
package import Postgres

/// What was sent to an endpoint, or is to be: its log, tests and repetitions.
package struct WebhookDeliveries: Sendable {
    /// Announced when there is something to send.
    package static let channel = "placemint_webhooks"

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// A delivery that is still pending cannot be sent again.
    package struct StillPending: Error {}

    /// One more than a page's limit, which tells whether there are more.
    /// - Throws: `PostgresError`.
    package func list(
        of endpoint: ID<WebhookEndpoint>, of user: ID<User>, page: Page<WebhookDelivery>
    ) async throws -> [WebhookDelivery] {
        let rows = try await pool.rows(
            """
            SELECT \(WebhookDelivery.columns) FROM public.webhook_deliveries
            WHERE endpoint_id = \(endpoint) AND user_id = \(user)
              \(page.condition(on: "public.webhook_deliveries")) \(page.orderAndLimit)
            """, as: .user(user))
        return try rows.map(WebhookDelivery.init)
    }

    /// Has an event sent that means nothing, once.
    /// - Returns: `nil` when there is no such endpoint, or it is another person's.
    /// - Throws: `PostgresError`.
    package func test(
        _ endpoint: ID<WebhookEndpoint>, of user: ID<User>
    ) async throws -> WebhookDelivery? {
        let row = try await pool.transaction { transaction in
            let row = try transaction.row(
                """
                INSERT INTO public.webhook_deliveries
                  (endpoint_id, user_id, event_id, event, data, give_up_at)
                SELECT id, user_id, gen_random_uuid(), 'webhook.test',
                  '{"object": "test"}'::jsonb, now()
                FROM public.webhook_endpoints WHERE id = \(endpoint) AND user_id = \(user)
                RETURNING \(WebhookDelivery.columns)
                """)
            try transaction.notify(Notice(Self.channel, ""))
            return row
        }
        return try row.map(WebhookDelivery.init)
    }

    /// Has a delivery that ended sent again, for another day.
    /// - Returns: `nil` when there is none, or it is another person's.
    /// - Throws: `StillPending`; `PostgresError`.
    package func retry(
        _ id: ID<WebhookDelivery>, of endpoint: ID<WebhookEndpoint>, of user: ID<User>
    ) async throws -> WebhookDelivery? {
        let row = try await pool.transaction { transaction in
            let found = try transaction.row(
                """
                SELECT status FROM public.webhook_deliveries
                WHERE id = \(id) AND endpoint_id = \(endpoint) AND user_id = \(user) FOR UPDATE
                """)
            guard let found else { return nil as Row? }
            guard try found.value("status", as: String.self) != "pending" else {
                throw StillPending()
            }
            let row = try transaction.row(
                """
                UPDATE public.webhook_deliveries
                SET status = 'pending', finished_at = NULL, attempts = 0, next_attempt_at = now(),
                    lease_until = NULL, response_status = NULL, error = NULL,
                    give_up_at = CASE WHEN event = 'webhook.test' THEN now()
                      ELSE now() + interval '1 day' END
                WHERE id = \(id) RETURNING \(WebhookDelivery.columns)
                """)
            try transaction.notify(Notice(Self.channel, ""))
            return row
        }
        return try row.map(WebhookDelivery.init)
    }

    /// Ends what is pending for an endpoint that is turned off.
    static func ending(of endpoint: ID<WebhookEndpoint>) -> SQL {
        """
        UPDATE public.webhook_deliveries
        SET status = 'failed', finished_at = now(), lease_until = NULL,
            error = \(WebhookDelivery.Problem.endpointDisabled.rawValue)
        WHERE endpoint_id = \(endpoint) AND status = 'pending'
        """
    }
}
