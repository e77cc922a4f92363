import Foundation
import Testing

@testable import VideoModels

/// What an error means whatever it says, and how much of what it says is kept.
@Suite struct ProviderFaultTests {
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
