import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// The one way out over HTTP: every answer has a size limit and time limits, nothing is retried
/// and no redirect is followed behind the caller's back.
package struct Transport: Sendable {
    package struct Answer: Sendable {
        package let status: Int
        /// By lower-case name; of repeated fields the last.
        package let headers: [String: String]
        package let body: Data

        package init(status: Int, headers: [String: String], body: Data) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    package struct Limits: Sendable {
        /// From the first byte sent to the answer's head.
        package var head: Duration
        /// From the first byte sent to the last byte received.
        package var whole: Duration
        /// Bytes of the answer's body.
        package var bytes: Int

        package init(
            head: Duration = .seconds(30), whole: Duration = .seconds(30), bytes: Int = 1_000_000
        ) {
            self.head = head
            self.whole = whole
            self.bytes = bytes
        }
    }

    /// Connections to one host at a time. A server that polls thousands of jobs needs many.
    private static let connectionsPerHost = 128

    let client: HTTPClient
    /// Connects to public addresses only.
    let publicClient: HTTPClient

    package init() {
        client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: Self.configuration)
        var guarded = Self.configuration
        guarded.http1_1ConnectionDebugInitializer = AddressGuard.check
        publicClient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: guarded)
    }

    static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.timeout.read = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsPerHost
        return configuration
    }

    /// Sends one request, once. Over a connection that was used before, a request may be lost
    /// without anybody's fault: for requests that may be repeated.
    /// - Parameter isTrusted: whether the operator named this host. Another has to be public, and
    ///   speak https.
    /// - Throws: `OutboundError`; `CancellationError`.
    package func send(
        _ method: String, _ url: URL, headers: [String: String] = [:], body: Data? = nil,
        isTrusted: Bool = true, limits: Limits = Limits()
    ) async throws -> Answer {
        guard isTrusted || url.scheme == "https" else {
            throw OutboundError.forbiddenAddress("it is not https")
        }
        return try await Self.send(
            Self.request(method, url, headers, body), over: isTrusted ? client : publicClient,
            limits)
    }

    static func send(
        _ request: HTTPClientRequest, over client: HTTPClient, _ limits: Limits
    ) async throws -> Answer {
        try await within(limits.whole) {
            do {
                let response = try await client.execute(request, timeout: .init(limits.head))
                let bytes = try await response.body.collect(upTo: limits.bytes)
                return Answer(
                    status: Int(response.status.code), headers: fields(response.headers),
                    body: Data(buffer: bytes))
            } catch {
                throw try problem(error, limits)
            }
        }
    }

    static func request(
        _ method: String, _ url: URL, _ headers: [String: String], _ body: Data?
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = body.map { .bytes(ByteBuffer(data: $0)) }
        return request
    }

    static func fields(_ headers: HTTPHeaders) -> [String: String] {
        headers.reduce(into: [:]) { fields, header in
            fields[header.name.lowercased()] = header.value
        }
    }

    /// - Throws: `CancellationError`, which stays one.
    static func problem(_ error: any Error, _ limits: Limits) throws -> OutboundError {
        switch error {
        case let error as CancellationError: throw error
        case let error as OutboundError: error
        case is NIOTooManyBytesError: .answerTooLarge(limits.bytes)
        case let error as HTTPClientError
        where error == .readTimeout || error == .deadlineExceeded || error == .connectTimeout:
            .timedOut
        case let error as HTTPClientError where error == .cancelled: throw CancellationError()
        default: .unreachable(String("\(error)".prefix(200)))
        }
    }

    static func within<Value: Sendable>(
        _ limit: Duration, _ work: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw OutboundError.timedOut
            }
            guard let value = try await group.next() else { throw OutboundError.timedOut }
            return value
        }
    }

    /// Closes every connection. Nothing can be sent afterwards.
    package func shutdown() async throws {
        try await client.shutdown()
        try await publicClient.shutdown()
    }
}

/// Why a request got no answer. No description carries a header or a body.
package enum OutboundError: Error, Equatable {
    /// The request may or may not have arrived.
    case unreachable(String)
    /// No connection could be made: nothing of the request was sent.
    case notSent(String)
    case timedOut
    case answerTooLarge(Int)
    /// An address that is not to be fetched from: not public, not https, or one redirect too many.
    case forbiddenAddress(String)
    /// The answer to a download was an error; nothing of it was kept.
    case status(Int)
    /// The file to be sent is not there, or cannot be read.
    case unreadable
    /// The answer came, and this machine could not keep it: mostly, its disk is full.
    case unwritable(String)
}

extension OutboundError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): "the other side cannot be reached: \(reason)"
        case .notSent(let reason): "no connection to the other side: \(reason)"
        case .timedOut: "the other side did not answer in time"
        case .answerTooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .forbiddenAddress(let reason): "the address is not to be fetched: \(reason)"
        case .status(let status): "the other side answered \(status)"
        case .unreadable: "the file to be sent cannot be read"
        case .unwritable(let reason): "the answer cannot be kept on this machine: \(reason)"
        }
    }
}
