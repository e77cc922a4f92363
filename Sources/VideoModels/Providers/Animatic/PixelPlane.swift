/// One plane of a picture: brightness, or one of the two colour differences.
///
/// Two pixels of its edge are repeated around it, so that sampling never looks outside.
struct PixelPlane: Sendable {
    let width: Int
    let height: Int
    let bytes: [UInt8]

    static let edge = 2
    var stride: Int { width + 2 * Self.edge }

    init(width: Int, height: Int, _ value: (_ x: Int, _ y: Int) -> UInt8) {
        self.width = width
        self.height = height
        let stride = width + 2 * Self.edge
        var bytes: [UInt8] = []
        bytes.reserveCapacity(stride * (height + 2 * Self.edge))
        for row in -Self.edge..<height + Self.edge {
            let y = min(max(row, 0), height - 1)
            for column in -Self.edge..<width + Self.edge {
                bytes.append(value(min(max(column, 0), width - 1), y))
            }
        }
        self.bytes = bytes
    }
}

/// Where each pixel along one axis comes from: four neighbours and their cubic weights.
struct Taps {
    /// The first neighbour's place in a padded row or column.
    private(set) var starts: [Int32] = []
    /// Four a pixel, in 256ths.
    private(set) var weights: [Int16] = []

    static let one = 256.0

    /// - Parameters:
    ///   - count: pixels to make.
    ///   - length: pixels to choose from.
    ///   - position: where a pixel comes from, both as shares from 0 to 1.
    init(count: Int, of length: Int, position: (Double) -> Double) {
        starts.reserveCapacity(count)
        weights.reserveCapacity(4 * count)
        for index in 0..<count {
            let share = position((Double(index) + 0.5) / Double(count))
            let place = min(max(share * Double(length) - 0.5, -0.5), Double(length) - 0.5)
            let whole = place.rounded(.down)
            starts.append(Int32(whole) - 1 + Int32(PixelPlane.edge))
            append(fraction: place - whole)
        }
    }

    /// Catmull-Rom: passes through the pixels, so that an unmoved picture stays what it is.
    private mutating func append(fraction t: Double) {
        let a = Int16((Self.one * t * (-0.5 + t * (1 - 0.5 * t))).rounded())
        let c = Int16((Self.one * t * (0.5 + t * (2 - 1.5 * t))).rounded())
        let d = Int16((Self.one * t * t * (-0.5 + 0.5 * t)).rounded())
        weights.append(a)
        weights.append(Int16(Self.one) - a - c - d)
        weights.append(c)
        weights.append(d)
    }
}
