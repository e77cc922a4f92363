import Media

/// A drawn card at its place in the frame, for a stretch of the clip.
struct Overlay: Sendable {
    /// Even, because colour is kept for pairs of pixels.
    private let x: Int
    private let y: Int
    private let width: Int
    private let height: Int
    private let luma: [UInt8]
    private let blue: [UInt8]
    private let red: [UInt8]
    private let cover: [UInt8]
    private let halfCover: [UInt8]

    let frames: Range<Int>
    /// Frames it takes to appear and, unless the clip ends first, to vanish: a third of a second.
    private static let fade = 10

    /// - Parameters:
    ///   - card: RGBA, not larger than the frame.
    ///   - x, y: the upper left corner in pixels.
    init(_ card: Raster, x: Int, y: Int, frames: Range<Int>) {
        self.x = x / 2 * 2
        self.y = y / 2 * 2
        self.frames = frames
        width = card.size.width / 2 * 2
        height = card.size.height / 2 * 2
        var planes = Planes()
        for row in 0..<height {
            for column in 0..<width {
                let at = (row * card.size.width + column) * 4
                planes.take(card.bytes, at, isFirstOfFour: row % 2 == 0 && column % 2 == 0)
            }
        }
        (luma, blue, red) = (planes.luma, planes.blue, planes.red)
        (cover, halfCover) = (planes.cover, planes.halfCover)
    }

    private struct Planes {
        var luma: [UInt8] = []
        var blue: [UInt8] = []
        var red: [UInt8] = []
        var cover: [UInt8] = []
        var halfCover: [UInt8] = []

        mutating func take(_ bytes: [UInt8], _ at: Int, isFirstOfFour: Bool) {
            let colour = VideoColour(
                red: Int(bytes[at]), green: Int(bytes[at + 1]), blue: Int(bytes[at + 2]))
            luma.append(colour.luma)
            cover.append(bytes[at + 3])
            guard isFirstOfFour else { return }
            blue.append(colour.blue)
            red.append(colour.red)
            halfCover.append(bytes[at + 3])
        }
    }

    /// Lays the card over a frame of planes one after the other.
    func draw(into target: UnsafeMutablePointer<UInt8>, _ size: PixelSize, frame: Int) {
        let strength = Int32(256 * self.strength(in: frame))
        guard strength > 0 else { return }
        let half = (x: x / 2, y: y / 2, stride: size.width / 2)
        Self.lay(luma, cover, strength, width, target + y * size.width + x, size.width)
        let corner = half.y * half.stride + half.x
        let first = target + size.pixels + corner
        let second = target + size.pixels * 5 / 4 + corner
        Self.lay(blue, halfCover, strength, width / 2, first, half.stride)
        Self.lay(red, halfCover, strength, width / 2, second, half.stride)
    }

    /// 0 to 1; a card that stays to the clip's end does not fade out.
    private func strength(in frame: Int) -> Double {
        guard frames.contains(frame) else { return 0 }
        let since = Double(frame - frames.lowerBound + 1)
        let until = Double(frames.upperBound - frame)
        let t = min(1, min(since, until) / Double(Self.fade))
        return t * t * (3 - 2 * t)
    }

    private static func lay(
        _ colours: [UInt8], _ cover: [UInt8], _ strength: Int32, _ width: Int,
        _ target: UnsafeMutablePointer<UInt8>, _ stride: Int
    ) {
        for index in colours.indices {
            let (row, column) = index.quotientAndRemainder(dividingBy: width)
            let at = row * stride + column
            let under = Int32(target[at])
            let weight = Int32(cover[index]) * strength
            target[at] = UInt8(
                clamping: under + ((Int32(colours[index]) - under) * weight) / 65_280)
        }
    }
}
