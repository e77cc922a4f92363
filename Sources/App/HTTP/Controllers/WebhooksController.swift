import HTTPTypes
import Hummingbird
import Payments

/// Where payment providers report. Verified on the raw bytes, before anything is parsed.
struct WebhooksController {
    /// Stripe's events have some kilobytes; this is far beyond the largest.
    private static let bodyLimit = 1_000_000

    let events: StripeEvents

    func addRoutes(to router: Router<StudioContext>) {
        router.post("webhooks/stripe", use: stripe)
    }

    private struct Received: Encodable {
        let received = true
    }

    @Sendable func stripe(_ request: Request, _ context: StudioContext) async throws -> Response {
        let body = try await request.wholeBody(limit: Self.bodyLimit)
        let signatures = HTTPField.Name("stripe-signature").map { request.headers[values: $0] }
        guard let signature = signatures?.first, signatures?.count == 1 else {
            throw APIError.invalid(nil, "One Stripe-Signature header is needed.")
        }
        do {
            try await events.receive(body, signature: signature)
        } catch StripeEvents.Refusal.badSignature {
            throw APIError.invalid(nil, "The signature does not fit, or is too old.")
        } catch StripeEvents.Refusal.notAnEvent {
            throw APIError.invalid(nil, "The body is not a snapshot event.")
        }
        return try JSONReply(Received()).response()
    }
}
