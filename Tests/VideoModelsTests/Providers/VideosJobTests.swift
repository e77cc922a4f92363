import Foundation
import Testing

@testable import VideoModels

/// What is taken for a Video, and for a clip.
@Suite struct VideosJobTests {
    static func job(_ json: String) -> VideosJob? {
        VideosJob(ProviderReply(status: 200, json: json).body)
    }

    @Test(arguments: [
        "", "nonsense", "[]", "{}", #"{"id":"v"}"#, #"{"status":"queued"}"#,
        #"{"id":"","status":"queued"}"#, #"{"id":7,"status":"queued"}"#, #"{"error":"x"}"#,
    ])
    func `what has no id and status is no Video`(json: String) {
        #expect(Self.job(json) == nil)
    }

    @Test(arguments: [("video", true), ("VIDEO", false), ("", false)])
    func `only what begins as a clip is taken for one`(text: String, isClip: Bool) {
        let data = Data([0, 0, 0, 24]) + Data((isClip ? "ftyp" : "html").utf8) + Data(count: 20)
        #expect(data.isMP4 == isClip)
        #expect(!Data("ftyp".utf8).isMP4)
    }
}
