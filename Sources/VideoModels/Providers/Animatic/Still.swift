import Media

/// The first frame as video sees it: BT.709 brightness and half-size colour planes.
struct Still: Sendable {
    let size: PixelSize
    let luma: PixelPlane
    let blue: PixelPlane
    let red: PixelPlane

    init(_ raster: Raster) {
        size = raster.size
        let (width, height) = (raster.size.width, raster.size.height)
        luma = PixelPlane(width: width, height: height) { x, y in
            Self.pixel(raster, x, y).luma
        }
        blue = PixelPlane(width: width / 2, height: height / 2) { x, y in
            Self.quad(raster, x, y).blue
        }
        red = PixelPlane(width: width / 2, height: height / 2) { x, y in
            Self.quad(raster, x, y).red
        }
    }

    private static func pixel(_ raster: Raster, _ x: Int, _ y: Int) -> VideoColour {
        let at = (y * raster.size.width + x) * raster.bands
        return VideoColour(
            red: Int(raster.bytes[at]), green: Int(raster.bytes[at + 1]),
            blue: Int(raster.bytes[at + 2]))
    }

    /// The average of four pixels.
    private static func quad(_ raster: Raster, _ x: Int, _ y: Int) -> VideoColour {
        var sums = (0, 0, 0)
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let at = ((2 * y + dy) * raster.size.width + 2 * x + dx) * raster.bands
            sums.0 += Int(raster.bytes[at])
            sums.1 += Int(raster.bytes[at + 1])
            sums.2 += Int(raster.bytes[at + 2])
        }
        return VideoColour(
            red: (sums.0 + 2) / 4, green: (sums.1 + 2) / 4, blue: (sums.2 + 2) / 4)
    }

    /// Writes brightness, then the two colour planes, seen through a framing.
    func draw(_ framing: Framing, into target: UnsafeMutablePointer<UInt8>) {
        draw(luma, framing, into: target)
        draw(blue, framing, into: target + size.pixels)
        draw(red, framing, into: target + size.pixels * 5 / 4)
    }

    private func draw(
        _ plane: PixelPlane, _ framing: Framing, into target: UnsafeMutablePointer<UInt8>
    ) {
        let columns = Taps(count: plane.width, of: plane.width) { share in
            framing.x + share * framing.scale - framing.lead * Self.middle(share)
        }
        let rows = Taps(count: plane.height, of: plane.height) { share in
            framing.y + share * framing.scale
        }
        plane.sample(columns, rows, into: target)
    }

    /// 1 around the middle, where the product stands, and 0 at the sides, with a soft slope.
    private static func middle(_ share: Double) -> Double {
        let t = min(1, max(0, (0.5 - abs(share - 0.5)) / 0.34))
        return t * t * (3 - 2 * t)
    }
}

/// An RGB colour in BT.709 video levels.
struct VideoColour {
    let luma: UInt8
    let blue: UInt8
    let red: UInt8

    /// Weights in 65,536ths: 219 or 224 levels of 256, as the standard has them.
    init(red r: Int, green g: Int, blue b: Int) {
        luma = UInt8(clamping: (11_966 * r + 40_254 * g + 4_064 * b + 1_081_344) >> 16)
        blue = UInt8(clamping: (-6_596 * r - 22_189 * g + 28_784 * b + 8_421_376) >> 16)
        red = UInt8(clamping: (28_784 * r - 26_145 * g - 2_639 * b + 8_421_376) >> 16)
    }
}
