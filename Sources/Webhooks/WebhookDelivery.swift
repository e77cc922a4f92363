package import Foundation
package import Postgres

/// An event for one endpoint, and how its sending stands.
package struct WebhookDelivery: Equatable, Sendable {
    package enum Status: String, CaseIterable, Sendable {
        case pending, delivered, failed
    }

    /// Why the last try did not succeed. Part of the API: never renamed.
    package enum Problem: String, CaseIterable, Sendable {
        /// Anything but a status from 200 to 299; redirects are not followed.
        case responseStatus = "response_status"
        case timeout
        /// No connection, or one that broke; a certificate that is not valid.
        case connectionFailed = "connection_failed"
        /// The name leads into a private network.
        case addressNotPublic = "address_not_public"
        /// The endpoint was turned off meanwhile.
        case endpointDisabled = "endpoint_disabled"
    }

    package let id: ID<WebhookDelivery>
    /// The same in every try, and for receivers to tell copies by.
    package let eventID: UUID
    package let event: String
    package let status: Status
    package let attempts: Int
    package let responseStatus: Int?
    package let problem: String?
    package let createdAt: Date
    /// When it is tried next, while it is pending.
    package let nextAttemptAt: Date?
    package let finishedAt: Date?

    static let columns: SQL = """
        id, event_id, event, status, attempts, response_status, error, created_at, finished_at,
        CASE WHEN status = 'pending' THEN next_attempt_at END AS next_attempt_at
        """

    init(_ row: Row) throws {
        id = try row.value("id")
        eventID = try row.value("event_id")
        event = try row.value("event")
        let status: String = try row.value("status")
        self.status = Status(rawValue: status) ?? .pending
        attempts = try row.value("attempts")
        responseStatus = try row.optional("response_status")
        problem = try row.optional("error")
        createdAt = try row.value("created_at")
        nextAttemptAt = try row.optional("next_attempt_at")
        finishedAt = try row.optional("finished_at")
    }
}
