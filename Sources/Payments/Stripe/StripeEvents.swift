package import Foundation
package import Logging
package import Postgres

/// What arrives at `/webhooks/stripe`: verified, recorded, then acted on.
///
/// Two transactions, in this order. Between them the process may die: the event is then on record
/// and unapplied, and `applyDue` or the sender's next attempt applies it.
package struct StripeEvents: Sendable {
    package enum Refusal: Error, Equatable {
        case badSignature
        case notAnEvent
    }

    /// Time for whoever recorded an event to apply it, before anybody else tries.
    private static let grace = Duration.seconds(5)

    let pool: Pool
    let policy: PaymentPolicy
    let client: StripeClient?
    let logger: Logger
    private let secrets: [String]

    /// - Parameters:
    ///   - secrets: the endpoint's signing secrets; more than one while one is rolled.
    ///   - client: for looking up payments that are not known; `nil` in the sandbox.
    package init(
        pool: Pool, secrets: [String], policy: PaymentPolicy, client: StripeClient? = nil,
        logger: Logger
    ) {
        self.pool = pool
        self.secrets = secrets
        self.policy = policy
        self.client = client
        self.logger = logger
    }

    /// Takes one delivery. Returning means that it needs no other: it is on record, and if it could
    /// not be applied now, it will be.
    /// - Throws: `Refusal`; `PostgresError` when it could not be recorded, so that the sender tries
    ///   again.
    package func receive(_ body: Data, signature: String, now: Date = Date()) async throws {
        guard StripeSignature.isValid(signature, body: body, secrets: secrets, now: now) else {
            throw Refusal.badSignature
        }
        let event: StripeEvent
        do {
            event = try JSONDecoder.stripe.decode(StripeEvent.self, from: body)
        } catch {
            throw Refusal.notAnEvent
        }
        guard try await record(event, body, grace: Self.grace) else { return }
        do {
            try await apply(event)
        } catch let error as PostgresError {
            logger.warning(
                "A payment event will be applied later",
                metadata: ["event.id": "\(event.id)", "error": "\(error)"])
        }
    }

    /// - Returns: whether the event still has to be applied.
    func record(_ event: StripeEvent, _ body: Data, grace: Duration) async throws -> Bool {
        let payload = String(decoding: body, as: UTF8.self)
        do {
            let rows = try await pool.rows(
                """
                INSERT INTO public.stripe_events (id, type, payload, next_attempt_at)
                VALUES (\(event.id), \(event.type), \(payload)::jsonb,
                        now() + make_interval(secs => \(grace / .seconds(1))))
                ON CONFLICT (id) DO UPDATE SET attempts = public.stripe_events.attempts
                RETURNING applied_at IS NULL AND review_reason IS NULL AS unapplied
                """, as: .service)
            return try rows.first?.value("unapplied") ?? false
        } catch let error as PostgresError where error.sqlState?.hasPrefix("22") == true {
            // A NUL, half a surrogate, a number past all numbers: JSON allows them, jsonb does not,
            // and Stripe never sends them.
            throw Refusal.notAnEvent
        }
    }
}
