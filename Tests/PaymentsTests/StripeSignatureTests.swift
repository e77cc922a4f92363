import Foundation
import Payments
import Testing

@Suite struct StripeSignatureTests {
    let secret = "whsec_test_secret"
    let time = Date(timeIntervalSince1970: 1_763_800_000)
    let body = Data(
        #"{"id":"evt_1","object":"event","type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session"}}}"#
            .utf8)
    let signature = "23fc108d1b863905b198a1bfa305418303d9a2a9d3cdcdff079f08102b7af7b3"

    func isValid(
        _ header: String, body: Data? = nil, secrets: [String]? = nil, now: Date? = nil
    ) -> Bool {
        StripeSignature.isValid(
            header, body: body ?? self.body, secrets: secrets ?? [secret], now: now ?? time)
    }

    @Test func `Stripe's own test vector is accepted`() {
        #expect(isValid("t=1763800000,v1=\(signature)"))
        #expect(
            StripeSignature.header(for: body, secret: secret, at: time)
                == "t=1763800000,v1=\(signature)")
    }

    @Test func `any v1 and any secret may fit, while one is being rolled`() {
        let wrong = String(repeating: "0", count: 64)
        #expect(isValid("t=1763800000,v1=\(wrong),v1=\(signature),v0=abc"))
        #expect(isValid("t=1763800000, v1=\(signature)", secrets: ["whsec_new", secret]))
    }

    @Test func `nothing else is accepted`() {
        let headers = [
            "", "t=1763800000", "v1=\(signature)", "t=1763800000,v0=\(signature)",
            "t=abc,v1=\(signature)", "t=1763800000,t=1763800000,v1=\(signature)",
            "t=1763800001,v1=\(signature)", "t=1763800000,v1=\(signature.dropLast())",
            "t=1763800000,v1=\(String(repeating: "+", count: 64))", "garbage",
        ]
        for header in headers { #expect(!isValid(header), "\(header)") }
        let good = "t=1763800000,v1=\(signature)"
        #expect(!isValid(good, body: body + Data(" ".utf8)))
        #expect(!isValid(good, secrets: ["whsec_other"]))
        #expect(!isValid(good, secrets: [""]))
        #expect(!isValid(good, secrets: []))
    }

    @Test func `too old and too far ahead are refused`() {
        let header = "t=1763800000,v1=\(signature)"
        #expect(isValid(header, now: time + 300))
        #expect(!isValid(header, now: time + 301))
        #expect(isValid(header, now: time - 300))
        #expect(!isValid(header, now: time - 301))
    }
}
