package import Foundation
package import Outbound

/// One provider's server: its address, its key, and what its failures mean.
package struct ProviderHost: Sendable {
    /// A create may upload a picture and wait for a busy front end.
    static let createLimits = Transport.Limits(
        head: .seconds(90), whole: .seconds(120), bytes: 20_000_000)
    static let askLimits = Transport.Limits(
        head: .seconds(20), whole: .seconds(30), bytes: 20_000_000)
    /// A clip of the largest size over a slow line. The clip limit is the product's.
    static let downloadLimits = Transport.Limits(
        head: .seconds(60), whole: .seconds(600), bytes: 200_000_000)

    let base: URL
    /// The key, in this provider's header. Sent to `base`'s host alone.
    let keyHeaders: [String: String]
    let transport: Transport
    /// Hosts the operator named: `base`'s own.
    let trustedHosts: Set<String>

    package init(base: URL, keyHeaders: [String: String], transport: Transport) {
        self.base = base
        self.keyHeaders = keyHeaders
        self.transport = transport
        trustedHosts = Set([base.host()].compactMap { $0 })
    }

    func url(_ path: String, query: [String: String] = [:]) -> URL {
        let text = base.absoluteString
        let root = text.hasSuffix("/") ? String(text.dropLast()) : text
        var url = URL(string: "\(root)/\(path)") ?? base
        if !query.isEmpty {
            url.append(
                queryItems: query.sorted { $0.key < $1.key }
                    .map { URLQueryItem(name: $0.key, value: $0.value) })
        }
        return url
    }

    private func isOwn(_ url: URL) -> Bool {
        (url.scheme, url.host(), url.port) == (base.scheme, base.host(), base.port)
    }

    /// Sends a create: once, over a connection of its own.
    /// - Throws: `VideoModelError`: `.notStarted` only with proof.
    func create(
        _ url: URL, _ body: Data, type: String, headers: [String: String] = [:]
    ) async throws -> ProviderReply {
        var fields = keyHeaders.merging(headers) { $1 }
        fields["Content-Type"] = type
        do {
            return ProviderReply(
                try await transport.sendOnce(
                    "POST", url, headers: fields, body: body, limits: Self.createLimits))
        } catch OutboundError.notSent(let reason) {
            throw VideoModelError(.notStarted(retryAfter: nil), reason)
        } catch let error as OutboundError {
            throw VideoModelError(.unknownOutcome, "\(error)")
        }
    }

    /// Asks something that may be asked again.
    /// - Throws: `VideoModelError` `.transient` when there is no answer.
    func ask(
        _ method: String, _ url: URL, headers: [String: String] = [:], body: Data? = nil
    ) async throws -> ProviderReply {
        // Addresses that a provider returned get the key only on its own server.
        let key = isOwn(url) ? keyHeaders : [:]
        do {
            return ProviderReply(
                try await transport.send(
                    method, url, headers: key.merging(headers) { $1 }, body: body,
                    isTrusted: trustedHosts.contains(url.host() ?? ""), limits: Self.askLimits))
        } catch let error as OutboundError {
            throw VideoModelError(.transient, "\(error)")
        }
    }

    /// Writes a clip to a file.
    /// - Throws: `VideoModelError`: `.notFound`, `.transient`, or `.failed` for an address that is
    ///   not to be fetched or a clip that is too large.
    func download(_ url: URL, to file: URL) async throws {
        let source = Transport.Source(
            url: url, headers: isOwn(url) ? keyHeaders : [:], trustedHosts: trustedHosts)
        do {
            _ = try await transport.download(source, to: file, limits: Self.downloadLimits)
        } catch let error as OutboundError {
            throw VideoModelError(Self.reason(ofDownload: error), "\(error)")
        }
    }

    private static func reason(ofDownload error: OutboundError) -> VideoModelError.Reason {
        switch error {
        case .status(404), .status(410): .notFound
        case .status(408), .status(425), .status(429), .status(500...): .transient
        case .status, .forbiddenAddress, .answerTooLarge: .failed
        case .unreachable, .notSent, .timedOut, .unreadable: .transient
        case .unwritable: .noRoom
        }
    }

    // MARK: What answers mean

    /// What it means that a create was not accepted.
    static func refusal(_ reply: ProviderReply) -> VideoModelError {
        let fault = ProviderFault(reply)
        let detail = "\(reply.status): \(fault.message)"
        if fault.isQuota || fault.isOutOfReach { return VideoModelError(.unavailable, detail) }
        switch reply.status {
        case 429, 503:
            return VideoModelError(.notStarted(retryAfter: reply.retryAfter), detail)
        case 400..<500 where fault.isRefusal: return VideoModelError(.rejected, detail)
        case 401, 402, 403, 404, 410: return VideoModelError(.unavailable, detail)
        case 408: return VideoModelError(.unknownOutcome, detail)
        case 400..<500: return VideoModelError(.failed, detail)
        default: return VideoModelError(.unknownOutcome, detail)
        }
    }

    /// What it means that a question about a clip was not answered.
    static func pollFault(_ reply: ProviderReply) -> VideoModelError {
        let fault = ProviderFault(reply)
        let detail = "\(reply.status): \(fault.message)"
        return switch reply.status {
        case 404, 410: VideoModelError(.notFound, detail)
        case 400 where fault.isLost: VideoModelError(.notFound, detail)
        case 401, 403: VideoModelError(.unavailable, detail)
        default: VideoModelError(.transient, detail)
        }
    }

    /// What it means that a probe was answered so.
    /// - Throws: `VideoModelError` `.unavailable` for a key that is not taken.
    static func remark(on reply: ProviderReply) throws -> String {
        let fault = ProviderFault(reply)
        switch reply.status {
        case _ where [401, 403].contains(reply.status) || fault.isOutOfReach:
            throw VideoModelError(
                .unavailable, "the key is not taken: \(reply.status) \(fault.message)")
        case 500...:
            throw VideoModelError(.transient, "answers \(reply.status)")
        default: return "answers, and takes the key"
        }
    }
}
