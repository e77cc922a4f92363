extension PixelPlane {
    /// Writes the plane as seen through the taps, at places between pixels too.
    ///
    /// Pointers and wrapping arithmetic: this runs two hundred million times a clip.
    func sample(_ columns: Taps, _ rows: Taps, into target: UnsafeMutablePointer<UInt8>) {
        let width = columns.starts.count
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: stride) { line in
            bytes.withUnsafeBufferPointer { source in
                guard let line = line.baseAddress, let source = source.baseAddress else { return }
                for y in rows.starts.indices {
                    blend(source + Int(rows.starts[y]) * stride, rows.weights, 4 * y, into: line)
                    Self.spread(line, columns, into: target + y * width)
                }
            }
        }
    }

    /// One line between four rows, in 64ths.
    private func blend(
        _ rows: UnsafePointer<UInt8>, _ weights: [Int16], _ first: Int,
        into line: UnsafeMutablePointer<Int16>
    ) {
        let (a, b) = (Int32(weights[first]), Int32(weights[first + 1]))
        let (c, d) = (Int32(weights[first + 2]), Int32(weights[first + 3]))
        let (row1, row2, row3) = (rows + stride, rows + 2 * stride, rows + 3 * stride)
        for x in 0..<stride {
            let upper = Int32(rows[x]) &* a &+ Int32(row1[x]) &* b
            let lower = Int32(row2[x]) &* c &+ Int32(row3[x]) &* d
            line[x] = Int16(truncatingIfNeeded: (upper &+ lower) >> 2)
        }
    }

    /// The pixels between a line's values.
    private static func spread(
        _ line: UnsafeMutablePointer<Int16>, _ columns: Taps,
        into target: UnsafeMutablePointer<UInt8>
    ) {
        columns.starts.withUnsafeBufferPointer { starts in
            columns.weights.withUnsafeBufferPointer { weights in
                for x in 0..<starts.count {
                    let from = line + Int(starts[x])
                    let first =
                        Int32(from[0]) &* Int32(weights[4 &* x])
                        &+ Int32(from[1]) &* Int32(weights[4 &* x &+ 1])
                    let second =
                        Int32(from[2]) &* Int32(weights[4 &* x &+ 2])
                        &+ Int32(from[3]) &* Int32(weights[4 &* x &+ 3])
                    target[x] = UInt8(clamping: (first &+ second &+ 8192) >> 14)
                }
            }
        }
    }
}
