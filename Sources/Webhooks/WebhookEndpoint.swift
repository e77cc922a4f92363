package import Foundation
package import Postgres

/// Where a person's program hears of events.
package struct WebhookEndpoint: Equatable, Sendable {
    /// What can be told of.
    package enum Event: String, CaseIterable, Sendable {
        case videoCompleted = "video.completed"
        case videoFailed = "video.failed"
        /// The balance has gone below `creditsBelow`: once each time.
        case creditsLow = "credits.low"
    }

    package let id: ID<WebhookEndpoint>
    package let url: String
    package let events: Set<Event>
    package let creditsBelow: Int
    package let isEnabled: Bool
    /// Why it was turned off without its owner; `gone` when it answered 410.
    package let disabledReason: String?
    package let createdAt: Date

    static let columns: SQL = """
        id, url, array_to_string(events, ' ') AS events, credits_below, enabled, disabled_reason,
        created_at
        """

    init(_ row: Row) throws {
        id = try row.value("id")
        url = try row.value("url")
        let events: String = try row.value("events")
        self.events = Set(events.split(separator: " ").compactMap { Event(rawValue: String($0)) })
        creditsBelow = try row.value("credits_below")
        isEnabled = try row.value("enabled")
        disabledReason = try row.optional("disabled_reason")
        createdAt = try row.value("created_at")
    }
}

/// What an endpoint is to be.
package struct WebhookEndpointPlan: Sendable {
    package static let usualCreditsBelow = 100

    package var url: WebhookAddress
    package var events: Set<WebhookEndpoint.Event>
    package var creditsBelow: Int
    package var isEnabled: Bool

    /// - Parameters:
    ///   - events: at least one.
    ///   - creditsBelow: at least 1.
    package init(
        url: WebhookAddress, events: Set<WebhookEndpoint.Event>, creditsBelow: Int,
        isEnabled: Bool = true
    ) {
        self.url = url
        self.events = events
        self.creditsBelow = creditsBelow
        self.isEnabled = isEnabled
    }
}
