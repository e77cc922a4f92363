import CZlib
import Foundation

/// Compresses texts for browsers (RFC 1952).
enum Gzip {
    private static let best: Int32 = 9

    /// - Returns: `nil` when zlib has no memory.
    static func compress(_ data: Data) -> Data? {
        var stream = z_stream()
        guard czlib_begin_gzip(&stream, best) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var output = Data(count: Int(deflateBound(&stream, UInt(data.count))))
        let status = data.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { room in
                stream.next_in = UnsafeMutablePointer(
                    mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = room.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(room.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { return nil }
        return output.prefix(Int(stream.total_out))
    }
}
