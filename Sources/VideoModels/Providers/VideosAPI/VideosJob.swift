import Foundation

/// A Video object as any `/v1/videos` server may send it: only `id` and `status` are counted on.
struct VideosJob: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case waiting, running, completed, failed
    }

    let id: String
    let state: State
    /// A share from 0 to 1.
    let progress: Double?
    let fault: ProviderFault?
    /// Where some servers put the clip.
    let clipURL: URL?
    let cost: ProviderCost?

    /// - Returns: `nil` for anything that is no Video.
    init?(_ value: JSONValue?) {
        guard let value, let id = value["id"]?.stringValue ?? value["task_id"]?.stringValue,
            !id.isEmpty, let status = value["status"]?.stringValue
        else { return nil }
        self.id = id
        state = Self.state(status)
        progress = value["progress"]?.number.map { min(max($0 / 100, 0), 1) }
        let error = value["error"]
        fault = error == nil || error == .null ? nil : ProviderFault(error)
        clipURL = Self.clipURL(value)
        cost = value["usage"]?["cost"]?.number.map { ProviderCost(amount: $0, unit: "usd") }
    }

    private static let waiting: Set = [
        "queued", "pending", "submitted", "not_start", "created", "starting", "preparing",
        "unknown", "",
    ]
    private static let running: Set = ["in_progress", "processing", "running", "generating"]
    private static let completed: Set = [
        "completed", "complete", "succeeded", "success", "finished", "done",
    ]
    private static let failed: Set = [
        "failed", "failure", "error", "cancelled", "canceled", "expired", "deleted",
    ]

    /// A word nobody knows is not an end: the job has its deadline.
    private static func state(_ word: String) -> State {
        let word = word.lowercased()
        if completed.contains(word) { return .completed }
        if failed.contains(word) { return .failed }
        return waiting.contains(word) ? .waiting : .running
    }

    private static func clipURL(_ value: JSONValue) -> URL? {
        let places = [
            value["url"], value["video_url"], value["metadata"]?["url"],
            value["urls"]?.arrayValue?.first, value["unsigned_urls"]?.arrayValue?.first,
        ]
        return places.compactMap { $0?.stringValue }.first { !$0.isEmpty }.flatMap(URL.init)
    }
}
