import Foundation
import Hummingbird
import NIOCore
import NIOFoundationCompat
import Synchronization

extension Request {
    /// The whole body, refused before it is read when it says that it is too large.
    /// - Throws: `APIError` `payload_too_large`.
    func wholeBody(limit: Int) async throws -> Data {
        let tooLarge = APIError(
            .contentTooLarge, .payloadTooLarge, "The body is larger than \(limit) bytes.")
        if let text = headers[.contentLength], let length = Int(text), length > limit {
            throw tooLarge
        }
        do {
            return Data(buffer: try await body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }
}

/// Bounds the memory that large bodies take: only so many are read at once.
final class UploadGate: Sendable {
    /// Eight bodies of the largest size are a quarter of a gigabyte.
    private static let limit = 8
    private static let small = 1_000_000

    private let open = Mutex(0)

    /// Reads a body, waiting for nothing: past the limit the client is told to come again.
    /// - Throws: `APIError` `payload_too_large`, `overloaded`.
    func body(of request: Request, limit: Int) async throws -> Data {
        let length = request.headers[.contentLength].flatMap { Int($0) } ?? limit
        guard length > Self.small else { return try await request.wholeBody(limit: limit) }
        let entered = open.withLock { open in
            guard open < Self.limit else { return false }
            open += 1
            return true
        }
        guard entered else {
            var error = APIError(
                .serviceUnavailable, .overloaded, "Many uploads are under way. Try again.")
            error.retryAfter = 2
            throw error
        }
        defer { open.withLock { $0 -= 1 } }
        return try await request.wholeBody(limit: limit)
    }
}
