import Foundation
import Testing

@testable import VideoModels

/// fal's requests, as they come and as they are kept.
@Suite struct ProviderShapesTests {
    @Test func `fal's addresses survive being written down`() throws {
        let json = #"""
            {"request_id":"r-1","status":"IN_QUEUE","queue_position":3,
             "status_url":"https://queue.fal.run/a/b/requests/r-1/status",
             "response_url":"https://queue.fal.run/a/b/requests/r-1",
             "cancel_url":"https://queue.fal.run/a/b/requests/r-1/cancel"}
            """#
        let job = try #require(FalJob(ProviderReply(status: 200, json: json).body))
        #expect(FalJob(job.name) == job)
        #expect(job.name.value.hasPrefix("r-1 "), "webhooks speak of the first word")
        #expect(FalJob(ProviderJobID("r-1")) == nil)
        #expect(FalJob(ProviderReply(status: 200, json: #"{"request_id":"r"}"#).body) == nil)
    }
}
