package import Foundation

/// The picture a clip starts from: the product whole and unstretched, at exactly the clip's size.
package enum FirstFrame {
    /// What stands around a photo whose proportions are not the frame's.
    package enum Backdrop: String, Codable, CaseIterable, Sendable {
        /// The photo's own surroundings carried on out of focus. A cut-out product stands on a
        /// soft floor instead.
        case soft
        /// One flat colour, taken from the photo's border.
        case plain
        /// None: the photo fills the frame and is cropped around what draws the eye. A photo too
        /// small for that, or a cut-out product, gets `soft`.
        case cover
    }

    /// Sides a frame may have: below, nothing is recognisable; above, no model delivers.
    package static let sides = 16...4096
    /// A photo enlarged more than this looks out of focus.
    static let mostEnlargement = 2.0

    /// Composes the frame from a photo of any accepted kind.
    /// - Parameter crop: the part of the photo to use; all of it without one.
    /// - Returns: a JPEG of exactly `size`, in sRGB.
    /// - Throws: `ImageError`.
    package static func compose(
        photo: Data, size: PixelSize, backdrop: Backdrop, crop: CropArea? = nil
    ) async throws -> Data {
        try check(size)
        return try await Darkroom.develop {
            let whole = try Photo.decode(photo).0
            let picture = try crop.map { try whole.cropped(to: $0) } ?? whole
            return try frame(picture, size: size, backdrop: backdrop).jpeg()
        }
    }

    /// A calm, empty frame for a clip made from words alone.
    /// - Returns: a JPEG of exactly `size`.
    /// - Throws: `ImageError.frameSize`.
    package static func blank(size: PixelSize) async throws -> Data {
        try check(size)
        return try await Darkroom.develop {
            try CutOut.floor(tint: paleMint, size: size).grained(0.8).jpeg()
        }
    }

    private static let paleMint: [UInt8] = [178, 206, 194]

    private static func check(_ size: PixelSize) throws {
        guard sides.contains(size.width), sides.contains(size.height) else {
            throw ImageError.frameSize(size)
        }
    }

    private static func frame(
        _ photo: Picture, size: PixelSize, backdrop: Backdrop
    ) throws -> Picture {
        switch backdrop {
        case .plain:
            return try photo.hasAlpha
                ? CutOut.onPlain(photo, size: size) : Surround.plain(photo, size: size)
        case .cover where !photo.hasAlpha:
            let filling = Placement(filling: size, with: photo.size)
            if filling.enlargement <= mostEnlargement {
                return try photo.resized(to: filling.size).croppedToAttention(size)
            }
            return try Surround.soft(photo, size: size)
        case .soft, .cover:
            return try photo.hasAlpha
                ? CutOut.onFloor(photo, size: size) : Surround.soft(photo, size: size)
        }
    }
}
