package import Foundation

/// Pixels in memory: 8 bits a band, row by row, without padding.
package struct Raster: Equatable, Sendable {
    package let size: PixelSize
    /// 3 for RGB, 4 for RGB and alpha.
    package let bands: Int
    package let bytes: [UInt8]

    package init(size: PixelSize, bands: Int, bytes: [UInt8]) {
        self.size = size
        self.bands = bands
        self.bytes = bytes
    }

    /// Reads an opaque picture as RGB.
    /// - Throws: `ImageError`.
    package static func read(_ picture: Data) async throws -> Raster {
        try await Darkroom.develop {
            let decoded = try Photo.decode(picture).0
            let opaque = decoded.hasAlpha ? try decoded.bands(0, 3) : decoded
            return Raster(size: opaque.size, bands: 3, bytes: try opaque.rawPixels())
        }
    }
}
