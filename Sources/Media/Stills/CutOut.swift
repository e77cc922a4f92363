/// Sets a product that was cut out of its photo, on a transparent ground, into a frame.
enum CutOut {
    /// The part of the frame a product may take, so that it stands in room, not against the edge.
    private static let room = (width: 0.80, height: 0.62)
    /// A light, slightly warm grey that suits every colour.
    private static let neutral: [UInt8] = [242, 242, 239]

    static func onPlain(_ photo: Picture, size: PixelSize) throws -> Picture {
        let product = try Standing(photo, in: size)
        return try product.colour.over(.flat(neutral, size), mask: product.shape)
    }

    /// On a floor in a pale shade of the product's own colour, with the shadow it would throw.
    static func onFloor(_ photo: Picture, size: PixelSize) throws -> Picture {
        let product = try Standing(photo, in: size)
        let ground = try floor(tint: product.tint(), size: size)
        let lit = try ground.multiplied(by: product.light())
            .inBytes().grained(0.8)
        return try product.colour.over(lit, mask: product.shape)
    }

    /// A wall lit from above that turns into a floor without an edge.
    static func floor(tint: [UInt8], size: PixelSize) throws -> Picture {
        let levels = [0.985, 0.97, 0.94, 0.90, 0.93, 0.955]
        let pale = tint.map { 255 * (1 - paleness) + Double($0) * paleness }
        let strip = levels.flatMap { level in pale.map { UInt8($0 * level) } }
        let steps = PixelSize(width: 1, height: levels.count)
        let column = try Picture.pixels(strip, steps, bands: 3)
        return try column.resized(to: PixelSize(width: 1, height: size.height))
            .softened(Double(size.height) / 24)
            .extended(to: size, x: 0, y: 0).computed()
    }

    /// How much of the product's colour the floor takes on.
    private static let paleness = 0.28

    /// A product at its place in the frame: its colours, and its shape as a mask.
    private struct Standing {
        let colour: Picture
        let shape: Picture
        private let product: Picture
        private let place: Placement
        private let size: PixelSize

        init(_ photo: Picture, in size: PixelSize) throws {
            let trimmed = try photo.trimmed()
            let room = PixelSize(
                width: max(1, Int(Double(size.width) * CutOut.room.width)),
                height: max(1, Int(Double(size.height) * CutOut.room.height)))
            let fit = Placement(fitting: trimmed.size, in: room)
            product = try trimmed.resized(to: fit.size).computed()
            place = Placement(fitting: product.size, in: size, atMost: 1)
            self.size = size
            colour = try product.bands(0, 3).placed(in: size, x: place.x, y: place.y)
            shape = try product.bands(3).placed(in: size, x: place.x, y: place.y).computed()
        }

        /// The average colour of what is opaque.
        func tint() throws -> [UInt8] {
            let alpha = try product.bands(3)
            let coverage = max(1, try alpha.average())
            return try (0..<3).map { band in
                let weighted = try product.bands(band).multiplied(by: alpha).average()
                return UInt8(min(255, weighted / coverage))
            }
        }

        /// One where light falls, less in the shadow: dark and narrow where the product touches
        /// the floor, faint and wide around it.
        func light() throws -> Picture {
            let width = Double(product.width)
            let contact = try foot(thickness: 0.035, drop: 0.35).softened(width * 0.025)
            let around = try foot(thickness: 0.12, drop: 0.30).softened(width * 0.09)
            let ambient = try shape.softened(width * 0.10)
            return try contact.scaled(by: -0.42 / 255, plus: 1)
                .multiplied(by: around.scaled(by: -0.30 / 255, plus: 1))
                .multiplied(by: ambient.scaled(by: -0.07 / 255, plus: 1)).computed()
        }

        /// The lowest part of the product's shape, flattened onto the floor.
        private func foot(thickness: Double, drop: Double) throws -> Picture {
            let height = max(2, Int(Double(product.width) * thickness * 2))
            let flat = PixelSize(width: product.width, height: height)
            let bottom = place.y + place.size.height
            let lowest = PixelSize(
                width: product.width, height: max(1, product.height * 3 / 20))
            return try product.bands(3)
                .cropped(x: 0, y: product.height - lowest.height, to: lowest).resized(to: flat)
                .placed(in: size, x: place.x, y: bottom - Int(Double(height) * (1 - drop)))
                .computed()
        }
    }
}
