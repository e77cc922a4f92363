import Foundation

// The parts of Stripe's objects that we act on, by Stripe's names in camel case.
// Source: Stripe's API reference, version 2026-10-28.endive.

/// `checkout.session`
struct StripeSession: Decodable, Equatable, Sendable {
    let id: String
    let status: String?
    let mode: String?
    let livemode: Bool?
    let currency: String?
    /// Before tax and discounts: the pack's price.
    let amountSubtotal: Int?
    /// What is charged.
    let amountTotal: Int?
    let paymentStatus: String?
    let paymentIntent: String?
    let clientReferenceId: String?
    let metadata: [String: String]?
    let url: String?
    let expiresAt: Int?

    /// Whether it carries our label. The reference alone does not tell: others on the same account
    /// use it too.
    var isOurs: Bool { metadata?["order_id"] != nil }

    /// Stripe's `status`.
    enum Status {
        static let complete = "complete"
        static let expired = "expired"
    }
}

/// `refund`
struct StripeRefund: Decodable, Equatable, Sendable {
    let id: String
    let amount: Int
    let currency: String
    let status: String?
    let paymentIntent: String?
    let created: Int?
}

/// `charge`
struct StripeCharge: Decodable, Equatable, Sendable {
    let id: String
    let currency: String
    /// Everything refunded so far.
    let amountRefunded: Int
    let paymentIntent: String?
}

/// `dispute`
struct StripeDispute: Decodable, Equatable, Sendable {
    let id: String
    let amount: Int
    let currency: String
    let status: String
    let paymentIntent: String?
    let created: Int?
}

/// `radar.early_fraud_warning`
struct StripeFraudWarning: Decodable, Equatable, Sendable {
    let id: String
    let paymentIntent: String?
}

/// `list`
struct StripeList<Item: Decodable & Sendable>: Decodable, Sendable {
    let data: [Item]
    let hasMore: Bool
}

extension JSONDecoder {
    static var stripe: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }
}
