import Ledger
import Postgres

/// Facts about checkout sessions, wherever they come from: an event, an answer of Stripe's.
struct SessionFacts {
    enum Progress {
        case completed, failed, expired
    }

    let session: StripeSession
    let progress: Progress
    let policy: PaymentPolicy

    /// Brings the session's purchase up to date.
    func apply(in transaction: Transaction) throws -> Outcome {
        guard let purchase = try findPurchase(in: transaction) else {
            return session.isOurs
                ? .review("no purchase has this checkout session")
                : .ignored("the checkout session was not opened by us")
        }
        if let problem = mismatch(with: purchase) { return .review(problem) }
        switch progress {
        case .failed: try purchase.move(to: .failed, in: transaction)
        case .expired: try purchase.move(to: .expired, in: transaction)
        case .completed: return try complete(purchase, in: transaction)
        }
        return .applied
    }

    private func complete(
        _ purchase: Purchase, in transaction: Transaction
    ) throws -> Outcome {
        switch session.paymentStatus {
        case "paid": break
        case "unpaid":
            try purchase.move(to: .awaitingPayment, in: transaction)
            return .applied
        case "no_payment_required" where policy.allowsFreePurchases: break
        default: return .review("payment_status is '\(session.paymentStatus ?? "missing")'")
        }
        try purchase.settle(
            paidCents: session.amountTotal ?? purchase.price.cents,
            paymentIntent: session.paymentIntent, in: transaction)
        try wakeWaitingEvents(in: transaction)
        return .applied
    }

    /// By the session; or by our own reference, when the process died before it could write down
    /// which session it had opened.
    private func findPurchase(in transaction: Transaction) throws -> Purchase? {
        let known = try Purchase.lock(
            where: "checkout_session = \(session.id)", in: transaction)
        if let known { return known }
        guard let id = session.clientReferenceId.flatMap({ ID<Purchase>($0) }) else { return nil }
        let unnamed = try Purchase.lock(
            where: "id = \(id) AND checkout_session IS NULL", in: transaction)
        if unnamed != nil {
            try transaction.rows(
                """
                UPDATE public.purchases SET checkout_session = \(session.id) WHERE id = \(id)
                """)
        }
        return unnamed
    }

    private func mismatch(with purchase: Purchase) -> String? {
        if session.livemode ?? false != policy.livemode {
            return policy.livemode ? "a test payment" : "a real payment, in test mode"
        }
        if session.mode != "payment" { return "mode is '\(session.mode ?? "missing")'" }
        if session.currency != purchase.price.currency {
            return "the currency is '\(session.currency ?? "missing")', "
                + "not '\(purchase.price.currency)'"
        }
        if session.amountSubtotal != purchase.price.cents {
            return "the subtotal is \(session.amountSubtotal ?? 0), not \(purchase.price.cents)"
        }
        if session.clientReferenceId != "\(purchase.id)" {
            return "client_reference_id names another purchase"
        }
        if let owner = session.metadata?["user_id"], owner != "\(purchase.user)" {
            return "metadata.user_id names another person"
        }
        return nil
    }

    /// Refunds and disputes that came before the payment they are about. One that somebody holds
    /// is being looked at, and comes again by itself; waiting for it could be waiting for ever.
    private func wakeWaitingEvents(in transaction: Transaction) throws {
        guard let payment = session.paymentIntent else { return }
        try transaction.rows(
            """
            UPDATE public.stripe_events SET next_attempt_at = now()
            WHERE id IN (
              SELECT id FROM public.stripe_events
              WHERE applied_at IS NULL AND review_reason IS NULL
                AND type NOT LIKE 'checkout.session.%'
                AND payload -> 'data' -> 'object' ->> 'payment_intent' = \(payment)
              FOR UPDATE SKIP LOCKED)
            """)
    }
}
