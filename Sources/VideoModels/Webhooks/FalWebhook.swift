import Crypto
package import Foundation
package import Outbound

/// fal's webhooks: Ed25519 over request, user, time and the body's hash, with keys from a JWKS.
/// Source: fal's documentation of webhooks; fal-client 1.0.
package actor FalWebhook: ProviderWebhook {
    package static let standardKeys = "https://rest.fal.ai/.well-known/jwks.json"

    private static let tolerance: TimeInterval = 300
    /// fal asks that keys be kept no longer than a day.
    private static let keyLifetime: TimeInterval = 86_400
    /// A signature that no key fits may mean new keys; but anybody can send one.
    private static let refreshPause: TimeInterval = 60

    private let fetch: @Sendable () async throws -> Data
    private var keys: [Curve25519.Signing.PublicKey] = []
    private var fetchedAt = Date.distantPast

    package init(keys address: URL, transport: Transport) {
        self.init { try await transport.send("GET", address).body }
    }

    /// - Parameter fetch: the key set as fal publishes it (RFC 7517); throws `OutboundError`.
    init(fetch: @escaping @Sendable () async throws -> Data) { self.fetch = fetch }

    package func verify(
        _ body: Data, headers: [String: String], now: Date
    ) async throws -> ProviderNews {
        guard let request = headers["x-fal-webhook-request-id"],
            let user = headers["x-fal-webhook-user-id"],
            let stamp = headers["x-fal-webhook-timestamp"], let time = Double(stamp),
            abs(now.timeIntervalSince1970 - time) <= Self.tolerance,
            let signature = headers["x-fal-webhook-signature"].flatMap(Data.init(hex:))
        else { throw WebhookRefusal.badSignature }
        let hash = SHA256.hash(data: body).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let message = Data([request, user, stamp, hash.joined()].joined(separator: "\n").utf8)
        guard try await isSigned(message, signature, now) else { throw WebhookRefusal.badSignature }
        // Something else than JSON is no event.
        let value = try? JSONDecoder().decode(JSONValue.self, from: body)
        guard let name = value?["request_id"]?.stringValue, !name.isEmpty else {
            throw WebhookRefusal.notAnEvent
        }
        return ProviderNews(event: "\(request)/\(stamp)", request: name)
    }

    private func isSigned(_ message: Data, _ signature: Data, _ now: Date) async throws -> Bool {
        if now.timeIntervalSince(fetchedAt) > Self.keyLifetime { try await fetchKeys(now) }
        if keys.contains(where: { $0.isValidSignature(signature, for: message) }) { return true }
        guard now.timeIntervalSince(fetchedAt) > Self.refreshPause else { return false }
        try await fetchKeys(now)
        return keys.contains { $0.isValidSignature(signature, for: message) }
    }

    private func fetchKeys(_ now: Date) async throws {
        do {
            let set = try JSONDecoder().decode(JSONValue.self, from: try await fetch())
            keys = (set["keys"]?.arrayValue ?? []).compactMap(Self.key)
            fetchedAt = now
        } catch is OutboundError {
            throw WebhookRefusal.keysUnavailable
        } catch is DecodingError {
            throw WebhookRefusal.keysUnavailable
        }
    }

    private static func key(_ value: JSONValue) -> Curve25519.Signing.PublicKey? {
        guard value["kty"]?.stringValue == "OKP", value["crv"]?.stringValue == "Ed25519",
            let text = value["x"]?.stringValue, let bytes = Data(base64URL: text)
        else { return nil }
        // A key of another length is none of fal's.
        return try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    }
}

extension Data {
    fileprivate init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count.isMultiple(of: 2), digits.count <= 256 else { return nil }
        var data = Data(capacity: digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
            guard pair.first != "+", let byte = UInt8(pair, radix: 16) else { return nil }
            data.append(byte)
        }
        self = data
    }

    fileprivate init?(base64URL text: String) {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.count % 4) % 4)
        self.init(base64Encoded: plain + padding)
    }
}
