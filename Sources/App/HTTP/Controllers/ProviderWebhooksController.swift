import Foundation
import Hummingbird
import Logging
import Studio
import VideoModels

/// Where providers of video models report. What they say is only a hint to ask them.
struct ProviderWebhooksController {
    /// A result may come along in the body; nothing of it is read.
    private static let bodyLimit = 5_000_000

    let webhooks: [String: any ProviderWebhook]
    let queue: JobQueue

    func addRoutes(to router: Router<StudioContext>) {
        router.post("webhooks/videos/{provider}", use: hear)
    }

    private struct Received: Encodable {
        let received = true
    }

    @Sendable func hear(_ request: Request, _ context: StudioContext) async throws -> Response {
        guard let provider = context.parameters.get("provider"), let webhook = webhooks[provider]
        else { throw APIError.notFound("provider") }
        let body = try await request.wholeBody(limit: Self.bodyLimit)
        let headers = request.headers.reduce(into: [String: String]()) { headers, field in
            headers[field.name.canonicalName] = field.value
        }
        do {
            let news = try await webhook.verify(body, headers: headers, now: Date())
            if try await queue.hear(news.event, from: provider) {
                _ = try await queue.hurry(news.request, at: provider)
            }
        } catch WebhookRefusal.badSignature {
            throw APIError.invalid(nil, "The signature does not fit, or is too old.")
        } catch WebhookRefusal.notAnEvent {
            // Signed by the provider, and of no use to us: it need not come again.
            context.logger.debug("A webhook names no request")
        } catch WebhookRefusal.keysUnavailable {
            throw APIError(
                .serviceUnavailable, .overloaded, "The provider's keys cannot be had now.")
        }
        return try JSONReply(Received()).response()
    }
}
