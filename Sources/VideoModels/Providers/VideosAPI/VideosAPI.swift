package import Foundation
import Media
package import Outbound

/// Any server that speaks OpenAI's Videos API, which outlived OpenAI's own: LiteLLM, vLLM-Omni,
/// SGLang, gateways and resellers. None is quite like another, so everything but `id` and `status`
/// is optional, and differences in what they take are options of the catalogue.
/// Source: OpenAI's specification of 2026-08, and the servers' own code.
package struct VideosAPI: VideoModel {
    private let model: CatalogueModel
    private let host: ProviderHost
    private let quirks: VideosQuirks
    package let takesFrameLink: Bool

    /// - Parameter reachesFiles: whether the server can fetch from the bucket, by a signed address.
    package init(_ model: CatalogueModel, host: ProviderHost, reachesFiles: Bool = false) {
        self.model = model
        self.host = host
        quirks = VideosQuirks(model.options)
        takesFrameLink = reachesFiles && model.wantsFrameLink
    }

    /// The server, with the key in the header that `auth_header` names: `Authorization: Bearer …`
    /// unless another is given.
    package static func host(
        base: URL, key: String?, authHeader: String?, transport: Transport
    ) -> ProviderHost {
        let name = authHeader ?? "Authorization"
        let value = key.map { name.lowercased() == "authorization" ? "Bearer \($0)" : $0 }
        return ProviderHost(
            base: base, keyHeaders: value.map { [name: $0] } ?? [:], transport: transport)
    }

    // MARK: Creating

    package func create(
        _ request: ClipRequest, token: SubmitToken, file: URL,
        progress: @escaping @Sendable (Double) async -> Void
    ) async throws -> Creation {
        let reply = try await send(request)
        guard reply.isSuccess else { throw refusal(reply, of: request) }
        if quirks.isSynchronous { return try keep(reply, in: file) }
        guard let job = VideosJob(reply.body) else {
            // It said yes, and did not say to what.
            throw VideoModelError(.unknownOutcome, "the answer to a create is no Video")
        }
        if job.state == .failed, let fault = job.fault {
            throw VideoModelError(fault.isRefusal ? .rejected : .failed, fault.message)
        }
        return .accepted(ProviderJobID(job.id), askAgainAfter: reply.pollHint)
    }

    /// That a clip to be changed is gone says nothing about the server.
    private func refusal(_ reply: ProviderReply, of request: ClipRequest) -> VideoModelError {
        guard request.remixOf != nil, [404, 410].contains(reply.status) else {
            return ProviderHost.refusal(reply)
        }
        return VideoModelError(.failed, "\(reply.status): the clip to be changed is gone")
    }

    private func send(_ request: ClipRequest) async throws -> ProviderReply {
        if let original = request.remixOf, quirks.remixes {
            let body = JSONValue.object(["prompt": .string(request.prompt)])
            return try await host.create(
                url("videos/\(escape(original))/remix"), body.encoded, type: "application/json")
        }
        switch quirks.body {
        case .multipart:
            let form = try form(request)
            return try await host.create(
                url(quirks.createPath), form.encoded, type: form.contentType)
        case .json:
            return try await host.create(
                url(quirks.createPath), try json(request).encoded, type: "application/json")
        }
    }

    private func plainFields(_ request: ClipRequest) -> [(String, String)] {
        var fields = [("prompt", request.prompt), ("seconds", String(request.seconds))]
        if !quirks.omitsModel { fields.append(("model", model.providerModel)) }
        if !quirks.omitsSize { fields.append(("size", request.size.description)) }
        return fields
    }

    private func form(_ request: ClipRequest) throws -> MultipartBody {
        var form = MultipartBody()
        for (name, value) in plainFields(request) { form.add(name, value) }
        for (name, value) in quirks.fields.sorted(by: { $0.key < $1.key }) {
            form.add(
                name, value.stringValue ?? String(decoding: value.encoded, as: UTF8.self))
        }
        guard let frame = try request.frame() else { return form }
        switch quirks.image {
        case .standard:
            form.add(quirks.imageField, file: frame, named: "frame.jpg", type: "image/jpeg")
        case .string: form.add(quirks.imageField, try request.frameURL()?.stringValue ?? "")
        case .jsonText:
            let object = JSONValue.object(["image_url": try request.frameURL() ?? .null])
            form.add(quirks.imageField, String(decoding: object.encoded, as: UTF8.self))
        }
        return form
    }

    private func json(_ request: ClipRequest) throws -> JSONValue {
        var body = Dictionary(
            uniqueKeysWithValues: plainFields(request).map { ($0.0, JSONValue.string($0.1)) })
        body.merge(quirks.fields) { $1 }
        if let frame = try request.frameURL() {
            body[quirks.imageField] =
                quirks.image == .string ? frame : .object(["image_url": frame])
        }
        return .object(body)
    }

    private func keep(_ reply: ProviderReply, in file: URL) throws -> Creation {
        guard reply.data.isMP4 else {
            throw VideoModelError(.rejected, "a synchronous create answered without a clip")
        }
        do {
            try reply.data.write(to: file)
        } catch {
            throw VideoModelError(.failed, "the clip cannot be written: \(error)")
        }
        return .clip
    }

    // MARK: Asking

    package func status(of id: ProviderJobID) async throws -> RenderStatus {
        let reply = try await host.ask("GET", url("videos/\(escape(id))"))
        // Some servers answer with the failed job itself under an error's status.
        guard let job = VideosJob(reply.body) else { throw ProviderHost.pollFault(reply) }
        switch job.state {
        case .completed: return .completed(cost: job.cost)
        case .waiting, .running:
            return .running(progress: job.progress, askAgainAfter: reply.pollHint)
        case .failed:
            let fault = job.fault ?? ProviderFault(reply)
            let reason: VideoModelError.Reason =
                fault.isRefusal ? .rejected : fault.isQuota ? .unavailable : .failed
            return .failed(VideoModelError(reason, fault.message), cost: job.cost)
        }
    }

    package func cancel(_ id: ProviderJobID) async throws -> Bool {
        let reply = try await host.ask("DELETE", url("videos/\(escape(id))"))
        guard reply.isSuccess else { return false }
        return reply.body?["deleted"]?.boolValue ?? (VideosJob(reply.body)?.state == .failed)
    }

    package func probe() async throws -> String {
        let reply = try await host.ask("GET", url("videos", extra: ["limit": "1"]))
        return try ProviderHost.remark(on: reply)
    }

    // MARK: Downloading

    /// By `/content`; else from where the job says, without the key.
    package func download(_ id: ProviderJobID, to file: URL) async throws {
        do {
            try await host.download(url("videos/\(escape(id))/content"), to: file)
        } catch let error as VideoModelError {
            guard let place = try await place(of: id, error) else {
                throw error
            }
            try await host.download(place, to: file)
        }
    }

    /// - Throws: `VideoModelError` when the job turns out to have failed after all.
    private func place(of id: ProviderJobID, _ error: VideoModelError) async throws -> URL? {
        let reply = try await host.ask("GET", url("videos/\(escape(id))"))
        guard let job = VideosJob(reply.body) else { return nil }
        if let fault = job.fault, job.state != .waiting, job.clipURL == nil {
            throw VideoModelError(fault.isRefusal ? .rejected : .failed, fault.message)
        }
        return job.clipURL
    }

    // MARK: Addresses

    private func url(_ path: String, extra: [String: String] = [:]) -> URL {
        host.url(path, query: quirks.query.merging(extra) { $1 })
    }

    /// Ids can be long and hold `=` or `/`.
    private func escape(_ id: ProviderJobID) -> String {
        let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        return id.value.addingPercentEncoding(withAllowedCharacters: plain) ?? id.value
    }
}

extension ProviderReply {
    /// OpenAI's hint, and the usual one.
    var pollHint: Duration? {
        guard let text = headers["openai-poll-after-ms"], let milliseconds = Double(text) else {
            return retryAfter
        }
        return .milliseconds(min(max(milliseconds, 100), 60_000))
    }
}

extension Data {
    /// Whether it begins as an ISO media file does: a box of the type `ftyp`.
    var isMP4: Bool { count > 12 && dropFirst(4).prefix(4).elementsEqual("ftyp".utf8) }
}
