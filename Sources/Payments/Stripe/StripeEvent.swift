import Foundation

/// The parts of a Stripe snapshot event about a Checkout session that we act on.
struct StripeEvent: Decodable {
    let id: String
    let type: String
    let session: CheckoutSession?

    struct CheckoutSession: Decodable {
        let id: String
        let mode: String?
        let currency: String?
        let amountSubtotal: Int?
        let paymentStatus: String?
        let paymentIntent: String?

        enum CodingKeys: String, CodingKey {
            case id, mode, currency
            case amountSubtotal = "amount_subtotal"
            case paymentStatus = "payment_status"
            case paymentIntent = "payment_intent"
        }
    }

    private enum CodingKeys: String, CodingKey { case id, object, type, data }
    private enum DataKeys: String, CodingKey { case object }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let object = try container.decode(String.self, forKey: .object)
        guard object == "event" else {
            throw DecodingError.dataCorruptedError(
                forKey: .object, in: container, debugDescription: "not a snapshot event")
        }
        id = try container.decode(String.self, forKey: .id)
        type = try container.decode(String.self, forKey: .type)
        guard type.hasPrefix("checkout.session.") else {
            session = nil
            return
        }
        session = try container.nestedContainer(keyedBy: DataKeys.self, forKey: .data)
            .decode(CheckoutSession.self, forKey: .object)
    }
}
