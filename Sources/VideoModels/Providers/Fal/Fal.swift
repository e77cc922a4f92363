package import Foundation
import Media
package import Outbound

/// fal's queue: one protocol, many models. What a model's parameters are called, and whether a
/// length is a number or text, the catalogue says.
/// Source: fal-client 1.0, fal's documentation of its queue and webhooks.
package struct Fal: VideoModel {
    package static let standardBase = "https://queue.fal.run"

    /// How long a request may take to stop, before it is said that it does not.
    private static let cancelChecks = 4
    private static let cancelPause = Duration.milliseconds(500)

    private let model: CatalogueModel
    private let host: ProviderHost
    private let webhook: URL?
    package let takesFrameLink: Bool

    /// - Parameters:
    ///   - webhook: where fal reports; `nil` when it could not reach this server.
    ///   - reachesFiles: whether fal can fetch from the bucket, by a signed address.
    package init(
        _ model: CatalogueModel, host: ProviderHost, webhook: URL?, reachesFiles: Bool = false
    ) {
        self.model = model
        self.host = host
        self.webhook = webhook
        takesFrameLink = reachesFiles && model.wantsFrameLink
    }

    package static func host(base: URL, key: String, transport: Transport) -> ProviderHost {
        ProviderHost(
            base: base, keyHeaders: ["Authorization": "Key \(key)"], transport: transport)
    }

    // MARK: Creating

    package func create(
        _ request: ClipRequest, token: SubmitToken, file: URL,
        progress: @escaping @Sendable (Double) async -> Void
    ) async throws -> Creation {
        let query = webhook.map { ["fal_webhook": $0.absoluteString] } ?? [:]
        let reply = try await host.create(
            host.url(model.providerModel, query: query), try body(request).encoded,
            type: "application/json")
        guard reply.isSuccess else { throw ProviderHost.refusal(reply) }
        guard let job = FalJob(reply.body) else {
            throw VideoModelError(.unknownOutcome, "the answer to a create names no request")
        }
        return .accepted(job.name, askAgainAfter: nil)
    }

    private func body(_ request: ClipRequest) throws -> JSONValue {
        let options = model.options
        let prefix = options["prompt_prefix"]?.stringValue.map { $0 + " " } ?? ""
        let hasImage = request.firstFrame != nil
        var body: [String: JSONValue] = [
            "prompt": .string((hasImage ? prefix : "") + request.prompt)
        ]
        let seconds: JSONValue =
            options["seconds_type"]?.stringValue == "string"
            ? .string(String(request.seconds)) : .integer(request.seconds)
        body[options["seconds_field"]?.stringValue ?? "duration"] = seconds
        if let frame = try request.frameURL() {
            let isList = options["image_list"]?.boolValue ?? false
            body[options["image_field"]?.stringValue ?? "image_url"] =
                isList ? .array([frame]) : frame
        }
        body.add(options["size_fields"]?[request.size.description])
        body.add(options["fields"])
        return .object(body)
    }

    // MARK: Asking

    package func status(of id: ProviderJobID) async throws -> RenderStatus {
        let job = try job(id)
        let reply = try await host.ask("GET", job.status)
        guard let status = reply.body?["status"]?.stringValue else {
            throw ProviderHost.pollFault(reply)
        }
        switch status.uppercased() {
        case "COMPLETED": return try await outcome(of: job, reply)
        default: return .running(progress: nil, askAgainAfter: reply.retryAfter)
        }
    }

    /// Completed is not succeeded: the status may carry an error, and so may the result.
    private func outcome(of job: FalJob, _ status: ProviderReply) async throws -> RenderStatus {
        let says = ["error", "error_type"].compactMap { status.body?[$0] }
        if says.contains(where: { $0 != .null }) {
            return .failed(Self.failure(ProviderFault(status)), cost: nil)
        }
        let result = try await host.ask("GET", job.response)
        if result.isSuccess {
            guard Self.clip(result) != nil else {
                return .failed(
                    VideoModelError(.rejected, "completed without a clip"), cost: nil)
            }
            return .completed(cost: nil)
        }
        let error = ProviderHost.pollFault(result)
        guard (400..<500).contains(result.status), result.status != 429, result.status != 408
        else { throw error }
        let fault = ProviderFault(result)
        return .failed(
            fault.isRefusal || Self.wasRefused(result)
                ? VideoModelError(.rejected, fault.message) : Self.failure(fault), cost: nil)
    }

    private static func failure(_ fault: ProviderFault) -> VideoModelError {
        VideoModelError(
            fault.isRefusal ? .rejected : fault.isQuota ? .unavailable : .failed, fault.message)
    }

    private static func wasRefused(_ reply: ProviderReply) -> Bool {
        reply.headers["x-fal-error-type"]?.lowercased().contains("content_policy") == true
    }

    private static func clip(_ reply: ProviderReply) -> URL? {
        let video = reply.body?["video"] ?? reply.body?["videos"]?.arrayValue?.first
        return (video?["url"]?.stringValue ?? video?.stringValue).flatMap(URL.init)
    }

    package func cancel(_ id: ProviderJobID) async throws -> Bool {
        guard let url = try job(id).cancel else { return false }
        guard try await host.ask("PUT", url).isSuccess else { return false }
        // The answer is only that the wish was heard. What stopped ends as cancelled.
        for _ in 0..<Self.cancelChecks {
            let reply = try await host.ask("GET", try job(id).status)
            if reply.body?["status"]?.stringValue?.uppercased() == "COMPLETED" {
                return ProviderFault(reply).codes.contains { $0.contains("cancel") }
            }
            // A sleep that is cut short only asks sooner.
            try? await Task.sleep(for: Self.cancelPause)
        }
        return false
    }

    package func probe() async throws -> String {
        // A request that cannot exist: the queue answers, and would say so if the key were wrong.
        let nobody = UUID().uuidString.lowercased()
        let owner = model.providerModel.split(separator: "/").prefix(2).joined(separator: "/")
        let reply = try await host.ask("GET", host.url("\(owner)/requests/\(nobody)/status"))
        return try ProviderHost.remark(on: reply)
    }

    // MARK: Downloading

    package func download(_ id: ProviderJobID, to file: URL) async throws {
        let result = try await host.ask("GET", try job(id).response)
        guard result.isSuccess else { throw ProviderHost.pollFault(result) }
        guard let url = Self.clip(result) else {
            throw VideoModelError(.rejected, "completed without a clip")
        }
        try await host.download(url, to: file)
    }

    private func job(_ id: ProviderJobID) throws -> FalJob {
        guard let job = FalJob(id) else {
            throw VideoModelError(.failed, "the request's addresses cannot be read")
        }
        return job
    }
}
