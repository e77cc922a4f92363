import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix

/// Files as bodies: however large, only a few pieces of one are in memory.
extension Transport {
    /// Sends a file as a request's body, once. Another time, the file is read anew.
    /// - Parameter limits: `head` has to leave time for the whole file.
    /// - Throws: `OutboundError`; `.unreadable` for a file that is not there; `CancellationError`.
    package func upload(
        _ method: String, _ url: URL, headers: [String: String], file: URL, limits: Limits
    ) async throws -> Answer {
        let length: Int64
        do {
            length = Int64(try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0)
        } catch {
            throw OutboundError.unreadable
        }
        var request = Self.request(method, url, headers, nil)
        request.body = .stream(FilePieces(file: file), length: .known(length))
        return try await Self.send(request, over: client, limits)
    }

    /// Sends a request whose answer is a file. No redirect is followed.
    /// - Returns: a successful answer with an empty body, as that is in the file; any other with
    ///   its body, if that is small, and then nothing worth keeping is in the file.
    /// - Throws: `OutboundError`: `.unreachable` also for an answer that broke off, `.unwritable`
    ///   when this machine cannot keep the file; `CancellationError`.
    package func receive(
        _ method: String, _ url: URL, headers: [String: String], to file: URL, limits: Limits
    ) async throws -> Answer {
        let request = Self.request(method, url, headers, nil)
        return try await Self.within(limits.whole) {
            do {
                let response = try await self.client.execute(request, timeout: .init(limits.head))
                let status = Int(response.status.code)
                var body = Data()
                if (200..<300).contains(status) {
                    let count = try await Self.write(
                        response.body, to: file, limit: limits.bytes)
                    try Self.check(count, against: response.headers)
                } else {
                    let bytes = try await response.body.collect(upTo: Self.explanationLimit)
                    body = Data(buffer: bytes)
                }
                return Answer(status: status, headers: Self.fields(response.headers), body: body)
            } catch {
                throw try Self.problem(error, limits)
            }
        }
    }

    /// An error's body says why, and is no book.
    private static let explanationLimit = 64_000

    /// What ends with the connection, and with neither a length nor a last chunk, may have broken
    /// off.
    private static func check(_ count: Int, against headers: HTTPHeaders) throws {
        let announced = headers.first(name: "content-length")
        let isChunked = headers[canonicalForm: "transfer-encoding"].last == "chunked"
        guard announced.map({ Int($0) == count }) ?? isChunked else {
            throw OutboundError.unreachable("the answer is not whole")
        }
    }
}

/// A file's bytes, read as they are asked for, on NIO's threads for blocking calls.
private struct FilePieces: AsyncSequence, Sendable {
    /// Large enough for a fast line, small beside a server's memory.
    private static let pieceBytes = 1 << 18

    let file: URL

    func makeAsyncIterator() -> Iterator { Iterator(file: file) }

    struct Iterator: AsyncIteratorProtocol {
        let file: URL
        private var opened: OpenFile?

        init(file: URL) { self.file = file }

        mutating func next() async throws -> ByteBuffer? {
            let source = try opened ?? OpenFile(file)
            opened = source
            let piece = try await NIOThreadPool.singleton.runIfActive {
                try source.read(upTo: FilePieces.pieceBytes)
            }
            return piece.readableBytes == 0 ? nil : piece
        }
    }
}

/// Closed when nobody reads from it any more.
private final class OpenFile: Sendable {
    private let descriptor: Int32

    init(_ file: URL) throws {
        descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw OutboundError.unreadable }
    }

    deinit { close(descriptor) }

    func read(upTo count: Int) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            let read = Foundation.read(descriptor, bytes.baseAddress, count)
            guard read >= 0 else { throw OutboundError.unreadable }
            return read
        }
        return buffer
    }
}
