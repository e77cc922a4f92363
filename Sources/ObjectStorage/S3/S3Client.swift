import Foundation
import Outbound

/// Sends signed requests to one bucket. All of them may be repeated: putting the same bytes again,
/// reading, and removing what is gone change nothing more.
struct S3Client: Sendable {
    /// Tries in all. A bucket that fails longer than a few seconds fails the caller, who waits.
    private static let tries = 4
    private static let firstPause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(10)
    /// For all tries together: as long as one clip of the largest size over a slow line.
    private static let patience = Duration.seconds(600)

    /// Questions and their answers: a page of a listing is the largest.
    static let askLimits = Transport.Limits(
        head: .seconds(30), whole: .seconds(60), bytes: 8_000_000)
    /// Files. The largest is a clip, 200 MB, or a photo of 16 megapixels as PNG.
    static let fileLimits = Transport.Limits(head: patience, whole: patience, bytes: 250_000_000)

    let location: S3Location
    let transport: Transport
    private let signer: SigV4

    init(_ location: S3Location, transport: Transport) {
        self.location = location
        self.transport = transport
        signer = SigV4(
            accessKeyID: location.accessKeyID, secretAccessKey: location.secretAccessKey,
            region: location.region)
    }

    /// What is asked of the bucket.
    struct Request: Sendable {
        var method: String
        /// An object's name. `nil` asks about the bucket.
        var name: String?
        var query: [(name: String, value: String)] = []
        /// Lower-case names.
        var headers: [String: String] = [:]
        /// Sent, and not signed: what proxies on the way may change.
        var loose: [String: String] = [:]
        var payload = SigV4.emptyPayload
    }

    typealias Send = @Sendable (URL, [String: String]) async throws -> Transport.Answer

    /// Asks without a body, for a small answer.
    /// - Throws: `BucketError`, `CancellationError`.
    @discardableResult
    func ask(_ request: Request) async throws -> Transport.Answer {
        let method = request.method
        return try await answer(to: request) { [transport] url, headers in
            try await transport.send(method, url, headers: headers, limits: Self.askLimits)
        }
    }

    /// Sends a request until it succeeds, or is not worth repeating.
    /// - Parameter send: sends it once.
    /// - Throws: `BucketError`, `CancellationError`.
    func answer(to request: Request, by send: Send) async throws -> Transport.Answer {
        let end = ContinuousClock.now + Self.patience
        var pause = Self.firstPause
        for attempt in 1... {
            let outcome = try await once(request, send)
            switch outcome {
            case .success(let answer): return answer
            case .failure(let failure):
                guard failure.isPassing, attempt < Self.tries, .now < end else {
                    throw failure.error
                }
                let jitter = Double.random(in: 0.5...1)
                try await Task.sleep(
                    for: min(failure.retryAfter ?? pause * jitter, Self.longestPause))
                pause *= 3
            }
        }
        throw BucketError.unavailable("no answer")
    }

    private struct Failure: Error {
        let error: BucketError
        let isPassing: Bool
        var retryAfter: Duration?
    }

    private func once(
        _ request: Request, _ send: Send
    ) async throws -> Result<Transport.Answer, Failure> {
        do {
            let (url, headers) = signed(request, at: Date())
            let answer = try await send(url, headers)
            guard !(200..<300).contains(answer.status) else { return .success(answer) }
            let fault = S3Fault(answer)
            let seconds = answer.headers["retry-after"].flatMap { Int($0) }
            return .failure(
                Failure(
                    error: fault.error, isPassing: fault.isPassing,
                    retryAfter: seconds.map { .seconds(max(0, $0)) }))
        } catch let error as OutboundError {
            return .failure(Self.failure(error))
        }
    }

    private static func failure(_ error: OutboundError) -> Failure {
        switch error {
        case .unwritable(let reason):
            Failure(error: .full("on this machine: \(reason)"), isPassing: false)
        case .unreachable, .notSent, .timedOut:
            Failure(error: .unavailable("\(error)"), isPassing: true)
        case .answerTooLarge, .forbiddenAddress, .status, .unreadable:
            Failure(error: .unavailable("\(error)"), isPassing: false)
        }
    }

    private func signed(_ request: Request, at now: Date) -> (URL, [String: String]) {
        let path = location.path(of: request.name)
        var headers = request.headers
        headers["host"] = location.authority
        let signed = signer.headers(
            of: .init(method: request.method, path: path, query: request.query, headers: headers),
            payload: request.payload, at: now)
        let url = location.url(path, query: SigV4.canonical(request.query))
        return (url, signed.merging(request.loose) { signed, _ in signed })
    }

    /// An address under which anybody may get an object.
    /// - Parameters:
    ///   - seconds: from `start`; a week at most.
    ///   - query: what S3 is to say in place of what it was told when the object was stored.
    func link(
        to name: String, from start: Date, for seconds: Int,
        query: [(name: String, value: String)] = []
    ) -> URL {
        let path = location.path(of: name)
        let signed = signer.query(
            of: .init(
                method: "GET", path: path, query: query, headers: ["host": location.authority]),
            for: seconds, at: start)
        return location.url(path, query: signed)
    }
}
