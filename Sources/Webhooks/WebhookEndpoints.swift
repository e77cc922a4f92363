import Foundation
package import Postgres

/// People's endpoints: made, listed, changed, removed.
package struct WebhookEndpoints: Sendable {
    /// Endpoints a person may have: each event is sent to all of them.
    package static let limit = 10
    /// How long a secret that was replaced signs beside the new one.
    private static let overlap: SQL = "interval '1 day'"
    /// Finished deliveries are kept for people to look at.
    private static let memory: SQL = "interval '30 days'"
    private static let batch = 1000

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// There are `limit` endpoints already.
    package struct TooMany: Error {}

    /// - Returns: the endpoint, and its secret, which is shown this once.
    /// - Throws: `TooMany`; `PostgresError`.
    package func make(
        _ plan: WebhookEndpointPlan, for user: ID<User>
    ) async throws -> (WebhookEndpoint, WebhookSecret) {
        let secret = WebhookSecret.new()
        let row = try await pool.transaction { transaction in
            // Two requests at once cannot both be the last: each holds the person's row.
            try transaction.rows("SELECT FROM public.users WHERE id = \(user) FOR UPDATE")
            return try transaction.row(
                """
                INSERT INTO public.webhook_endpoints
                  (id, user_id, url, events, credits_below, secret)
                SELECT \(ID<WebhookEndpoint>.new()), \(user), \(plan.url.url.absoluteString),
                  \(plan.events.map(\.rawValue).sorted())::text[], \(plan.creditsBelow)::bigint,
                  \(secret.bytes)::bytea
                WHERE \(Self.limit) > (
                  SELECT count(*) FROM public.webhook_endpoints WHERE user_id = \(user))
                RETURNING \(WebhookEndpoint.columns)
                """)
        }
        guard let row else { throw TooMany() }
        return (try WebhookEndpoint(row), secret)
    }

    /// The newest first.
    /// - Throws: `PostgresError`.
    package func list(of user: ID<User>) async throws -> [WebhookEndpoint] {
        let rows = try await pool.rows(
            """
            SELECT \(WebhookEndpoint.columns) FROM public.webhook_endpoints
            WHERE user_id = \(user) ORDER BY created_at DESC, id DESC LIMIT \(Self.limit)
            """, as: .user(user))
        return try rows.map(WebhookEndpoint.init)
    }

    /// - Returns: `nil` when there is none, or it is another person's.
    /// - Throws: `PostgresError`.
    package func find(
        _ id: ID<WebhookEndpoint>, of user: ID<User>
    ) async throws -> WebhookEndpoint? {
        let rows = try await pool.rows(
            """
            SELECT \(WebhookEndpoint.columns) FROM public.webhook_endpoints
            WHERE id = \(id) AND user_id = \(user)
            """, as: .user(user))
        return try rows.first.map(WebhookEndpoint.init)
    }

    /// Changes an endpoint. What is pending for one that is turned off ends with it.
    /// - Returns: `nil` when there is none, or it is another person's.
    /// - Throws: `PostgresError`.
    package func change(
        _ id: ID<WebhookEndpoint>, of user: ID<User>, to plan: WebhookEndpointPlan
    ) async throws -> WebhookEndpoint? {
        let row = try await pool.transaction { transaction in
            let row = try transaction.row(
                """
                UPDATE public.webhook_endpoints
                SET url = \(plan.url.url.absoluteString),
                    events = \(plan.events.map(\.rawValue).sorted())::text[],
                    credits_below = \(plan.creditsBelow), enabled = \(plan.isEnabled),
                    disabled_reason = CASE WHEN NOT \(plan.isEnabled) THEN disabled_reason END
                WHERE id = \(id) AND user_id = \(user)
                RETURNING \(WebhookEndpoint.columns)
                """)
            if row != nil, !plan.isEnabled {
                try transaction.rows(WebhookDeliveries.ending(of: id))
            }
            return row
        }
        return try row.map(WebhookEndpoint.init)
    }

    /// Gives an endpoint a new secret; the one before it signs beside it for a day.
    /// - Returns: `nil` when there is none, or it is another person's.
    /// - Throws: `PostgresError`.
    package func rollSecret(
        of id: ID<WebhookEndpoint>, of user: ID<User>
    ) async throws -> (WebhookEndpoint, WebhookSecret)? {
        let secret = WebhookSecret.new()
        let rows = try await pool.rows(
            """
            UPDATE public.webhook_endpoints
            SET previous_secret = secret, previous_secret_until = now() + \(Self.overlap),
                secret = \(secret.bytes)::bytea
            WHERE id = \(id) AND user_id = \(user)
            RETURNING \(WebhookEndpoint.columns)
            """, as: .service)
        return try rows.first.map { (try WebhookEndpoint($0), secret) }
    }

    /// Removes an endpoint and what was sent to it.
    /// - Returns: whether it was this person's.
    /// - Throws: `PostgresError`.
    package func remove(_ id: ID<WebhookEndpoint>, of user: ID<User>) async throws -> Bool {
        let rows = try await pool.rows(
            """
            DELETE FROM public.webhook_endpoints WHERE id = \(id) AND user_id = \(user)
            RETURNING id
            """, as: .service)
        return !rows.isEmpty
    }

    /// Removes all of a person whose account is closed.
    /// - Throws: `PostgresError`.
    package static func forget(_ user: ID<User>, in transaction: Transaction) throws {
        try transaction.rows("DELETE FROM public.webhook_endpoints WHERE user_id = \(user)")
    }

    /// Forgets secrets that sign no more, and deliveries that ended long ago.
    /// - Throws: `PostgresError`.
    package func tidy() async throws {
        _ = try await pool.rows(
            """
            UPDATE public.webhook_endpoints
            SET previous_secret = NULL, previous_secret_until = NULL
            WHERE previous_secret IS NOT NULL AND previous_secret_until < now()
            """, as: .service)
        var removed: [Row]
        repeat {
            removed = try await pool.rows(
                """
                DELETE FROM public.webhook_deliveries WHERE id IN (
                  SELECT id FROM public.webhook_deliveries
                  WHERE finished_at < now() - \(Self.memory) LIMIT \(Self.batch))
                RETURNING id
                """, as: .service)
        } while removed.count == Self.batch
    }
}
