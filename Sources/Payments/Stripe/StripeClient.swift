package import Foundation
package import Outbound

/// Stripe's API, as far as selling packs needs it.
package struct StripeClient: Sendable {
    /// What every request asks for, so that answers keep their shape.
    static let version = "2026-10-28.endive"
    /// `STRIPE_API_BASE` when it is not set.
    package static let standardBase = "https://api.stripe.com"

    /// Tries of a request that did no work: refused for its rate, out of reach, or meeting its own
    /// twin. All requests may be repeated: reading changes nothing, and writing carries a key.
    private static let tries = 4
    /// Somebody is waiting: what cannot be reached twice is out of reach.
    private static let connectionTries = 2
    private static let firstPause = Duration.milliseconds(250)
    private static let limits = Transport.Limits(whole: .seconds(20), bytes: 8_000_000)
    /// Items of a page; Stripe gives no more.
    private static let pageSize = 100

    private let key: String
    private let base: URL
    private let transport: Transport

    /// - Parameter key: `sk_…` or `rk_…`. It never reaches a log or an error.
    package init(key: String, base: URL, transport: Transport) {
        self.key = key
        self.base = base
        self.transport = transport
    }

    // MARK: Checkout sessions

    /// Opens a checkout session, once for each key.
    /// - Throws: `StripeError`.
    func openSession(_ form: StripeForm, idempotencyKey: String) async throws -> StripeSession {
        try await send(
            "POST", "checkout/sessions", headers: ["Idempotency-Key": idempotencyKey],
            body: Data(form.encoded.utf8))
    }

    /// - Throws: `StripeError`.
    func session(_ id: String) async throws -> StripeSession {
        try await send("GET", "checkout/sessions/" + StripePath.escape(id))
    }

    /// The sessions that were paid with a payment intent: one, or none.
    /// - Throws: `StripeError`.
    func sessions(paidWith payment: String) async throws -> [StripeSession] {
        let list: StripeList<StripeSession> = try await send(
            "GET", "checkout/sessions", query: [("payment_intent", payment)])
        return list.data
    }

    /// Looks whether the key is taken.
    /// - Throws: `StripeError`.
    package func probe() async throws {
        let _: StripeList<StripeSession> = try await send(
            "GET", "checkout/sessions", query: [("limit", "1")])
    }

    // MARK: Lists

    /// One page of a list, newest first.
    /// - Parameters:
    ///   - since: only what was made at that time or later.
    ///   - last: the id of the last item of the page before.
    /// - Throws: `StripeError`.
    func page<Item: Decodable & Sendable>(
        _ path: String, since: Date, after last: String?, where filters: [(String, String)] = []
    ) async throws -> StripeList<Item> {
        try await send("GET", path, query: filters + Self.paging(since, last))
    }

    /// One page of the events that our endpoint did not take, newest first, each with its JSON.
    /// - Throws: `StripeError`.
    func undeliveredEvents(
        since: Date, after last: String?
    ) async throws -> (events: [(event: StripeEvent, body: Data)], hasMore: Bool) {
        var query = StripeEvent.subscriptions.map { ("types[]", $0) }
        query.append(("delivery_success", "false"))
        query += Self.paging(since, last)
        let answer = try await answer("GET", url("events", query), [:], nil)
        guard answer.status == 200 else { throw StripeError(answer) }
        // Whatever is wrong with it, it is not the list that was asked for.
        guard let page = try? JSONSerialization.jsonObject(with: answer.body) as? [String: Any],
            let items = page["data"] as? [[String: Any]]
        else { throw StripeError.unreadable(request: answer.headers["request-id"]) }
        let events = try items.map { item in
            let body = try JSONSerialization.data(withJSONObject: item)
            return (try JSONDecoder.stripe.decode(StripeEvent.self, from: body), body)
        }
        return (events, page["has_more"] as? Bool ?? false)
    }

    private static func paging(_ since: Date, _ last: String?) -> [(String, String)] {
        let start = ("created[gte]", String(Int(since.timeIntervalSince1970)))
        let size = ("limit", String(pageSize))
        return [start, size] + (last.map { [("starting_after", $0)] } ?? [])
    }

    // MARK: Requests

    private func send<Reply: Decodable>(
        _ method: String, _ path: String, query: [(String, String)] = [],
        headers: [String: String] = [:], body: Data? = nil
    ) async throws -> Reply {
        let answer = try await answer(method, url(path, query), headers, body)
        guard answer.status == 200 else { throw StripeError(answer) }
        do {
            return try JSONDecoder.stripe.decode(Reply.self, from: answer.body)
        } catch {
            throw StripeError.unreadable(request: answer.headers["request-id"])
        }
    }

    private func url(_ path: String, _ query: [(String, String)]) -> URL {
        var url = base.appending(path: "v1").appending(path: path)
        if !query.isEmpty {
            url.append(queryItems: query.map { URLQueryItem(name: $0.0, value: $0.1) })
        }
        return url
    }

    private func answer(
        _ method: String, _ url: URL, _ headers: [String: String], _ body: Data?
    ) async throws -> Transport.Answer {
        var fields = headers
        fields["Authorization"] = "Bearer \(key)"
        fields["Stripe-Version"] = Self.version
        if body != nil { fields["Content-Type"] = "application/x-www-form-urlencoded" }
        var pause = Self.firstPause
        for attempt in 1... {
            do {
                let answer = try await transport.send(
                    method, url, headers: fields, body: body, limits: Self.limits)
                // 409: a request with the same key is still under way. 429: too many at once.
                let isTooEarly = answer.status == 409 || answer.status == 429
                if !isTooEarly || attempt == Self.tries { return answer }
            } catch let error as OutboundError where attempt >= Self.connectionTries {
                throw StripeError.unreachable("\(error)")
            } catch is OutboundError {
                // It may have arrived: the key makes the next try the same request.
            }
            try await Task.sleep(for: pause)
            pause *= 2
        }
        throw StripeError.unreachable("no try was left")
    }
}

/// Why Stripe did not do what it was asked.
package enum StripeError: Error, Equatable {
    /// Whether the request was carried out is unknown.
    case unreachable(String)
    /// Stripe's answer: its `type` and `code` are names, never a person's data.
    case refused(status: Int, type: String?, code: String?, request: String?)
    /// 200 with something that is not the object asked for.
    case unreadable(request: String?)

    private struct Body: Decodable {
        let error: Content

        struct Content: Decodable {
            let type: String?
            let code: String?
        }
    }

    init(_ answer: Transport.Answer) {
        // An answer that is not Stripe's own is told by its status alone.
        let content = try? JSONDecoder().decode(Body.self, from: answer.body).error
        self = .refused(
            status: answer.status, type: content?.type, code: content?.code,
            request: answer.headers["request-id"])
    }
}

extension StripeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): "Stripe: \(reason)"
        case .refused(let status, let type, let code, let request):
            "Stripe answered \(status) \(type ?? "") \(code ?? ""), request \(request ?? "unknown")"
        case .unreadable(let request):
            "Stripe's answer cannot be read, request \(request ?? "unknown")"
        }
    }
}

enum StripePath {
    /// Ids are letters, digits and underscores; anything else is escaped.
    static func escape(_ id: String) -> String {
        id.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["_"])) ?? ""
    }
}
