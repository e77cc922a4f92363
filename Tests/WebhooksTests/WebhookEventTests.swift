import Foundation
import Postgres
import TestDatabase
import Testing

@testable import Webhooks

/// What the tables write for endpoints, and who may send it.
@Suite(.database) struct WebhookEventTests {
    private func database() throws -> Pool { try TestDatabase.current.pool }

    private func endpoint(
        of user: ID<User>, events: Set<WebhookEndpoint.Event> = Set(WebhookEndpoint.Event.allCases),
        creditsBelow: Int = 50
    ) async throws -> WebhookEndpoint {
        let plan = WebhookEndpointPlan(
            url: try WebhookAddress("https://example.com/", trusted: TrustedHosts()),
            events: events, creditsBelow: creditsBelow)
        return try await WebhookEndpoints(pool: database()).make(plan, for: user).0
    }

    private func events() async throws -> [String] {
        try await database().rows(
            "SELECT event FROM public.webhook_deliveries ORDER BY created_at, event", as: .service
        ).map { try $0.value("event") }
    }

    private func spend(_ amount: Int, _ user: ID<User>) async throws {
        try await database().transaction { transaction in
            try transaction.rows(
                """
                WITH taken AS (
                  UPDATE public.users SET balance = balance - \(amount)::bigint, seq = seq + 1
                  WHERE id = \(user) RETURNING seq, balance)
                INSERT INTO public.credit_ledger
                  (user_id, seq, amount, balance_after, kind, reference)
                SELECT \(user), seq, \(-amount)::bigint, balance, 'adjustment',
                  gen_random_uuid()::text FROM taken
                """)
        }
    }

    @Test func `low credits are told when the mark is passed, and not again below it`()
        async throws
    {
        let user = try await TestDatabase.current.makeUser(credits: 100)
        _ = try await endpoint(of: user)
        try await spend(50, user)
        #expect(try await events() == [])
        try await spend(1, user)
        try await spend(10, user)
        #expect(try await events() == ["credits.low"])
    }

    @Test func `what is undone is not told`() async throws {
        struct Undone: Error {}
        let user = try await TestDatabase.current.makeUser(credits: 100)
        _ = try await endpoint(of: user)
        await #expect(throws: Undone.self) {
            try await database().transaction { transaction in
                try transaction.rows(
                    "UPDATE public.users SET balance = 1, seq = seq + 1 WHERE id = \(user)")
                throw Undone()
            }
        }
        #expect(try await events() == [])
    }

    @Test func `each delivery is taken by one sender, and by another when it dies`() async throws {
        let user = try await TestDatabase.current.makeUser()
        let deliveries = WebhookDeliveries(pool: try database())
        let (one, other) = (try await endpoint(of: user), try await endpoint(of: user))
        for _ in 0..<6 { _ = try await deliveries.test(one.id, of: user) }
        _ = try await deliveries.test(other.id, of: user)
        let queue = WebhookQueue(pool: try database())
        let claims = try await withThrowingTaskGroup(of: [WebhookQueue.Claim].self) { group in
            for _ in 0..<8 { group.addTask { try await queue.claim(limit: 32) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let mine = claims.filter { $0.endpoint == one.id }
        #expect(Set(claims.map(\.delivery.id)).count == claims.count)
        #expect(claims.count(where: { $0.endpoint == other.id }) == 1)
        // Senders at once may each see four free places; together they take no delivery twice.
        #expect(mine.count >= WebhookQueue.perEndpoint)
        #expect(try await queue.claim(limit: 32).isEmpty)

        _ = try await database().rows(
            "UPDATE public.webhook_deliveries SET lease_until = now() - interval '1 s'",
            as: .service)
        let again = try await queue.claim(limit: 1)
        #expect(again.first?.delivery.attempts == 2)
        // The one that was thought dead writes nothing any more.
        let late = try #require(claims.first { $0.delivery.id == again.first?.delivery.id })
        try await queue.record(.delivered(status: 200), of: late, pause: nil)
        let status = try await database().rows(
            """
            SELECT status FROM public.webhook_deliveries WHERE id = \(late.delivery.id)
            """, as: .service)
        #expect(try status.first?.value("status") == "pending")
    }

    @Test func `old deliveries and secrets that sign no more are forgotten`() async throws {
        let user = try await TestDatabase.current.makeUser()
        let endpoints = WebhookEndpoints(pool: try database())
        let hook = try await endpoint(of: user)
        _ = try await endpoints.rollSecret(of: hook.id, of: user)
        for _ in 0..<3 {
            _ = try await WebhookDeliveries(pool: database()).test(hook.id, of: user)
        }
        try await database().transaction { transaction in
            try transaction.rows(
                """
                UPDATE public.webhook_deliveries SET status = 'failed',
                  finished_at = now() - interval '31 days'
                WHERE id IN (SELECT id FROM public.webhook_deliveries LIMIT 2)
                """)
            try transaction.rows(
                "UPDATE public.webhook_endpoints SET previous_secret_until = now()")
        }
        try await endpoints.tidy()
        #expect(try await events().count == 1)
        let left = try await database().rows(
            "SELECT FROM public.webhook_endpoints WHERE previous_secret IS NOT NULL", as: .service)
        #expect(left.isEmpty)
    }
}
