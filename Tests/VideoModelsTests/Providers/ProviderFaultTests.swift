import Foundation
import Outbound
import Testing

@testable import VideoModels

/// Errors as providers really word them, and what they mean for a job and its credits.
@Suite struct ProviderFaultTests {
    struct Case: CustomTestStringConvertible {
        let status: Int
        let json: String
        let reason: VideoModelError.Reason
        var headers: [String: String] = [:]
        var testDescription: String { "\(status) \(json.prefix(60))" }
    }

    static let refusals: [Case] = [
        // OpenAI's envelope.
        Case(
            status: 400,
            json: #"""
                {"error":{"message":"Inpaint image must match the requested width and height",
                 "type":"invalid_request_error","param":null,"code":null}}
                """#, reason: .failed),
        Case(
            status: 400,
            json: #"{"error":{"message":"Your request was blocked","code":"moderation_blocked"}}"#,
            reason: .rejected),
        Case(
            status: 429, json: #"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#,
            reason: .notStarted(retryAfter: .seconds(7)), headers: ["retry-after": "7"]),
        Case(
            status: 429, json: #"{"error":{"message":"x","code":"rate_limit_exceeded"}}"#,
            reason: .notStarted(retryAfter: .milliseconds(1500)),
            headers: ["retry-after-ms": "1500"]),
        // Looks like a rate limit, and no waiting helps.
        Case(
            status: 429,
            json: #"{"error":{"message":"You exceeded …","type":"insufficient_quota"}}"#,
            reason: .unavailable),
        Case(
            status: 400, json: #"{"error":{"message":"x","code":"billing_hard_limit_reached"}}"#,
            reason: .unavailable),
        Case(
            status: 401, json: #"{"error":{"message":"Incorrect API key"}}"#, reason: .unavailable),
        Case(
            status: 404, json: #"{"error":{"code":"model_not_found","message":"no"}}"#,
            reason: .unavailable),
        Case(status: 410, json: "", reason: .unavailable),
        // FastAPI: vLLM-Omni, SGLang.
        Case(status: 400, json: #"{"detail":"Model mismatch"}"#, reason: .failed),
        Case(
            status: 422, json: #"{"detail":[{"loc":["body","size"],"msg":"bad","type":"value"}]}"#,
            reason: .failed),
        Case(
            status: 422,
            json: #"{"detail":[{"loc":["body"],"msg":"x","type":"content_policy_violation"}]}"#,
            reason: .rejected),
        // New API.
        Case(
            status: 503, json: #"{"code":"fail","message":"channel busy","data":null}"#,
            reason: .notStarted(retryAfter: nil)),
        // fal.
        Case(
            status: 403, json: #"{"detail":"User is locked. Reason: Exhausted balance."}"#,
            reason: .unavailable),
        // Google's front end, as an object and as a list.
        Case(
            status: 429,
            json: #"[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED"}}]"#,
            reason: .notStarted(retryAfter: nil)),
        Case(
            status: 400,
            json: #"{"error":{"code":400,"message":"no","status":"PROHIBITED_CONTENT"}}"#,
            reason: .rejected),
        Case(
            status: 400,
            json: #"{"error":{"message":"The prompt was blocked due to safety settings"}}"#,
            reason: .rejected),
        // Runway.
        Case(status: 400, json: #"{"error":"Validation of body failed"}"#, reason: .failed),
        // Anything may have happened.
        Case(status: 500, json: "<html>", reason: .unknownOutcome),
        Case(status: 502, json: "", reason: .unknownOutcome),
        Case(status: 504, json: "{}", reason: .unknownOutcome),
        Case(status: 408, json: "{}", reason: .unknownOutcome),
    ]

    @Test(arguments: refusals) func `a refused create means what its words say`(row: Case) {
        let reply = ProviderReply(status: row.status, headers: row.headers, json: row.json)
        #expect(ProviderHost.refusal(reply).reason == row.reason)
    }

    @Test func `only proof counts as proof`() {
        // Everything that sends a job back to the queue says that nothing was created.
        for row in Self.refusals {
            guard case .notStarted = row.reason else { continue }
            #expect([429, 503].contains(row.status))
        }
    }

    @Test(arguments: [
        (404, VideoModelError.Reason.notFound), (410, .notFound), (401, .unavailable),
        (403, .unavailable), (429, .transient), (500, .transient), (400, .transient),
    ])
    func `an unanswered question is asked again, unless the clip is gone`(
        status: Int, reason: VideoModelError.Reason
    ) {
        let reply = ProviderReply(status: status, json: #"{"error":"x"}"#)
        #expect(ProviderHost.pollFault(reply).reason == reason)
    }

    @Test func `a page of HTML is cut short`() {
        let reply = ProviderReply(status: 500, json: String(repeating: "<p>", count: 9_000))
        #expect(ProviderFault(reply).message.count <= 300)
    }

    @Test func `a pause is bounded, in seconds, milliseconds and dates`() throws {
        func pause(_ headers: [String: String]) -> Duration? {
            ProviderReply(status: 429, headers: headers, json: "").retryAfter
        }
        #expect(pause(["retry-after": "12"]) == .seconds(12))
        #expect(pause(["retry-after": "999999"]) == .seconds(300))
        #expect(pause(["retry-after": "-5"]) == .seconds(0))
        #expect(pause(["retry-after": "soon"]) == nil)
        #expect(pause([:]) == nil)
        let date = try #require(pause(["retry-after": "Mon, 23 Nov 2099 00:00:00 GMT"]))
        #expect(date == .seconds(300))
    }
}
