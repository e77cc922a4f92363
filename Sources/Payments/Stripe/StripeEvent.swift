import Foundation

/// A Stripe snapshot event, as far as we act on it.
struct StripeEvent: Decodable, Sendable {
    let id: String
    let type: String
    let livemode: Bool?
    /// Unix seconds.
    let created: Int?
    let subject: Subject

    enum Subject: Sendable {
        case session(StripeSession)
        case refund(StripeRefund)
        case charge(StripeCharge)
        case dispute(StripeDispute)
        case fraudWarning(StripeFraudWarning)
        /// An event of a kind we act on whose object is not what it should be.
        case unreadable(String)
        /// An event of a kind we leave alone.
        case other
    }

    /// What an endpoint at Stripe has to be subscribed to.
    static let subscriptions = [
        "checkout.session.completed", "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed", "checkout.session.expired",
        "refund.created", "refund.updated", "refund.failed", "charge.refunded",
        "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
        "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
        "radar.early_fraud_warning.created",
    ]

    /// Longer names are none of Stripe's.
    private static let nameLimit = 255

    private enum CodingKeys: String, CodingKey { case id, object, type, livemode, created, data }
    private enum DataKeys: String, CodingKey { case object }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Thin events have another shape and carry no object: "v2.core.event".
        guard try container.decode(String.self, forKey: .object) == "event" else {
            throw DecodingError.dataCorruptedError(
                forKey: .object, in: container, debugDescription: "not a snapshot event")
        }
        id = try container.decode(String.self, forKey: .id)
        type = try container.decode(String.self, forKey: .type)
        livemode = try container.decodeIfPresent(Bool.self, forKey: .livemode)
        created = try container.decodeIfPresent(Int.self, forKey: .created)
        for name in [id, type] where name.isEmpty || name.utf8.count > Self.nameLimit {
            throw DecodingError.dataCorruptedError(
                forKey: .id, in: container, debugDescription: "not a name of Stripe's")
        }
        do {
            subject = try Self.subject(type) {
                try container.nestedContainer(keyedBy: DataKeys.self, forKey: .data)
            }
        } catch let error as DecodingError {
            subject = .unreadable(Self.path(of: error))
        }
    }

    private static func subject(
        _ type: String, _ data: () throws -> KeyedDecodingContainer<DataKeys>
    ) throws -> Subject {
        guard subscriptions.contains(type) else { return .other }
        func object<Object: Decodable>() throws -> Object {
            try data().decode(Object.self, forKey: .object)
        }
        return switch type.split(separator: ".").prefix(2).joined(separator: ".") {
        case "checkout.session": .session(try object())
        case "charge.refunded": .charge(try object())
        case "charge.dispute": .dispute(try object())
        case "radar.early_fraud_warning": .fraudWarning(try object())
        default: .refund(try object())
        }
    }

    private static func path(of error: DecodingError) -> String {
        let context =
            switch error {
            case .keyNotFound(let key, let context): (context.codingPath + [key])
            case .typeMismatch(_, let context), .valueNotFound(_, let context),
                .dataCorrupted(let context):
                context.codingPath
            @unknown default: [any CodingKey]()
            }
        return context.map(\.stringValue).joined(separator: ".")
    }
}
