import Crypto
import Foundation
import Testing

@testable import VideoModels

@Suite struct WebhookTests {
    static let now = Date(timeIntervalSince1970: 1_763_800_000)
    static let body = Data(#"{"type":"video.completed","data":{"id":"video_1"}}"#.utf8)
    static let key = SymmetricKey(data: Data("a secret of some length".utf8))
    static let secret = "whsec_" + Data("a secret of some length".utf8).base64EncodedString()

    static func headers(
        at stamp: String = "1763800000", id: String = "evt_1", body: Data = body,
        key: SymmetricKey = key
    ) -> [String: String] {
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(id).\(stamp).".utf8) + body, using: key)
        return [
            "webhook-id": id, "webhook-timestamp": stamp,
            "webhook-signature": "v1," + Data(code).base64EncodedString(),
        ]
    }

    func verify(
        _ headers: [String: String], body: Data = body, secret: String = secret
    ) async throws -> ProviderNews {
        let webhook = try #require(StandardWebhook(secret: secret))
        return try await webhook.verify(body, headers: headers, now: Self.now)
    }

    @Test func `a signed event names its request`() async throws {
        let news = try await verify(Self.headers())
        #expect(news == ProviderNews(event: "evt_1", request: "video_1"))
    }

    @Test func `any of several signatures may fit`() async throws {
        var headers = Self.headers()
        headers["webhook-signature"] =
            "v1,AAAA v2,xyz " + (headers["webhook-signature"] ?? "")
        #expect(try await verify(headers).request == "video_1")
    }

    @Test func `nothing else is believed`() async throws {
        var forged = [
            [:], Self.headers(key: SymmetricKey(data: Data("another".utf8))),
            Self.headers(at: "1763799699"), Self.headers(at: "1763800301"),
            Self.headers(at: "now"), Self.headers(id: ""),
            Self.headers(body: Self.body + Data(" ".utf8)),
        ]
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            var headers = Self.headers()
            headers[name] = nil
            forged.append(headers)
        }
        var other = Self.headers()
        other["webhook-id"] = "evt_2"
        forged.append(other)
        for headers in forged {
            await #expect(throws: WebhookRefusal.badSignature, "\(headers)") {
                try await verify(headers)
            }
        }
        #expect(StandardWebhook(secret: "") == nil)
        #expect(StandardWebhook(secret: "whsec_") == nil)
        #expect(StandardWebhook(secret: "whsec_%%%") == nil)
    }

    @Test(arguments: [
        "{}", "nonsense", #"{"data":{}}"#, #"{"data":{"id":""}}"#, #"{"data":"video_1"}"#,
    ])
    func `what names no request is no event`(text: String) async {
        let body = Data(text.utf8)
        await #expect(throws: WebhookRefusal.notAnEvent) {
            try await verify(Self.headers(body: body), body: body)
        }
    }
}
