import Foundation
import Testing

@testable import VideoModels

/// Video objects as servers really send them.
@Suite struct VideosJobTests {
    static func job(_ json: String) -> VideosJob? {
        VideosJob(ProviderReply(status: 200, json: json).body)
    }

    @Test(
        arguments: [
            // OpenAI: the whole object, and the short one of its guide.
            (
                #"""
                {"id":"video_1","object":"video","model":"sora-2","status":"in_progress","progress":42,
                 "created_at":1758941485,"completed_at":null,"expires_at":null,"prompt":null,
                 "size":"720x1280","seconds":"8","remixed_from_video_id":null,"error":null}
                """#, VideosJob.State.running, 0.42
            ),
            (#"{"id":"video_1","status":"queued","progress":0}"#, .waiting, 0),
            // LiteLLM: words of others, and an id of base64.
            (#"{"id":"video_bGl0ZWxsbTo=","status":"processing","usage":{}}"#, .running, nil),
            // New API: capitals, odd words, another name for the id.
            (#"{"task_id":"t1","status":"NOT_START"}"#, .waiting, nil),
            (#"{"id":"t1","status":"SUCCESS","progress":"100"}"#, .completed, 1),
            (#"{"id":"t1","status":""}"#, .waiting, nil),
            (#"{"id":"t1","status":"unknown","created_at":0}"#, .waiting, nil),
            // vLLM-Omni and SGLang.
            (
                #"{"id":"video_gen_1","status":"failed","error":{"message":"oom","code":500}}"#,
                .failed, nil
            ),
            (#"{"id":"v","status":"deleted"}"#, .failed, nil),
            (#"{"id":"v","status":"failed","error":{"message":"x"}}"#, .failed, nil),
            // A word nobody knows.
            (#"{"id":"v","status":"polishing","progress":99.5}"#, .running, 0.995),
        ] as [(String, VideosJob.State, Double?)])
    func `every server's words mean one of four things`(
        json: String, state: VideosJob.State, progress: Double?
    ) throws {
        let job = try #require(Self.job(json))
        #expect(job.state == state)
        #expect(job.progress == progress)
    }

    @Test(arguments: [
        "", "nonsense", "[]", "{}", #"{"id":"v"}"#, #"{"status":"queued"}"#,
        #"{"id":"","status":"queued"}"#, #"{"id":7,"status":"queued"}"#, #"{"error":"x"}"#,
    ])
    func `what has no id and status is no Video`(json: String) {
        #expect(Self.job(json) == nil)
    }

    @Test(arguments: [
        #"{"id":"v","status":"completed","url":"https://a.example/x.mp4"}"#,
        #"{"id":"v","status":"completed","video_url":"https://a.example/x.mp4"}"#,
        #"{"id":"v","status":"completed","metadata":{"url":"https://a.example/x.mp4"}}"#,
        #"{"id":"v","status":"completed","url":"","urls":["https://a.example/x.mp4"]}"#,
        #"{"id":"v","status":"completed","unsigned_urls":["https://a.example/x.mp4"]}"#,
    ])
    func `the clip's address is found wherever it stands`(json: String) {
        #expect(Self.job(json)?.clipURL?.absoluteString == "https://a.example/x.mp4")
    }

    @Test func `a cost is read where one is told`() {
        let job = Self.job(#"{"id":"v","status":"completed","usage":{"cost":0.8}}"#)
        #expect(job?.cost == ProviderCost(amount: 0.8, unit: "usd"))
    }

    @Test(arguments: [("video", true), ("VIDEO", false), ("", false)])
    func `only what begins as a clip is taken for one`(text: String, isClip: Bool) {
        let data = Data([0, 0, 0, 24]) + Data((isClip ? "ftyp" : "html").utf8) + Data(count: 20)
        #expect(data.isMP4 == isClip)
        #expect(!Data("ftyp".utf8).isMP4)
    }
}
