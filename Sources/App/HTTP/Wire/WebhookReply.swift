import Postgres
import Webhooks

/// An endpoint as the API shows it; with its secret only when that is new.
struct WebhookEndpointReply: Encodable {
    let endpoint: WebhookEndpoint
    let secret: WebhookSecret?

    init(_ endpoint: WebhookEndpoint, secret: WebhookSecret? = nil) {
        self.endpoint = endpoint
        self.secret = secret
    }

    private enum CodingKeys: String, CodingKey {
        case id, object, url, events, enabled, secret
        case creditsBelow = "credits_below"
        case disabledReason = "disabled_reason"
        case createdAt = "created_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(WireID.webhookEndpoint(endpoint.id), forKey: .id)
        try container.encode("webhook_endpoint", forKey: .object)
        try container.encode(endpoint.url, forKey: .url)
        try container.encode(endpoint.events.map(\.rawValue).sorted(), forKey: .events)
        try container.encode(endpoint.creditsBelow, forKey: .creditsBelow)
        try container.encode(endpoint.isEnabled, forKey: .enabled)
        try container.encode(endpoint.disabledReason, forKey: .disabledReason)
        try container.encode(endpoint.createdAt.unixSeconds, forKey: .createdAt)
        try container.encodeIfPresent(secret?.text, forKey: .secret)
    }
}

/// A delivery as the API shows it.
struct WebhookDeliveryReply: Encodable {
    let delivery: WebhookDelivery

    init(_ delivery: WebhookDelivery) { self.delivery = delivery }

    private enum CodingKeys: String, CodingKey {
        case id, object, event, status, attempts, error
        case eventID = "event_id"
        case responseStatus = "response_status"
        case createdAt = "created_at"
        case nextAttemptAt = "next_attempt_at"
        case finishedAt = "finished_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(WireID.webhookDelivery(delivery.id), forKey: .id)
        try container.encode("webhook_delivery", forKey: .object)
        try container.encode(delivery.event, forKey: .event)
        try container.encode("evt_" + ID<Any>(delivery.eventID).compact, forKey: .eventID)
        try container.encode(delivery.status.rawValue, forKey: .status)
        try container.encode(delivery.attempts, forKey: .attempts)
        try container.encode(delivery.responseStatus, forKey: .responseStatus)
        try container.encode(delivery.problem, forKey: .error)
        try container.encode(delivery.createdAt.unixSeconds, forKey: .createdAt)
        try container.encode(delivery.nextAttemptAt?.unixSeconds, forKey: .nextAttemptAt)
        try container.encode(delivery.finishedAt?.unixSeconds, forKey: .finishedAt)
    }
}
