import CVips
import Foundation

extension Picture {
    /// High enough that a photo saved twice still shows no blocks.
    static let jpegQuality: CInt = 92
    /// Posters are looked at small and many at a time.
    static let webpQuality: CInt = 82

    func jpeg() throws -> Data {
        try encoded { cvips_save_jpeg(image, $0, $1, Self.jpegQuality) }
    }

    func png() throws -> Data {
        try encoded { cvips_save_png(image, $0, $1) }
    }

    func webp() throws -> Data {
        try encoded { cvips_save_webp(image, $0, $1, Self.webpQuality) }
    }

    private typealias Buffer = UnsafeMutablePointer<UnsafeMutableRawPointer?>

    private func encoded(_ save: (Buffer, UnsafeMutablePointer<Int>) -> CInt) throws -> Data {
        var bytes: UnsafeMutableRawPointer?
        var count = 0
        guard save(&bytes, &count) == 0, let bytes else { throw Picture.failure() }
        return Data(
            bytesNoCopy: bytes, count: count,
            deallocator: .custom { memory, _ in cvips_free(memory) })
    }

    /// The pixels row by row, without padding.
    func rawPixels() throws -> [UInt8] {
        var count = 0
        guard let memory = vips_image_write_to_memory(image, &count) else {
            throw Picture.failure()
        }
        defer { cvips_free(memory) }
        return [UInt8](UnsafeRawBufferPointer(start: memory, count: count))
    }
}
