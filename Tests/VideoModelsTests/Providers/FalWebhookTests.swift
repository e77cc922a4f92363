import Crypto
import Foundation
import Outbound
import Synchronization
import Testing

@testable import VideoModels

@Suite struct FalWebhookTests {
    typealias Key = Curve25519.Signing.PrivateKey

    static let now = Date(timeIntervalSince1970: 1_763_800_000)
    static let body = Data(#"{"request_id":"req_1","status":"OK"}"#.utf8)

    /// fal as far as keys go: what it publishes, and how often it was asked.
    final class KeyServer: Sendable {
        private let state: Mutex<(set: String?, asked: Int)>

        init(_ keys: [Key]) { state = Mutex((Self.set(keys), 0)) }

        var asked: Int { state.withLock { $0.asked } }

        func publish(_ keys: [Key]) { state.withLock { $0.set = Self.set(keys) } }
        func publish(_ text: String?) { state.withLock { $0.set = text } }

        func answer() throws -> Data {
            try state.withLock { state in
                state.asked += 1
                guard let set = state.set else { throw OutboundError.timedOut }
                return Data(set.utf8)
            }
        }

        static func set(_ keys: [Key]) -> String {
            let entries = keys.map { key in
                let x = key.publicKey.rawRepresentation.base64EncodedString()
                    .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
                return #"{"kty":"OKP","crv":"Ed25519","x":"\#(x)"}"#
            }
            let others = [#"{"kty":"RSA","n":"AQAB"}"#, #"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#]
            return #"{"keys":[\#((others + entries).joined(separator: ","))]}"#
        }
    }

    static func headers(
        signedBy key: Key, at stamp: String = "1763800000", body: Data = body
    ) throws -> [String: String] {
        let hash = SHA256.hash(data: body).map { String(format: "%02x", $0) }.joined()
        let message = ["hook_1", "user_1", stamp, hash].joined(separator: "\n")
        let signature = try key.signature(for: Data(message.utf8))
        return [
            "x-fal-webhook-request-id": "hook_1", "x-fal-webhook-user-id": "user_1",
            "x-fal-webhook-timestamp": stamp,
            "x-fal-webhook-signature": signature.map { String(format: "%02x", $0) }.joined(),
        ]
    }

    /// Has the body verified as if it were signed and sent so many seconds later.
    func verify(
        _ key: Key, after seconds: TimeInterval, by webhook: FalWebhook
    ) async throws {
        let now = Self.now + seconds
        let stamp = String(Int(now.timeIntervalSince1970))
        _ = try await webhook.verify(
            Self.body, headers: try Self.headers(signedBy: key, at: stamp), now: now)
    }

    func webhook(_ server: KeyServer) -> FalWebhook { FalWebhook { try server.answer() } }

    @Test func `what one of fal's keys has signed names its request`() async throws {
        let keys = [Key(), Key()]
        let webhook = webhook(KeyServer(keys))
        for key in keys {
            let news = try await webhook.verify(
                Self.body, headers: try Self.headers(signedBy: key), now: Self.now)
            #expect(news == ProviderNews(event: "hook_1/1763800000", request: "req_1"))
        }
    }

    @Test func `nothing else is believed`() async throws {
        let key = Key()
        let webhook = webhook(KeyServer([key]))
        let good = try Self.headers(signedBy: key)
        var forged = [
            [:], try Self.headers(signedBy: Key()),
            try Self.headers(signedBy: key, body: Self.body + Data(" ".utf8)),
            try Self.headers(signedBy: key, at: "1763799699"),
            try Self.headers(signedBy: key, at: "1763800301"),
            try Self.headers(signedBy: key, at: "today"),
        ]
        for name in good.keys {
            var missing = good
            missing[name] = nil
            forged.append(missing)
            var other = good
            other[name] = name.hasSuffix("timestamp") ? "1763800001" : "00"
            forged.append(other)
        }
        for headers in forged {
            await #expect(throws: WebhookRefusal.badSignature, "\(headers)") {
                try await webhook.verify(Self.body, headers: headers, now: Self.now)
            }
        }
    }

    @Test func `keys are kept for a day, and then asked for again`() async throws {
        let (old, new) = (Key(), Key())
        let server = KeyServer([old])
        let webhook = webhook(server)
        func verify(_ key: Key, after seconds: TimeInterval) async throws {
            try await self.verify(key, after: seconds, by: webhook)
        }
        try await verify(old, after: 0)
        try await verify(old, after: 86_000)
        #expect(server.asked == 1)
        server.publish([new])
        await #expect(throws: WebhookRefusal.badSignature) { try await verify(old, after: 86_500) }
        try await verify(new, after: 86_500)
        #expect(server.asked == 2)
    }

    @Test func `an unknown key makes us look for new ones, once a minute at most`() async throws {
        let (old, new) = (Key(), Key())
        let server = KeyServer([old])
        let webhook = webhook(server)
        func verify(_ key: Key, after seconds: TimeInterval) async throws {
            try await self.verify(key, after: seconds, by: webhook)
        }
        try await verify(old, after: 0)
        server.publish([old, new])
        for _ in 0..<5 {
            await #expect(throws: WebhookRefusal.badSignature) { try await verify(new, after: 30) }
        }
        #expect(server.asked == 1)
        try await verify(new, after: 61)
        #expect(server.asked == 2)
    }

    @Test(arguments: [nil, "<html>"])
    func `without keys nobody can tell`(answer: String?) async throws {
        let key = Key()
        let server = KeyServer([key])
        server.publish(answer)
        let webhook = webhook(server)
        let headers = try Self.headers(signedBy: key)
        await #expect(throws: WebhookRefusal.keysUnavailable) {
            try await webhook.verify(Self.body, headers: headers, now: Self.now)
        }
        server.publish([key])
        _ = try await webhook.verify(Self.body, headers: headers, now: Self.now)
    }

    @Test func `signed, and about nothing we know of`() async throws {
        let key = Key()
        let webhook = webhook(KeyServer([key]))
        for text in ["{}", "nonsense", #"{"request_id":""}"#] {
            let body = Data(text.utf8)
            await #expect(throws: WebhookRefusal.notAnEvent) {
                try await webhook.verify(
                    body, headers: try Self.headers(signedBy: key, body: body), now: Self.now)
            }
        }
    }
}
