package import Foundation
import Media
package import Outbound

/// Runway's tasks: `image_to_video`, and the recipe `product_ugc`.
/// Source: runwayml 5.24, Runway's documentation of errors and task failures.
package struct Runway: VideoModel {
    package static let standardBase = "https://api.dev.runwayml.com"
    private static let version = "2024-11-06"
    /// Of a data URL, as encoded. Larger pictures are uploaded first.
    static let dataURLLimit = 5_000_000

    private let model: CatalogueModel
    private let host: ProviderHost

    package init(_ model: CatalogueModel, host: ProviderHost) {
        self.model = model
        self.host = host
    }

    package static func host(base: URL, key: String, transport: Transport) -> ProviderHost {
        ProviderHost(
            base: base,
            keyHeaders: ["Authorization": "Bearer \(key)", "X-Runway-Version": version],
            transport: transport)
    }

    private var endpoint: String { model.options["endpoint"]?.stringValue ?? "image_to_video" }

    // MARK: Creating

    package func create(
        _ request: ClipRequest, token: SubmitToken, file: URL,
        progress: @escaping @Sendable (Double) async -> Void
    ) async throws -> Creation {
        let image = try await image(request)
        let reply = try await host.create(
            host.url("v1/\(endpoint)"), body(request, image).encoded, type: "application/json")
        guard reply.isSuccess else { throw ProviderHost.refusal(reply) }
        guard let id = reply.body?["id"]?.stringValue, !id.isEmpty else {
            throw VideoModelError(.unknownOutcome, "the answer to a create names no task")
        }
        return .accepted(ProviderJobID(id), askAgainAfter: .seconds(5))
    }

    /// Fields that a model does not know are refused, so there are none but these.
    private func body(_ request: ClipRequest, _ image: JSONValue?) -> JSONValue {
        var body: [String: JSONValue] = ["duration": .integer(request.seconds)]
        if endpoint == "recipes/product_ugc" {
            body["version"] = model.options["version"] ?? "2026-06"
            body["productInfo"] = .string(request.prompt)
            body["productImage"] = .object(["uri": image ?? .null])
            body["characterImage"] = .object(["uri": model.options["character_image"] ?? .null])
            body["audio"] = .bool(model.audio)
        } else {
            body["model"] = .string(model.providerModel)
            body["promptText"] = .string(request.prompt)
            body["promptImage"] = image
        }
        body.add(model.options["size_fields"]?[request.size.description])
        body.add(model.options["fields"])
        return .object(body)
    }

    // MARK: The picture

    private func image(_ request: ClipRequest) async throws -> JSONValue? {
        guard let frame = try request.frame() else { return nil }
        let url = "data:image/jpeg;base64," + frame.base64EncodedString()
        guard url.utf8.count > Self.dataURLLimit else { return .string(url) }
        return .string(try await upload(frame))
    }

    /// Uploading makes nothing that costs, so its failure proves that nothing was created.
    private func upload(_ frame: Data) async throws -> String {
        let ask = JSONValue.object(["filename": "frame.jpg", "type": "ephemeral"])
        let reply = try await beforeWork {
            try await host.ask(
                "POST", host.url("v1/uploads"), headers: ["Content-Type": "application/json"],
                body: ask.encoded)
        }
        guard let place = reply.body?["uploadUrl"]?.stringValue.flatMap(URL.init),
            let name = reply.body?["runwayUri"]?.stringValue
        else { throw Self.refusal(ofUpload: reply) }
        var form = MultipartBody()
        let fields = reply.body?["fields"]?.objectValue ?? [:]
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            form.add(name, value.stringValue ?? "")
        }
        form.add("file", file: frame, named: "frame.jpg", type: "image/jpeg")
        let data = form.encoded
        let type = form.contentType
        let sent = try await beforeWork {
            try await host.ask("POST", place, headers: ["Content-Type": type], body: data)
        }
        guard sent.isSuccess else {
            throw VideoModelError(.notStarted(retryAfter: nil), "the upload: \(sent.status)")
        }
        return name
    }

    private static func refusal(ofUpload reply: ProviderReply) -> VideoModelError {
        let refusal = ProviderHost.refusal(reply)
        guard refusal.reason == .unknownOutcome else { return refusal }
        return VideoModelError(.notStarted(retryAfter: reply.retryAfter), refusal.detail)
    }

    private func beforeWork(
        _ ask: () async throws -> ProviderReply
    ) async throws -> ProviderReply {
        do {
            return try await ask()
        } catch let error as VideoModelError where error.reason == .transient {
            throw VideoModelError(.notStarted(retryAfter: nil), error.detail)
        }
    }

    // MARK: Asking

    package func status(of id: ProviderJobID) async throws -> RenderStatus {
        let task = try await task(id)
        let cost = task["cost"]?["credits"]?.number.map {
            ProviderCost(amount: $0, unit: "credits")
        }
        switch task["status"]?.stringValue?.uppercased() {
        case "SUCCEEDED":
            guard Self.clip(task) != nil else {
                return .failed(
                    VideoModelError(.rejected, "succeeded without a clip"), cost: cost)
            }
            return .completed(cost: cost)
        case "FAILED": return .failed(Self.failure(task), cost: cost)
        case "CANCELLED":
            return .failed(VideoModelError(.failed, "cancelled at Runway"), cost: cost)
        default: return .running(progress: task["progress"]?.number, askAgainAfter: nil)
        }
    }

    private static func failure(_ task: JSONValue) -> VideoModelError {
        let code = task["failureCode"]?.stringValue ?? ""
        let detail = "\(code): \(task["failure"]?.stringValue ?? "")"
        return VideoModelError(
            code.uppercased().hasPrefix("SAFETY") ? .rejected : .failed,
            String(detail.prefix(300)))
    }

    private static func clip(_ task: JSONValue) -> URL? {
        let output = task["output"]
        let first = output?.arrayValue?.first?.stringValue ?? output?.stringValue
        return first.flatMap(URL.init)
    }

    private func task(_ id: ProviderJobID) async throws -> JSONValue {
        let reply = try await host.ask("GET", taskURL(id))
        guard reply.isSuccess, let body = reply.body, body["status"] != nil else {
            throw ProviderHost.pollFault(reply)
        }
        return body
    }

    package func cancel(_ id: ProviderJobID) async throws -> Bool {
        guard try await host.ask("DELETE", taskURL(id)).isSuccess else { return false }
        let reply = try await host.ask("GET", taskURL(id))
        return reply.status == 404 || reply.body?["status"]?.stringValue == "CANCELLED"
    }

    package func probe() async throws -> String {
        let reply = try await host.ask("GET", host.url("v1/organization"))
        return try ProviderHost.remark(on: reply)
    }

    // MARK: Downloading

    /// Addresses expire; the task gives fresh ones each time.
    package func download(_ id: ProviderJobID, to file: URL) async throws {
        guard let url = Self.clip(try await task(id)) else {
            throw VideoModelError(.rejected, "succeeded without a clip")
        }
        try await host.download(url, to: file)
    }

    private func taskURL(_ id: ProviderJobID) -> URL {
        let name = id.value.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
        return host.url("v1/tasks/\(name ?? id.value)")
    }
}
