import Foundation
import Hummingbird
import Postgres
import Webhooks

/// Where a person's programs hear of events, and what was sent to them.
struct WebhookEndpointsController {
    private static let bodyLimit = 10_000
    private static let creditsMaximum = 1_000_000_000

    let endpoints: WebhookEndpoints
    let deliveries: WebhookDeliveries
    let trusted: TrustedHosts

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.get("webhook_endpoints", use: list)
            .post("webhook_endpoints", use: make)
            .get("webhook_endpoints/{id}", use: show)
            .patch("webhook_endpoints/{id}", use: change)
            .delete("webhook_endpoints/{id}", use: remove)
            .post("webhook_endpoints/{id}/secret", use: rollSecret)
            .post("webhook_endpoints/{id}/test", use: test)
            .get("webhook_endpoints/{id}/deliveries", use: log)
            .post("webhook_endpoints/{id}/deliveries/{delivery}/retry", use: retry)
    }

    private struct EndpointList: Encodable {
        let object = "list"
        let data: [WebhookEndpointReply]
    }

    @Sendable func list(_ request: Request, _ context: StudioContext) async throws -> Response {
        let found = try await endpoints.list(of: context.user)
        return try JSONReply(
            EndpointList(data: found.map { WebhookEndpointReply($0) })
        ).response(headers: .private)
    }

    /// What is to be set; on a change, what is left out stays.
    private struct EndpointRequest: Decodable {
        let url: String?
        let events: [String]?
        /// As written: a number that is not whole is this field's fault, not the JSON's.
        let creditsBelow: Double?
        let enabled: Bool?

        private enum CodingKeys: String, CodingKey {
            case url, events, enabled
            case creditsBelow = "credits_below"
        }

        /// - Throws: `APIError` `invalid_request` that names the field.
        func plan(over old: WebhookEndpoint?, trusted: TrustedHosts) throws -> WebhookEndpointPlan {
            guard let address = url ?? old?.url else {
                throw APIError.invalid("url", "url is missing.")
            }
            do {
                return WebhookEndpointPlan(
                    url: try WebhookAddress(address, trusted: trusted),
                    events: try chosenEvents() ?? old?.events
                        ?? Set(WebhookEndpoint.Event.allCases),
                    creditsBelow: try chosenCredits() ?? old?.creditsBelow
                        ?? WebhookEndpointPlan.usualCreditsBelow,
                    isEnabled: enabled ?? old?.isEnabled ?? true)
            } catch let refusal as WebhookAddress.Refusal {
                throw APIError.invalid("url", "url \(refusal.reason).")
            }
        }

        private func chosenEvents() throws -> Set<WebhookEndpoint.Event>? {
            guard let events else { return nil }
            let chosen = events.compactMap(WebhookEndpoint.Event.init)
            guard !events.isEmpty, chosen.count == events.count else {
                let known = WebhookEndpoint.Event.allCases.map(\.rawValue)
                throw APIError.invalid(
                    "events", "events must be some of \(known.joined(separator: ", ")).")
            }
            return Set(chosen)
        }

        private func chosenCredits() throws -> Int? {
            guard let creditsBelow else { return nil }
            let most = WebhookEndpointsController.creditsMaximum
            guard let credits = Int(exactly: creditsBelow), (1...most).contains(credits) else {
                throw APIError.invalid(
                    "credits_below", "credits_below must be a whole number from 1 to \(most).")
            }
            return credits
        }
    }

    private func asked(_ request: Request) async throws -> EndpointRequest {
        let body = try await request.wholeBody(limit: Self.bodyLimit)
        return try JSONDecoder().decode(EndpointRequest.self, from: body)
    }

    @Sendable func make(_ request: Request, _ context: StudioContext) async throws -> Response {
        let plan = try await asked(request).plan(over: nil, trusted: trusted)
        do {
            let (endpoint, secret) = try await endpoints.make(plan, for: context.user)
            return try JSONReply(
                WebhookEndpointReply(endpoint, secret: secret), status: .created
            ).response(headers: .private)
        } catch is WebhookEndpoints.TooMany {
            throw APIError.invalid(
                nil, "You have \(WebhookEndpoints.limit) endpoints. Remove one that is not used.")
        }
    }

    @Sendable func show(_ request: Request, _ context: StudioContext) async throws -> Response {
        try JSONReply(WebhookEndpointReply(try await endpoint(context)))
            .response(headers: .private)
    }

    @Sendable func change(_ request: Request, _ context: StudioContext) async throws -> Response {
        let asked = try await asked(request)
        let old = try await endpoint(context)
        let plan = try asked.plan(over: old, trusted: trusted)
        guard let changed = try await endpoints.change(old.id, of: context.user, to: plan) else {
            throw Self.noEndpoint
        }
        return try JSONReply(WebhookEndpointReply(changed)).response(headers: .private)
    }

    @Sendable func remove(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.webhookEndpoint(context.parameters.get("id"))
        guard try await endpoints.remove(id, of: context.user) else { throw Self.noEndpoint }
        return try JSONReply(
            DeletedReply(id: WireID.webhookEndpoint(id), object: "webhook_endpoint")
        ).response()
    }

    @Sendable func rollSecret(
        _ request: Request, _ context: StudioContext
    ) async throws -> Response {
        let id = try WireID.webhookEndpoint(context.parameters.get("id"))
        guard let (endpoint, secret) = try await endpoints.rollSecret(of: id, of: context.user)
        else { throw Self.noEndpoint }
        return try JSONReply(WebhookEndpointReply(endpoint, secret: secret))
            .response(headers: .private)
    }

    @Sendable func test(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.webhookEndpoint(context.parameters.get("id"))
        guard let delivery = try await deliveries.test(id, of: context.user) else {
            throw Self.noEndpoint
        }
        return try JSONReply(WebhookDeliveryReply(delivery), status: .accepted).response()
    }

    @Sendable func log(_ request: Request, _ context: StudioContext) async throws -> Response {
        let page = try PageReader(request: request).page { try WireID.webhookDelivery($0) }
        let endpoint = try await endpoint(context)
        let found = try await deliveries.list(of: endpoint.id, of: context.user, page: page)
        return try JSONReply(
            ListReply(
                found, limit: page.limit, id: { WireID.webhookDelivery($0.id) },
                item: WebhookDeliveryReply.init)
        ).response(headers: .private)
    }

    @Sendable func retry(_ request: Request, _ context: StudioContext) async throws -> Response {
        let endpoint = try WireID.webhookEndpoint(context.parameters.get("id"))
        let id = try WireID.webhookDelivery(context.parameters.get("delivery"))
        do {
            let again = try await deliveries.retry(id, of: endpoint, of: context.user)
            guard let again else { throw APIError.notFound("delivery") }
            return try JSONReply(WebhookDeliveryReply(again), status: .accepted).response()
        } catch is WebhookDeliveries.StillPending {
            throw APIError(.conflict, .notFinished, "This delivery is still being tried.")
        }
    }

    private func endpoint(_ context: StudioContext) async throws -> WebhookEndpoint {
        let id = try WireID.webhookEndpoint(context.parameters.get("id"))
        guard let found = try await endpoints.find(id, of: context.user) else {
            throw Self.noEndpoint
        }
        return found
    }

    private static let noEndpoint = APIError.notFound("webhook endpoint")
}
