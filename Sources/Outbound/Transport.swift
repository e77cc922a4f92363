import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// The one way out over HTTP: every answer has a size limit and a time limit, nothing is retried
/// and no redirect is followed behind the caller's back.
package struct Transport: Sendable {
    package struct Answer: Sendable {
        package let status: Int
        /// By lower-case name; of repeated fields the last.
        package let headers: [String: String]
        package let body: Data
    }

    package struct Limits: Sendable {
        /// From the first byte sent to the last byte received.
        package var whole: Duration
        /// Bytes of the answer's body.
        package var bytes: Int

        package init(whole: Duration = .seconds(30), bytes: Int = 1_000_000) {
            self.whole = whole
            self.bytes = bytes
        }
    }

    private let client: HTTPClient

    package init() {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Sends one request, once.
    /// - Throws: `OutboundError`; `CancellationError`.
    package func send(
        _ method: String, _ url: URL, headers: [String: String] = [:], body: Data? = nil,
        limits: Limits = Limits()
    ) async throws -> Answer {
        do {
            let response = try await client.execute(
                request(method, url, headers, body), timeout: .init(limits.whole))
            let bytes = try await response.body.collect(upTo: limits.bytes)
            return Answer(
                status: Int(response.status.code), headers: Self.fields(response.headers),
                body: Data(buffer: bytes))
        } catch let error as CancellationError {
            throw error
        } catch is NIOTooManyBytesError {
            throw OutboundError.answerTooLarge(limits.bytes)
        } catch let error as HTTPClientError
            where error == .readTimeout || error == .deadlineExceeded
        {
            throw OutboundError.timedOut
        } catch {
            throw OutboundError.unreachable("\(error)")
        }
    }

    private func request(
        _ method: String, _ url: URL, _ headers: [String: String], _ body: Data?
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = body.map { .bytes(ByteBuffer(data: $0)) }
        return request
    }

    private static func fields(_ headers: HTTPHeaders) -> [String: String] {
        headers.reduce(into: [:]) { fields, header in
            fields[header.name.lowercased()] = header.value
        }
    }

    /// Closes every connection. Nothing can be sent afterwards.
    package func shutdown() async throws { try await client.shutdown() }
}

/// Why a request got no answer. No description carries a header or a body.
package enum OutboundError: Error, Equatable {
    case unreachable(String)
    case timedOut
    case answerTooLarge(Int)
}

extension OutboundError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): "the other side cannot be reached: \(reason)"
        case .timedOut: "the other side did not answer in time"
        case .answerTooLarge(let limit): "the answer is larger than \(limit) bytes"
        }
    }
}
