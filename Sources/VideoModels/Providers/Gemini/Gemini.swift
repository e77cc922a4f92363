package import Foundation
import Media
package import Outbound

/// Gemini Omni over Google's Interactions API.
/// Source: google-genai 3.4, and behaviour observed by others where it differs.
package struct Gemini: VideoModel {
    package static let standardBase = "https://generativelanguage.googleapis.com"

    private let model: CatalogueModel
    private let host: ProviderHost

    package init(_ model: CatalogueModel, host: ProviderHost) {
        self.model = model
        self.host = host
    }

    package static func host(base: URL, key: String, transport: Transport) -> ProviderHost {
        ProviderHost(base: base, keyHeaders: ["x-goog-api-key": key], transport: transport)
    }

    // MARK: Creating

    package func create(
        _ request: ClipRequest, token: SubmitToken, file: URL,
        progress: @escaping @Sendable (Double) async -> Void
    ) async throws -> Creation {
        let reply = try await host.create(
            host.url("v1beta/interactions"), try body(request, token).encoded,
            type: "application/json")
        guard reply.isSuccess else { throw ProviderHost.refusal(reply) }
        guard let interaction = GeminiInteraction(reply.body) else {
            throw VideoModelError(.unknownOutcome, "the answer to a create is no interaction")
        }
        return .accepted(ProviderJobID(interaction.id), askAgainAfter: nil)
    }

    private func body(_ request: ClipRequest, _ token: SubmitToken) throws -> JSONValue {
        var input: [JSONValue] = []
        if let frame = try request.frame() {
            input.append(
                .object([
                    "type": "image", "mime_type": "image/jpeg",
                    "data": .string(frame.base64EncodedString()),
                ]))
        }
        input.append(.object(["type": "text", "text": .string(request.prompt)]))
        // A Duration in JSON is text with its unit; a bare number is refused.
        var format: [String: JSONValue] = [
            "type": "video", "delivery": "uri", "duration": .string("\(request.seconds)s"),
        ]
        format.add(model.options["size_fields"]?[request.size.description])
        var body: [String: JSONValue] = [
            "model": .string(model.providerModel),
            // Without it the request would last as long as the render.
            "background": true, "input": .array(input), "response_format": .object(format),
            "labels": .object(["submit_token": .string(token.value.uuidString.lowercased())]),
        ]
        body.add(model.options["fields"])
        return .object(body)
    }

    // MARK: Asking

    package func status(of id: ProviderJobID) async throws -> RenderStatus {
        let interaction: GeminiInteraction
        do {
            interaction = try await find(id)
        } catch let error as VideoModelError where error.reason == .rejected {
            return .failed(error, cost: nil)
        }
        switch interaction.state {
        case .running: return .running(progress: nil, askAgainAfter: nil)
        case .completed:
            if interaction.clip != nil { return .completed(cost: nil) }
            // Text alone is how it says no. Billed tokens without a clip are another matter.
            return .failed(
                interaction.wasBilled
                    ? VideoModelError(.failed, "video was billed and none is in the answer")
                    : VideoModelError(.rejected, "completed with text only"), cost: nil)
        case .failed:
            let fault = interaction.fault
            let reason: VideoModelError.Reason =
                fault?.isRefusal == true
                ? .rejected : fault?.isQuota == true ? .unavailable : .failed
            return .failed(VideoModelError(reason, fault?.message ?? "failed"), cost: nil)
        }
    }

    private func find(_ id: ProviderJobID) async throws -> GeminiInteraction {
        let reply = try await host.ask("GET", host.url("v1beta/interactions/\(escape(id))"))
        if let interaction = GeminiInteraction(reply.body) { return interaction }
        let fault = ProviderFault(reply)
        // Other 400s were seen to pass while the clip went on rendering.
        if reply.status == 400, fault.message.lowercased().contains("invalid interaction name") {
            throw VideoModelError(.notFound, fault.message)
        }
        if reply.status == 400, fault.isRefusal {
            throw VideoModelError(.rejected, "400: \(fault.message)")
        }
        if reply.status == 400 { throw VideoModelError(.transient, "400: \(fault.message)") }
        throw ProviderHost.pollFault(reply)
    }

    package func cancel(_ id: ProviderJobID) async throws -> Bool {
        let reply = try await host.ask(
            "POST", host.url("v1beta/interactions/\(escape(id))/cancel"),
            headers: ["Content-Type": "application/json"], body: Data("{}".utf8))
        guard reply.isSuccess else { return false }
        return reply.body?["status"]?.stringValue?.lowercased() == "cancelled"
    }

    package func probe() async throws -> String {
        let reply = try await host.ask(
            "GET", host.url("v1beta/models/\(model.providerModel)"))
        if reply.status == 404 {
            throw VideoModelError(.unavailable, "there is no model '\(model.providerModel)'")
        }
        return try ProviderHost.remark(on: reply)
    }

    // MARK: Downloading

    package func download(_ id: ProviderJobID, to file: URL) async throws {
        switch try await find(id).clip {
        case .inline(let data):
            do {
                try data.write(to: file)
            } catch {
                throw VideoModelError(.transient, "the clip cannot be written: \(error)")
            }
        case .address(let url): try await host.download(Self.media(url), to: file)
        case nil: throw VideoModelError(.rejected, "completed without a clip")
        }
    }

    /// Without `alt=media` the file's description comes instead of the file.
    private static func media(_ url: URL) -> URL {
        guard url.query()?.contains("alt=media") != true else { return url }
        return url.appending(queryItems: [URLQueryItem(name: "alt", value: "media")])
    }

    private func escape(_ id: ProviderJobID) -> String {
        id.value.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? id.value
    }
}
