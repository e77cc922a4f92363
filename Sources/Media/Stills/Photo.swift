package import Foundation

/// A product photo made safe to keep: upright, sRGB, 8 bits, without any metadata.
package struct Photo: Equatable, Sendable {
    /// JPEG, or PNG when something in it is transparent.
    package let data: Data
    /// The size of `data`: as uploaded, unless that was longer than `longestSide`.
    package let size: PixelSize
    /// The upright size of the picture that was sent.
    package let uploadedSize: PixelSize
    package let hasAlpha: Bool

    package var mime: String { hasAlpha ? "image/png" : "image/jpeg" }
}

extension Photo {
    /// What is accepted, in words for people.
    package static let kinds = "JPEG, PNG, WebP, HEIC, AVIF, TIFF or GIF"
    /// Room for any phone's photo; more is a scan or an attack on memory.
    package static let mostBytes = 20_000_000
    /// The largest phone sensors in use, saved in full.
    package static let mostPixels = 50_000_000
    /// Smaller than this there is no product to see.
    package static let shortestSide = 64
    /// Twice the largest frame's long side: more detail than any frame can show.
    package static let longestSide = 4096

    /// Reads a picture of any accepted kind; the bytes decide which it is.
    ///
    /// Limits are checked on the header, before any pixel is decoded.
    /// - Throws: `ImageError`.
    package static func normalise(_ data: Data) async throws -> Photo {
        guard data.count <= mostBytes else { throw ImageError.tooManyBytes(data.count) }
        return try await Darkroom.develop {
            let (picture, uploadedSize) = try decode(data)
            return Photo(
                data: try picture.hasAlpha ? picture.png() : picture.jpeg(),
                size: picture.size, uploadedSize: uploadedSize, hasAlpha: picture.hasAlpha)
        }
    }

    /// The picture in memory with its uploaded size; alpha only where it shows.
    static func decode(_ data: Data) throws -> (Picture, uploadedSize: PixelSize) {
        guard !data.isEmpty else { throw ImageError.unreadable(detail: "no bytes") }
        return try data.withUnsafeBytes { bytes in
            guard PictureKind(of: bytes) != nil else { throw ImageError.unsupportedType }
            let size = try uprightSize(of: bytes)
            guard size.pixels <= mostPixels else { throw ImageError.tooLarge(size) }
            guard min(size.width, size.height) >= shortestSide else {
                throw ImageError.tooSmall(size)
            }
            let picture = try Picture.thumbnail(of: bytes, longestSide: longestSide)
            return (try picture.inSRGB().computed().withoutIdleAlpha(), size)
        }
    }

    private static func uprightSize(of bytes: UnsafeRawBufferPointer) throws -> PixelSize {
        let header = try Picture.header(of: bytes)
        return header.liesOnItsSide
            ? PixelSize(width: header.height, height: header.width) : header.size
    }
}
