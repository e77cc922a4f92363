import Foundation
import Postgres

/// What a receiver gets: OpenAI's event shape, under Standard Webhooks' headers.
struct WebhookMessage {
    /// `evt_` and the uuid without dashes.
    let id: String
    let body: Data

    /// - Parameter data: the event's own JSON.
    init(_ delivery: WebhookDelivery, data: String) throws {
        id = Self.id(of: delivery.eventID)
        let envelope: [String: Any] = [
            "id": id, "object": "event", "type": delivery.event,
            "created_at": Int(delivery.createdAt.timeIntervalSince1970),
            "data": try JSONSerialization.jsonObject(with: Data(data.utf8)),
        ]
        // Sorted, so that every try has the same bytes.
        body = try JSONSerialization.data(
            withJSONObject: envelope, options: [.sortedKeys, .withoutEscapingSlashes])
    }

    static func id(of event: UUID) -> String {
        "evt_" + event.compact
    }

    func headers(signedWith secrets: [WebhookSecret], at now: Date) -> [String: String] {
        let timestamp = Int(now.timeIntervalSince1970)
        let signatures = secrets.map { $0.signature(of: body, id: id, timestamp: timestamp) }
        return [
            "content-type": "application/json", "user-agent": "Placemint-Webhooks",
            "webhook-id": id, "webhook-timestamp": String(timestamp),
            "webhook-signature": signatures.joined(separator: " "),
        ]
    }
}
