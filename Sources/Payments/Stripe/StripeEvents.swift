package import Foundation
package import Logging
package import Postgres

/// What arrives at `/webhooks/stripe`: verified, recorded, then acted on.
///
/// Two transactions, in this order. Between them the process may die: the event is then on record
/// and unapplied, and the sender's next attempt applies it.
package struct StripeEvents: Sendable {
    package enum Refusal: Error, Equatable {
        case badSignature
        case notAnEvent
    }

    private let pool: Pool
    private let secrets: [String]
    private let logger: Logger

    /// - Parameter secrets: the endpoint's signing secrets; more than one while one is rolled.
    package init(pool: Pool, secrets: [String], logger: Logger) {
        self.pool = pool
        self.secrets = secrets
        self.logger = logger
    }

    /// Takes one delivery. Returning means that it needs no other.
    /// - Throws: `Refusal`; `PostgresError` when it could not be recorded or applied, so that the
    ///   sender tries again.
    package func receive(_ body: Data, signature: String, now: Date = Date()) async throws {
        guard StripeSignature.isValid(signature, body: body, secrets: secrets, now: now) else {
            throw Refusal.badSignature
        }
        let event: StripeEvent
        do {
            event = try JSONDecoder().decode(StripeEvent.self, from: body)
        } catch {
            throw Refusal.notAnEvent
        }
        guard try await record(event, body) else { return }
        try await apply(event)
    }

    /// - Returns: whether the event still has to be applied.
    private func record(_ event: StripeEvent, _ body: Data) async throws -> Bool {
        let payload = String(decoding: body, as: UTF8.self)
        let rows = try await pool.rows(
            """
            INSERT INTO public.stripe_events (id, type, payload)
            VALUES (\(event.id), \(event.type), \(payload)::jsonb)
            ON CONFLICT (id) DO UPDATE SET attempts = public.stripe_events.attempts
            RETURNING applied_at IS NULL AS unapplied
            """, as: .service)
        return try rows.first?.value("unapplied") ?? false
    }

    private func apply(_ event: StripeEvent) async throws {
        let problem = try await pool.transaction { transaction -> String? in
            let problem = try Self.act(on: event, in: transaction)
            try transaction.rows(
                """
                UPDATE public.stripe_events
                SET applied_at = CASE WHEN \(problem)::text IS NULL THEN now() END,
                    attempts = attempts + 1, last_error = \(problem)
                WHERE id = \(event.id)
                """)
            return problem
        }
        guard let problem else { return }
        logger.error(
            "A payment event does not fit its purchase",
            metadata: ["event.id": "\(event.id)", "reason": "\(problem)"])
    }

    /// - Returns: why the event does not fit what we know, in which case nothing was changed.
    private static func act(
        on event: StripeEvent, in transaction: Transaction
    ) throws -> String? {
        guard let session = event.session else { return nil }
        guard let purchase = try Purchase.lock(session: session.id, in: transaction) else {
            return "no purchase has this checkout session"
        }
        switch event.type {
        case "checkout.session.completed", "checkout.session.async_payment_succeeded":
            if let problem = mismatch(of: session, with: purchase) { return problem }
            switch session.paymentStatus {
            case "paid":
                try purchase.settle(paymentIntent: session.paymentIntent, in: transaction)
            case "unpaid": try purchase.move(to: .awaitingPayment, in: transaction)
            default: return "payment_status is neither paid nor unpaid"
            }
        case "checkout.session.async_payment_failed":
            try purchase.move(to: .failed, in: transaction)
        case "checkout.session.expired":
            try purchase.move(to: .expired, in: transaction)
        default: break
        }
        return nil
    }

    private static func mismatch(
        of session: StripeEvent.CheckoutSession, with purchase: Purchase
    ) -> String? {
        if session.mode != "payment" { return "mode is not payment" }
        if session.currency != purchase.price.currency { return "another currency" }
        if session.amountSubtotal != purchase.price.cents { return "another amount" }
        return nil
    }
}
