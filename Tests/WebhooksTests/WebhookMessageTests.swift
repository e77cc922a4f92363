import Foundation
import Testing

@testable import Outbound
@testable import Webhooks

@Suite struct WebhookMessageTests {
    /// The example of the Standard Webhooks specification's own libraries.
    @Test func `a signature is the one that the specification's libraries make`() throws {
        let key = try #require(Data(base64Encoded: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let body = Data(#"{"test": 2432232314}"#.utf8)
        let signature = WebhookSecret(key).signature(
            of: body, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `a new secret is random and as receivers read it`() {
        let (one, other) = (WebhookSecret.new(), WebhookSecret.new())
        #expect(one.bytes != other.bytes && one.bytes.count == 32)
        #expect(one.text.hasPrefix("whsec_"))
        #expect(Data(base64Encoded: String(one.text.dropFirst(6))) == one.bytes)
    }

    @Test(arguments: [
        "http://example.com/", "https://127.0.0.1/", "https://[fd00::1]/", "https://127.1/",
        "https://2130706433/", "https://localhost/", "https://a.internal/", "https://intranet/",
        "https://u@example.com/", "https://example.com/#a", "/hook", "https:///hook",
    ])
    func `an address that cannot be public is refused`(text: String) {
        #expect(throws: WebhookAddress.Refusal.self) {
            try WebhookAddress(text, trusted: TrustedHosts())
        }
    }

    @Test func `a public address and one of the operator's are taken`() throws {
        let trusted = TrustedHosts(["hooks.internal:8080", "10.0.0.7"])
        for text in [
            "https://example.com/hook?a=1", "https://93.184.216.34:8443/",
            "https://xn--bcher-kva.example/",
            "http://hooks.internal:8080/x", "http://10.0.0.7/", "https://10.0.0.7:9/",
        ] {
            #expect(try WebhookAddress(text, trusted: trusted).url.absoluteString == text)
        }
        #expect(throws: WebhookAddress.Refusal.self) {
            try WebhookAddress("http://hooks.internal:8081/", trusted: trusted)
        }
    }

    @Test func `names are looked up where they lead`() async throws {
        #expect(try await AddressGuard.leadsToPublic("localhost") == false)
        #expect(try await AddressGuard.leadsToPublic("127.1") == false)
        #expect(try await AddressGuard.leadsToPublic("93.184.216.34"))
        await #expect(throws: OutboundError.self) {
            try await AddressGuard.leadsToPublic("nobody.invalid")
        }
    }
}
