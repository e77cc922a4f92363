import Identity
import Payments
import Postgres
import Studio
import Webhooks

/// Ids as the API writes them: a prefix and the uuid without dashes.
enum WireID {
    static func video(_ id: ID<Job>) -> String { "video_" + id.compact }
    static func file(_ id: ID<Asset>) -> String { "file-" + id.compact }
    static func checkout(_ id: ID<Purchase>) -> String { "checkout_" + id.compact }

    static func session(_ id: ID<Session>) -> String { "session_" + id.compact }
    static func apiKey(_ id: ID<APIKey>) -> String { "key_" + id.compact }
    static func webhookEndpoint(_ id: ID<WebhookEndpoint>) -> String { "we_" + id.compact }
    static func webhookDelivery(_ id: ID<WebhookDelivery>) -> String { "whd_" + id.compact }
    static func user(_ id: ID<User>) -> String { "user_" + id.compact }

    /// - Throws: `APIError` `not_found`: an id that is none names nothing.
    static func video(_ text: String?) throws -> ID<Job> { try parse(text, "video_", "video") }

    /// - Throws: `APIError` `not_found`.
    static func file(_ text: String?) throws -> ID<Asset> { try parse(text, "file-", "file") }

    /// - Throws: `APIError` `not_found`.
    static func checkout(_ text: String?) throws -> ID<Purchase> {
        try parse(text, "checkout_", "checkout")
    }

    /// - Throws: `APIError` `not_found`.
    static func session(_ text: String?) throws -> ID<Session> {
        try parse(text, "session_", "session")
    }

    /// - Throws: `APIError` `not_found`.
    static func apiKey(_ text: String?) throws -> ID<APIKey> {
        try parse(text, "key_", "API key")
    }

    /// - Throws: `APIError` `not_found`.
    static func webhookEndpoint(_ text: String?) throws -> ID<WebhookEndpoint> {
        try parse(text, "we_", "webhook endpoint")
    }

    /// - Throws: `APIError` `not_found`.
    static func webhookDelivery(_ text: String?) throws -> ID<WebhookDelivery> {
        try parse(text, "whd_", "delivery")
    }

    private static func parse<Entity>(
        _ text: String?, _ prefix: String, _ what: String
    ) throws -> ID<Entity> {
        guard let text, text.hasPrefix(prefix),
            let id = ID<Entity>(compact: text.dropFirst(prefix.count))
        else { throw APIError.notFound(what) }
        return id
    }
}
