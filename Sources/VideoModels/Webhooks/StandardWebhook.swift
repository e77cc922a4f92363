import Crypto
package import Foundation

/// Standard Webhooks, as OpenAI's Videos API, Gemini and others sign: HMAC-SHA256 over
/// `id.timestamp.body`, base64, any of several signatures.
/// Source: standardwebhooks.com; openai-python, `lib/_webhooks.py`.
package struct StandardWebhook: ProviderWebhook {
    private static let tolerance: TimeInterval = 300

    private let key: SymmetricKey

    /// - Parameter secret: `whsec_` and base64, or any other text as it is. `nil` when it is empty.
    package init?(secret: String) {
        let prefix = "whsec_"
        let bytes =
            secret.hasPrefix(prefix)
            ? Data(base64Encoded: String(secret.dropFirst(prefix.count))) : Data(secret.utf8)
        guard let bytes, !bytes.isEmpty else { return nil }
        key = SymmetricKey(data: bytes)
    }

    package func verify(
        _ body: Data, headers: [String: String], now: Date
    ) async throws -> ProviderNews {
        guard let id = headers["webhook-id"], !id.isEmpty,
            let stamp = headers["webhook-timestamp"], let time = Double(stamp),
            abs(now.timeIntervalSince1970 - time) <= Self.tolerance,
            let signatures = headers["webhook-signature"]
        else { throw WebhookRefusal.badSignature }
        let signed = Data("\(id).\(stamp).".utf8) + body
        let isSigned = signatures.split(separator: " ").contains { signature in
            guard signature.hasPrefix("v1,"),
                let code = Data(base64Encoded: String(signature.dropFirst(3)))
            else { return false }
            return HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: signed, using: key)
        }
        guard isSigned else { throw WebhookRefusal.badSignature }
        guard let request = Self.request(in: body) else { throw WebhookRefusal.notAnEvent }
        return ProviderNews(event: id, request: request)
    }

    /// `{"type","data":{"id"}}`; Gemini names the interaction in several places.
    private static func request(in body: Data) -> String? {
        // Something else than JSON is no event.
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: body) else { return nil }
        let data = value["data"]
        let places = [data?["id"], data?["interaction"]?["id"], data?["interaction_id"]]
        return places.compactMap { $0?.stringValue }.first { !$0.isEmpty }
    }
}
