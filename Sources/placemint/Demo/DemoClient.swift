import Foundation
import Outbound

/// The little of an API client that the demo needs: what any program outside would send.
struct DemoClient: Sendable {
    private static let clipBytes = 200_000_000

    let base: URL
    var token: String?
    private let transport = Transport()

    init(base: URL) { self.base = base }

    func isReady() async -> Bool {
        // Until the server listens, every attempt is refused.
        let answer = try? await transport.send("GET", base.appending(path: "readyz"))
        return answer?.status == 200
    }

    func get<Reply: Decodable>(_ path: String, as type: Reply.Type) async throws -> Reply {
        try decode(try await send("GET", path))
    }

    func post<Reply: Decodable>(
        _ path: String, _ body: [String: Any], as type: Reply.Type
    ) async throws -> Reply {
        try decode(try await postForBytes(path, body))
    }

    func postForBytes(_ path: String, _ body: [String: Any]) async throws -> Data {
        let data = try JSONSerialization.data(withJSONObject: body)
        return try await send("POST", path, type: "application/json", body: data)
    }

    func bytes(_ path: String) async throws -> Data { try await send("GET", path) }

    /// Presses a form's button, as a browser would.
    func submit(form path: String) async throws {
        _ = try await send("POST", path, type: "application/x-www-form-urlencoded", body: Data())
    }

    func upload<Reply: Decodable>(
        _ file: URL, to path: String, as type: Reply.Type
    ) async throws -> Reply {
        let boundary = UUID().uuidString
        let name = file.lastPathComponent.replacing("\"", with: "_")
        var body = Data(
            """
            --\(boundary)\r
            Content-Disposition: form-data; name="file"; filename="\(name)"\r
            \r

            """.utf8)
        body += try Data(contentsOf: file)
        body += Data("\r\n--\(boundary)--\r\n".utf8)
        return try decode(
            try await send(
                "POST", path, type: "multipart/form-data; boundary=\(boundary)", body: body))
    }

    func close() async throws { try await transport.shutdown() }

    private func send(
        _ method: String, _ path: String, type: String? = nil, body: Data? = nil
    ) async throws -> Data {
        guard let url = URL(string: path, relativeTo: base) else { return Data() }
        var headers: [String: String] = [:]
        headers["Content-Type"] = type
        headers["Authorization"] = token.map { "Bearer \($0)" }
        let answer = try await transport.send(
            method, url.absoluteURL, headers: headers, body: body,
            limits: .init(whole: .seconds(60), bytes: Self.clipBytes))
        guard answer.status < 400 else { throw failure(answer, path) }
        return answer.body
    }

    private func decode<Reply: Decodable>(_ data: Data) throws -> Reply {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Reply.self, from: data)
    }

    private struct Failure: Decodable {
        struct Content: Decodable {
            let message: String
        }
        let error: Content
    }

    private func failure(_ answer: Transport.Answer, _ path: String) -> DemoError {
        // Sign-in answers in another shape; its status has to do.
        let message = try? JSONDecoder().decode(Failure.self, from: answer.body).error.message
        return DemoError("\(path) answered \(answer.status): \(message ?? "")")
    }
}
