import Foundation
import Logging
import Postgres

extension StripeEvents {
    /// How long an event may wait for the payment it is about. Stripe itself delivers for three
    /// days.
    private static let patience = Duration.seconds(3 * 86_400)
    /// The first pause; each next one is twice as long, up to `longestPause`.
    private static let firstPause = 5.0
    private static let longestPause = 3_600.0
    /// Events taken at a time by `applyDue`.
    private static let batch = 50

    /// Applies what was recorded and not applied, as far as its time has come.
    /// - Returns: how many events were tried.
    /// - Throws: `PostgresError` when none can be read.
    @discardableResult
    package func applyDue() async throws -> Int {
        let rows = try await pool.rows(
            """
            SELECT id, payload::text AS payload FROM public.stripe_events
            WHERE applied_at IS NULL AND review_reason IS NULL AND next_attempt_at <= now()
            ORDER BY next_attempt_at LIMIT \(Self.batch)::bigint
            """, as: .service)
        for row in rows {
            let id = try row.value("id", as: String.self)
            let payload = Data(try row.value("payload", as: String.self).utf8)
            do {
                let event = try JSONDecoder.stripe.decode(StripeEvent.self, from: payload)
                if try await isOurs(event) { try await apply(event) }
            } catch is DecodingError {
                try await settle(id, .review("the recorded event cannot be read"))
            } catch let error as PostgresError {
                logger.warning(
                    "A payment event will be applied later",
                    metadata: ["event.id": "\(id)", "error": "\(error)"])
            }
        }
        return rows.count
    }

    /// Applies one recorded event and writes down what became of it, in one transaction.
    func apply(_ event: StripeEvent) async throws {
        let outcome: Outcome?
        do {
            outcome = try await pool.transaction { transaction -> Outcome? in
                guard try lock(event.id, in: transaction) else { return nil }
                let outcome = try event.apply(policy, in: transaction)
                try write(outcome, of: event.id, in: transaction)
                return outcome
            }
        } catch let error as PostgresError where error.sqlState?.hasPrefix("23") == true {
            // A constraint: it would be broken every time. Nothing was kept.
            let reason = "it breaks \(error.constraint ?? "a constraint")"
            return try await settle(event.id, .review(reason))
        } catch let error as PostgresError where !error.isUnavailable {
            try await settle(event.id, .later("\(error)"))
            throw error
        }
        report(outcome, of: event.id)
    }

    private func settle(_ id: String, _ outcome: Outcome) async throws {
        try await pool.transaction { transaction in
            guard try lock(id, in: transaction) else { return }
            try write(outcome, of: id, in: transaction)
        }
        report(outcome, of: id)
    }

    /// Holds the event's row. Two copies at once take turns, and the second finds it applied.
    private func lock(_ id: String, in transaction: Transaction) throws -> Bool {
        let row = try transaction.row(
            """
            SELECT FROM public.stripe_events
            WHERE id = \(id) AND applied_at IS NULL AND review_reason IS NULL FOR UPDATE
            """)
        return row != nil
    }

    private func write(
        _ outcome: Outcome, of id: String, in transaction: Transaction
    ) throws {
        let (isDone, reason, review): (Bool, String?, String?) =
            switch outcome {
            case .applied: (true, nil, nil)
            case .ignored(let reason): (true, reason, nil)
            case .later(let reason): (false, reason, nil)
            case .review(let reason): (false, reason, reason)
            }
        try transaction.rows(
            """
            UPDATE public.stripe_events
            SET applied_at = CASE WHEN \(isDone) THEN now() END,
                attempts = attempts + 1, last_error = \(reason),
                review_reason = CASE
                  WHEN \(isDone) THEN NULL
                  WHEN received_at < now() - make_interval(secs => \(Self.patience / .seconds(1)))
                  THEN \(reason)
                  ELSE \(review) END,
                next_attempt_at = now() + make_interval(secs => least(
                  \(Self.longestPause), \(Self.firstPause) * power(2, least(attempts, 20))))
            WHERE id = \(id)
            """)
    }

    private func report(_ outcome: Outcome?, of id: String) {
        guard case .review(let reason) = outcome else { return }
        logger.error(
            "A payment event needs a person's review",
            metadata: ["event.id": "\(id)", "reason": "\(reason)"])
    }

    /// A refund of a payment we have not heard of: either it is not ours, or the word of the
    /// payment itself was lost. Stripe knows which, and then the payment is caught up on.
    private func isOurs(_ event: StripeEvent) async throws -> Bool {
        guard let client, let payment = event.paymentIntent else { return true }
        let known = try await pool.rows(
            "SELECT FROM public.purchases WHERE payment_intent = \(payment)", as: .service)
        guard known.isEmpty else { return true }
        do {
            let ours = try await client.sessions(paidWith: payment).filter(\.isOurs)
            for session in ours { _ = try await apply(session) }
            guard ours.isEmpty else { return true }
            try await settle(event.id, .ignored("the payment is for something else"))
            return false
        } catch let error as StripeError {
            logger.warning(
                "Stripe cannot say what a payment is for", metadata: ["error": "\(error)"])
            return true
        } catch let error as PostgresError where !error.isUnavailable {
            return true
        }
    }

    /// Brings a purchase up to date with what Stripe itself says of its session.
    func apply(_ session: StripeSession) async throws -> Outcome {
        let progress: SessionFacts.Progress
        switch session.status {
        case StripeSession.Status.complete: progress = .completed
        case StripeSession.Status.expired: progress = .expired
        default: return .applied
        }
        let facts = SessionFacts(session: session, progress: progress, policy: policy)
        return try await pool.transaction { try facts.apply(in: $0) }
    }
}
