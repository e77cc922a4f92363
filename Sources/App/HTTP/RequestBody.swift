import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat
import Postgres
import ServiceLifecycle
import Synchronization

extension Request {
    /// What a body may take whatever its size, and how slow a line may be beyond that: a weak
    /// mobile one sends 50 kB a second. Without a limit a few trickling bodies would keep everybody
    /// else's out.
    private static let leastPatience = Duration.seconds(20)
    private static let leastBytesPerSecond = 50_000

    /// The whole body, refused before it is read when it says that it is too large.
    /// - Throws: `APIError` `payload_too_large`; `request_timeout` when it comes too slowly.
    func wholeBody(limit: Int) async throws -> Data {
        let tooLarge = APIError(
            .contentTooLarge, .payloadTooLarge, "The body is larger than \(limit) bytes.")
        let length = headers[.contentLength].flatMap { Int($0) }
        if let length, length > limit { throw tooLarge }
        let patience =
            Self.leastPatience + .seconds((length ?? limit) / Self.leastBytesPerSecond)
        do {
            return try await within(patience) { [body] in
                Data(buffer: try await body.collect(upTo: limit))
            }
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }

    /// What a server that is going gives a body that is on its way.
    private static let lastPatience = Duration.seconds(5)

    private func within(
        _ patience: Duration, _ read: @Sendable @escaping () async throws -> Data
    ) async throws -> Data {
        try await withThrowingTaskGroup(of: Data?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await read() }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            group.addTask {
                try await gracefulShutdown()
                try await Task.sleep(for: Self.lastPatience)
                throw APIError.shuttingDown
            }
            guard let data = try await group.next() ?? nil else {
                throw APIError(
                    .requestTimeout, .requestTimeout,
                    "The body came too slowly. Nothing was kept and nothing charged. Try again.")
            }
            return data
        }
    }
}

/// Bounds the memory that large bodies take: only so many are read at once, and not all of them are
/// one person's.
final class UploadGate: Sendable {
    /// Eight bodies of the largest size are a quarter of a gigabyte.
    private static let limit = 8
    private static let perPerson = 4
    private static let small = 1_000_000

    private let open = Mutex<[ID<User>: Int]>([:])

    /// Reads a body, waiting for nothing: past the limit the client is told to come again.
    /// - Throws: `APIError` `payload_too_large`, `request_timeout`, `rate_limited`, `overloaded`.
    func body(of request: Request, from user: ID<User>, limit: Int) async throws -> Data {
        let length = request.headers[.contentLength].flatMap { Int($0) } ?? limit
        guard length > Self.small else { return try await request.wholeBody(limit: limit) }
        try enter(user)
        defer { leave(user) }
        return try await request.wholeBody(limit: limit)
    }

    private func enter(_ user: ID<User>) throws {
        try open.withLock { open in
            let own = open[user, default: 0]
            guard own < Self.perPerson else { throw APIError.rateLimited(retryAfter: 2) }
            guard open.values.reduce(0, +) < Self.limit else {
                var error = APIError(
                    .serviceUnavailable, .overloaded, "Many uploads are under way. Try again.")
                error.retryAfter = 2
                throw error
            }
            open[user] = own + 1
        }
    }

    private func leave(_ user: ID<User>) {
        open.withLock { open in
            let left = open[user, default: 1] - 1
            open[user] = left > 0 ? left : nil
        }
    }
}
