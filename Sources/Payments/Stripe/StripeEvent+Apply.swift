import Foundation
import Postgres

extension StripeEvent {
    /// Does what the event asks for, whatever came before it and however often it came.
    func apply(_ policy: PaymentPolicy, in transaction: Transaction) throws -> Outcome {
        switch subject {
        case .session(let session):
            return try SessionFacts(session: session, progress: progress, policy: policy)
                .apply(in: transaction)
        case .refund(let refund):
            return try withPurchase(refund.paymentIntent, refund.currency, in: transaction) {
                try $0.take(refund.reversal(at: date), in: transaction)
            }
        case .charge(let charge):
            return try withPurchase(charge.paymentIntent, charge.currency, in: transaction) {
                try $0.take(reportedCents: charge.amountRefunded, in: transaction)
            }
        case .dispute(let dispute):
            return try withPurchase(dispute.paymentIntent, dispute.currency, in: transaction) {
                try $0.take(dispute.reversal(funds: funds, at: date), in: transaction)
            }
        case .fraudWarning(let warning):
            return try withPurchase(warning.paymentIntent, nil, in: transaction) {
                .review("early fraud warning for '\($0.title)'; refund it before it is disputed?")
            }
        case .unreadable(let path):
            return .review("the event's object cannot be read, at '\(path)'")
        case .other:
            return .applied
        }
    }

    /// The payment that the event is about, as far as it names one.
    var paymentIntent: String? {
        switch subject {
        case .refund(let refund): refund.paymentIntent
        case .charge(let charge): charge.paymentIntent
        case .dispute(let dispute): dispute.paymentIntent
        case .fraudWarning(let warning): warning.paymentIntent
        case .session, .unreadable, .other: nil
        }
    }

    private var progress: SessionFacts.Progress {
        switch type {
        case "checkout.session.async_payment_failed": .failed
        case "checkout.session.expired": .expired
        default: .completed
        }
    }

    private var funds: Reversal.Funds {
        switch type {
        case "charge.dispute.funds_withdrawn": .withdrawn
        case "charge.dispute.funds_reinstated": .reinstated
        default: .untouched
        }
    }

    private var date: Date { Date(timeIntervalSince1970: Double(created ?? 0)) }

    private func withPurchase(
        _ payment: String?, _ currency: String?, in transaction: Transaction,
        _ body: (Purchase) throws -> Outcome
    ) throws -> Outcome {
        try Purchase.withPayment(payment, currency, in: transaction, body)
    }
}

extension Purchase {
    /// Finds the purchase that a payment paid, which alone tells whose a refund or dispute is.
    static func withPayment(
        _ payment: String?, _ currency: String?, in transaction: Transaction,
        _ body: (Purchase) throws -> Outcome
    ) throws -> Outcome {
        guard let payment else { return .ignored("it is about no payment intent") }
        guard let purchase = try lock(where: "payment_intent = \(payment)", in: transaction)
        else { return .later("no purchase was paid with '\(payment)' so far") }
        if let currency, currency != purchase.price.currency {
            return .review("the currency is '\(currency)', not '\(purchase.price.currency)'")
        }
        return try body(purchase)
    }
}

extension StripeRefund {
    func reversal(at date: Date) -> Reversal {
        Reversal(
            id: id, kind: .refund, cents: amount, status: status ?? "missing", funds: .untouched,
            updatedAt: date)
    }
}

extension StripeDispute {
    func reversal(funds: Reversal.Funds, at date: Date) -> Reversal {
        Reversal(
            id: id, kind: .dispute, cents: amount, status: status, funds: funds, updatedAt: date)
    }
}
