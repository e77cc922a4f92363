import Crypto
package import Foundation
import NIOPosix

/// A file's size and its SHA-256: what is compared to know that it arrived whole.
package struct FileFacts: Equatable, Sendable {
    package let bytes: Int
    /// 32 bytes.
    package let sha256: Data

    /// As rows and S3's headers have it: 64 lower-case digits.
    package var hex: String { Self.hex(sha256) }

    private static let chunk = 1 << 20

    package init(bytes: Int, sha256: Data) {
        self.bytes = bytes
        self.sha256 = sha256
    }

    /// Reads a file from end to end, on NIO's threads for blocking calls.
    /// - Throws: `BucketError`.
    package static func measure(_ file: URL) async throws -> FileFacts {
        try await NIOThreadPool.singleton.runIfActive { try FileFacts(of: file) }
    }

    private init(of file: URL) throws {
        do {
            let handle = try FileHandle(forReadingFrom: file)
            var hash = SHA256()
            var bytes = 0
            while let piece = try handle.read(upToCount: Self.chunk), !piece.isEmpty {
                hash.update(data: piece)
                bytes += piece.count
            }
            try handle.close()
            self.init(bytes: bytes, sha256: Data(hash.finalize()))
        } catch {
            throw BucketError(ofFile: error)
        }
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
