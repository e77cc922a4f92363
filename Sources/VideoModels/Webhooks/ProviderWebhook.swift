package import Foundation

/// What a provider's webhook says once it is known to be the provider's: that something happened
/// to a request. It is a hint to ask, never the truth.
package struct ProviderNews: Equatable, Sendable {
    /// The same for the same event, however often it is sent.
    package let event: String
    /// The provider's name for the request.
    package let request: String
}

/// Verifies one provider's webhooks, on the raw bytes.
package protocol ProviderWebhook: Sendable {
    /// - Parameter headers: by lower-case name.
    /// - Throws: `WebhookRefusal`.
    func verify(_ body: Data, headers: [String: String], now: Date) async throws -> ProviderNews
}

/// Why a webhook is not believed.
package enum WebhookRefusal: Error, Equatable {
    case badSignature
    /// Signed, and about nothing we know of.
    case notAnEvent
    /// The provider's keys cannot be had now.
    case keysUnavailable
}
