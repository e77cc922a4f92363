import Foundation
import Hummingbird
import Identity
import Postgres
import Studio

/// A person's keys for programs.
struct APIKeysController {
    /// More can never be spent in a month, and fits every integer.
    private static let creditLimitMaximum = 1_000_000_000
    private static let bodyLimit = 10_000

    let keys: APIKeys

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.get("api_keys", use: list)
            .post("api_keys", use: make)
            .delete("api_keys/{id}", use: revoke)
    }

    struct KeyReply: Encodable {
        let key: APIKey
        /// Only when it is made.
        let text: String?

        init(_ key: APIKey, text: String? = nil) {
            self.key = key
            self.text = text
        }

        private enum CodingKeys: String, CodingKey {
            case id, object, name, hint, scopes, key
            case monthlyCreditLimit = "monthly_credit_limit"
            case expiresAt = "expires_at"
            case createdAt = "created_at"
            case lastUsedAt = "last_used_at"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(WireID.apiKey(key.id), forKey: .id)
            try container.encode("api_key", forKey: .object)
            try container.encode(key.name, forKey: .name)
            try container.encode(key.hint, forKey: .hint)
            try container.encode(key.scopes.map(\.rawValue).sorted(), forKey: .scopes)
            try container.encode(key.monthlyCreditLimit, forKey: .monthlyCreditLimit)
            try container.encode(key.expiresAt?.unixSeconds, forKey: .expiresAt)
            try container.encode(key.createdAt.unixSeconds, forKey: .createdAt)
            try container.encode(key.lastUsedAt?.unixSeconds, forKey: .lastUsedAt)
            try container.encodeIfPresent(text, forKey: .key)
        }
    }

    private struct KeyList: Encodable {
        let object = "list"
        let data: [KeyReply]
    }

    @Sendable func list(_ request: Request, _ context: StudioContext) async throws -> Response {
        let found = try await keys.list(of: context.user)
        return try JSONReply(
            KeyList(data: found.map { KeyReply($0) })
        ).response(headers: .private)
    }

    private struct KeyRequest: Decodable {
        let name: String
        let scopes: [String]?
        /// As written: a number that is not whole is this field's fault, not the JSON's.
        let monthlyCreditLimit: Double?
        let expiresAt: Double?

        private enum CodingKeys: String, CodingKey {
            case name, scopes
            case monthlyCreditLimit = "monthly_credit_limit"
            case expiresAt = "expires_at"
        }

        /// - Throws: `APIError` `invalid_request` that names the field.
        func plan(at now: Date) throws -> APIKeyPlan {
            let name = name.singleLine
            guard (1...APIKeyPlan.nameLimit).contains(name.count) else {
                throw APIError.invalid(
                    "name", "name must have 1 to \(APIKeyPlan.nameLimit) characters.")
            }
            return APIKeyPlan(
                name: name, scopes: try chosenScopes(),
                monthlyCreditLimit: try chosenLimit(), expiresAt: try chosenEnd(after: now))
        }

        private func chosenLimit() throws -> Int? {
            guard let monthlyCreditLimit else { return nil }
            let most = APIKeysController.creditLimitMaximum
            guard let limit = Int(exactly: monthlyCreditLimit), (0...most).contains(limit) else {
                throw APIError.invalid(
                    "monthly_credit_limit",
                    "monthly_credit_limit must be a whole number from 0 to \(most).")
            }
            return limit
        }

        private func chosenScopes() throws -> Set<APIKey.Scope> {
            guard let scopes else { return Set(APIKey.Scope.allCases) }
            let known = APIKey.Scope.allCases.map(\.rawValue).joined(separator: ", ")
            let chosen = try scopes.map { name in
                guard let scope = APIKey.Scope(rawValue: name) else {
                    throw APIError.invalid("scopes", "scopes must be some of \(known).")
                }
                return scope
            }
            guard !chosen.isEmpty else {
                throw APIError.invalid("scopes", "scopes must be some of \(known).")
            }
            return Set(chosen)
        }

        private func chosenEnd(after now: Date) throws -> Date? {
            guard let expiresAt else { return nil }
            let end = Date(timeIntervalSince1970: expiresAt)
            guard end > now, end < now.addingTimeInterval(APIKeysController.longestLife) else {
                throw APIError.invalid(
                    "expires_at",
                    "expires_at must be a time in the next ten years, in unix seconds.")
            }
            return end
        }
    }

    /// Further ahead is a mistake in the unit.
    private static let longestLife: TimeInterval = 10 * 366 * 86_400

    @Sendable func make(_ request: Request, _ context: StudioContext) async throws -> Response {
        let body = try await request.wholeBody(limit: Self.bodyLimit)
        let plan = try JSONDecoder().decode(KeyRequest.self, from: body).plan(at: Date())
        do {
            let (key, text) = try await keys.make(plan, for: context.user)
            return try JSONReply(
                KeyReply(key, text: text), status: .created
            ).response(headers: .private)
        } catch is APIKeys.TooMany {
            throw APIError.invalid(
                nil, "You have \(APIKeys.limit) keys. Revoke one that is not used any more.")
        }
    }

    @Sendable func revoke(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.apiKey(context.parameters.get("id"))
        guard try await keys.revoke(id, of: context.user) else {
            throw APIError.notFound("API key")
        }
        return try JSONReply(DeletedReply(id: WireID.apiKey(id), object: "api_key")).response()
    }
}
