package import Foundation
package import Outbound

/// Placemint's HTTP API, as a program outside uses it.
package struct StudioClient: Sendable {
    /// The largest clip there may be.
    private static let clipBytes = 200_000_000
    private static let answerBytes = 50_000_000
    private static let limits = Transport.Limits(
        head: .seconds(120), whole: .seconds(600), bytes: answerBytes)
    /// Pauses between tries of what may be repeated.
    private static let pauses: [Duration] = [
        .milliseconds(300), .seconds(1), .seconds(3), .seconds(8),
    ]

    /// Where the server is: `https://studio.example`, without a path.
    package let server: URL
    /// An access token or an API key. No other origin than the server's ever gets it.
    private let token: String?
    private let transport: Transport

    /// - Parameter transport: shut down by whoever made it.
    package init(server: URL, token: String? = nil, transport: Transport) {
        self.server = server
        self.token = token
        self.transport = transport
    }

    /// The same client somewhere else, or signed in.
    /// - Parameter address: a server's, or one below the server's.
    /// - Throws: `ClientError.usage` when it is none.
    package func signedIn(with token: String, at address: String = "/") throws -> StudioClient {
        StudioClient(server: try url(address), token: token, transport: transport)
    }

    func url(_ path: String) throws -> URL {
        guard let url = URL(string: path, relativeTo: server)?.absoluteURL else {
            throw ClientError.usage("'\(path)' is no address")
        }
        return url
    }

    func authorization(for url: URL) -> [String: String] {
        let isHome =
            (url.scheme, url.host(), url.port) == (server.scheme, server.host(), server.port)
        guard isHome, let token else { return [:] }
        return ["Authorization": "Bearer \(token)"]
    }

    /// What a request carries.
    package struct Body: Sendable {
        let type: String
        let data: Data

        /// - Throws: what encoding throws.
        package static func json(_ value: some Encodable) throws -> Body {
            Body(type: "application/json", data: try JSONEncoder().encode(value))
        }

        /// A form's button, as a browser presses it.
        package static let button = Body(
            type: "application/x-www-form-urlencoded", data: Data())
    }

    /// Sends a request. What may be repeated is, when the server cannot be reached or is busy.
    /// - Parameters:
    ///   - path: below the server, or an address of its own.
    ///   - key: an Idempotency-Key, with which a POST may be repeated.
    /// - Returns: the answer's body.
    /// - Throws: `ClientError`; `CancellationError`.
    package func send(
        _ method: String, _ path: String, _ body: Body? = nil, key: String? = nil,
        headers extra: [String: String] = [:]
    ) async throws -> Data {
        let url = try url(path)
        var headers = extra.merging(authorization(for: url)) { $1 }
        headers["Content-Type"] = body?.type
        headers["Idempotency-Key"] = key
        let mayRepeat = method == "GET" || key != nil
        for pause in (mayRepeat ? Self.pauses.map(Optional.some) : []) + [nil] {
            do {
                return try await once(method, url, headers, body?.data)
            } catch let error as ClientError {
                guard let pause, error.isPassing else { throw error }
                try await Task.sleep(for: max(pause, error.retryAfter ?? .zero))
            }
        }
        throw ClientError.unreachable("no answer")
    }

    private func once(
        _ method: String, _ url: URL, _ headers: [String: String], _ body: Data?
    ) async throws -> Data {
        let answer: Transport.Answer
        do {
            answer = try await transport.send(
                method, url, headers: headers, body: body, limits: Self.limits)
        } catch let error as OutboundError {
            throw ClientError.unreachable("\(error)")
        }
        guard answer.status < 400 else { throw ClientError(answer) }
        return answer.body
    }

    /// Sends a request and reads its answer.
    /// - Throws: `ClientError`; `CancellationError`.
    package func ask<Reply: Decodable>(
        _ method: String, _ path: String, _ body: Body? = nil, key: String? = nil,
        as type: Reply.Type = Reply.self
    ) async throws -> Answered<Reply> {
        let data = try await send(method, path, body, key: key)
        return try Answered(data)
    }

    /// Downloads to a file that is only there once it is whole.
    /// - Throws: `ClientError`; `CancellationError`.
    package func download(_ path: String, to file: URL) async throws {
        let url = try url(path)
        let part = file.appendingPathExtension("part")
        let source = Transport.Source(
            url: url, headers: authorization(for: url),
            trustedHosts: [server.host() ?? ""])
        for pause in Self.pauses.map(Optional.some) + [nil] {
            do {
                _ = try await transport.download(
                    source, to: part,
                    limits: .init(head: .seconds(60), whole: .seconds(1800), bytes: Self.clipBytes))
                guard rename(part.path, file.path) == 0 else {
                    throw OutboundError.unwritable(String(cString: strerror(errno)))
                }
                return
            } catch let error as OutboundError {
                let known = ClientError(error)
                if let pause, known.isPassing {
                    try await Task.sleep(for: pause)
                    continue
                }
                try? FileManager.default.removeItem(at: part)  // It is of no use to anybody.
                throw known
            }
        }
    }
}

/// An answer as it came, and as what it means.
package struct Answered<Reply: Decodable> {
    /// As the server wrote it.
    package let json: Data
    package let value: Reply

    /// - Throws: `ClientError.misunderstood`.
    init(_ json: Data) throws {
        self.json = json
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            value = try decoder.decode(Reply.self, from: json)
        } catch {
            throw ClientError.misunderstood
        }
    }
}

extension Answered: Sendable where Reply: Sendable {}
