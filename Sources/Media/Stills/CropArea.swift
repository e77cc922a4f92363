/// A part of a photo, in shares of its upright width and height from the upper left corner.
package struct CropArea: Codable, Hashable, Sendable {
    /// A smaller share is a slip of the hand.
    private static let smallestShare = 0.02
    /// Shares come from a pointer's position divided by a width: the last digits are noise.
    private static let tolerance = 1e-6

    package let x: Double
    package let y: Double
    package let width: Double
    package let height: Double

    /// - Returns: `nil` when some of it is outside the photo, or nothing is left of it.
    package init?(x: Double, y: Double, width: Double, height: Double) {
        let end = 1 + Self.tolerance
        guard x >= 0, y >= 0, width >= Self.smallestShare, height >= Self.smallestShare,
            x + width <= end, y + height <= end
        else { return nil }
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    /// Its size in a photo of this size.
    package func size(in photo: PixelSize) -> PixelSize {
        let (left, top) = corner(in: photo)
        return PixelSize(
            width: max(1, min(photo.width - left, Int((width * Double(photo.width)).rounded()))),
            height: max(1, min(photo.height - top, Int((height * Double(photo.height)).rounded()))))
    }

    func corner(in photo: PixelSize) -> (left: Int, top: Int) {
        (
            min(photo.width - 1, Int(x * Double(photo.width))),
            min(photo.height - 1, Int(y * Double(photo.height)))
        )
    }

    /// Whether a product can still be seen in it.
    package func isUsable(in photo: PixelSize) -> Bool {
        let size = size(in: photo)
        return min(size.width, size.height) >= Photo.shortestSide
    }
}

extension Picture {
    /// - Throws: `ImageError.tooSmall` when too few pixels are left.
    func cropped(to area: CropArea) throws -> Picture {
        guard area.isUsable(in: size) else { throw ImageError.tooSmall(area.size(in: size)) }
        let (left, top) = area.corner(in: size)
        return try cropped(x: left, y: top, to: area.size(in: size))
    }
}
