import Foundation
import Testing

@testable import VideoModels

/// Gemini's interactions and fal's requests, as they come.
@Suite struct ProviderShapesTests {
    static func interaction(_ json: String) -> GeminiInteraction? {
        GeminiInteraction(ProviderReply(status: 200, json: json).body)
    }

    static let clip = #"""
        {"id":"i1","status":"completed","steps":[{"type":"model_output","content":[
          {"type":"text","text":"Here it is."},
          {"type":"video","uri":"https://g.example/f:download?alt=media","mime_type":"video/mp4"}]}],
         "usage":{"output_tokens_by_modality":[{"modality":"video","tokens":46336}]}}
        """#

    @Test func `a finished interaction has its clip in a step`() throws {
        let found = try #require(Self.interaction(Self.clip))
        #expect(found.state == .completed)
        #expect(found.wasBilled)
        let url = try #require(URL(string: "https://g.example/f:download?alt=media"))
        #expect(found.clip == .address(url))
    }

    @Test func `a clip may stand in the answer itself`() throws {
        let json = #"""
            {"id":"i1","status":"completed","steps":[{"content":[{"type":"video","data":"AAEC"}]}]}
            """#
        #expect(Self.interaction(json)?.clip == .inline(Data([0, 1, 2])))
    }

    @Test func `text alone is a refusal that was not billed`() throws {
        let json = #"""
            {"id":"i1","status":"completed","usage":{"output_tokens_by_modality":[
              {"modality":"text","tokens":12}]},
             "steps":[{"type":"model_output","content":[{"type":"text","text":"I can't."}]}]}
            """#
        let found = try #require(Self.interaction(json))
        #expect(found.clip == nil && !found.wasBilled && found.state == .completed)
    }

    @Test(arguments: [
        ("queued", GeminiInteraction.State.running), ("in_progress", .running),
        ("requires_action", .running), ("requires_continuation", .running),
        ("completed", .completed), ("failed", .failed), ("cancelled", .failed),
        ("incomplete", .failed), ("budget_exceeded", .failed), ("something_new", .running),
    ])
    func `every status of Gemini's`(status: String, state: GeminiInteraction.State) {
        #expect(Self.interaction(#"{"id":"i","status":"\#(status)"}"#)?.state == state)
    }

    @Test func `Gemini's errors keep their codes`() {
        let json = #"""
            {"id":"i","status":"failed","errors":[{"code":"SAFETY","message":"declined"}]}
            """#
        #expect(Self.interaction(json)?.fault?.isRefusal == true)
        let budget = Self.interaction(#"{"id":"i","status":"budget_exceeded"}"#)
        #expect(budget?.fault?.isQuota == true)
    }

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
