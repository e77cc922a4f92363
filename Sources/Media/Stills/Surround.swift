/// Continues an ordinary photo to the edges of a frame.
enum Surround {
    /// The photo's edges carried on outwards and out of focus, so that no border shows where the
    /// photo ends.
    static func soft(_ photo: Picture, size: PixelSize) throws -> Picture {
        let place = Placement(fitting: photo.size, in: size)
        let short = Double(min(size.width, size.height))
        let sharp = try photo.resized(to: place.size)
            .extended(to: size, x: place.x, y: place.y).computed()
        let hazy = try sharp.softened(short * 0.035)
        let far = try sharp.softened(short * 0.12)
        let near = try mask(place, in: size, inset: -short * 0.10, softness: short * 0.06)
        let around = try hazy.over(far, mask: near)
        let inside = try mask(place, in: size, inset: short * 0.022, softness: short * 0.011)
        return try sharp.over(around.grained(0.8), mask: inside)
    }

    /// One colour all around, met by the photo in a narrow soft edge.
    static func plain(_ photo: Picture, size: PixelSize) throws -> Picture {
        let place = Placement(fitting: photo.size, in: size)
        let short = Double(min(size.width, size.height))
        let ground = try Picture.flat(borderColour(of: photo), size)
        let inside = try mask(place, in: size, inset: short * 0.012, softness: short * 0.006)
        return try photo.resized(to: place.size)
            .extended(to: size, x: place.x, y: place.y)
            .over(ground, mask: inside)
    }

    /// White where the photo is, fading across its edges. An edge that is also the frame's stays
    /// white, since nothing is beyond it.
    private static func mask(
        _ place: Placement, in size: PixelSize, inset: Double, softness: Double
    ) throws -> Picture {
        let (left, right) = span(place.x, place.size.width, of: size.width, inset: inset)
        let (top, bottom) = span(place.y, place.size.height, of: size.height, inset: inset)
        let inner = PixelSize(width: right - left, height: bottom - top)
        return try Picture.flat([255], inner)
            .placed(in: size, x: left, y: top).softened(softness)
    }

    private static func span(
        _ start: Int, _ length: Int, of whole: Int, inset: Double
    ) -> (Int, Int) {
        // One pixel short is rounding, not a border.
        guard start > 1 else { return (0, whole) }
        let inset = min(Int(inset.rounded()), length / 3)
        return (max(0, start + inset), min(whole, start + length - inset))
    }

    /// The middle value of each band along the border: one odd object there changes nothing.
    static func borderColour(of photo: Picture) throws -> [UInt8] {
        let side = 64
        let small = try photo.resized(to: PixelSize(width: side, height: side))
        let pixels = try small.rawPixels()
        let border = (0..<side * side).filter { index in
            let (y, x) = index.quotientAndRemainder(dividingBy: side)
            return x == 0 || y == 0 || x == side - 1 || y == side - 1
        }
        return (0..<3).map { band in
            let values = border.map { pixels[$0 * 3 + band] }.sorted()
            return values[values.count / 2]
        }
    }
}
