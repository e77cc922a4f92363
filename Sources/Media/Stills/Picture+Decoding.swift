import CVips

extension Picture {
    /// Reads the header; no pixel is decoded.
    static func header(of bytes: UnsafeRawBufferPointer) throws -> Picture {
        try make { slot in
            slot.pointee = cvips_open(bytes.baseAddress, bytes.count)
            return slot.pointee == nil ? -1 : 0
        }
    }

    /// Decodes upright and in sRGB, shrunk while decoding when it is longer than the limit.
    static func thumbnail(
        of bytes: UnsafeRawBufferPointer, longestSide: Int
    ) throws -> Picture {
        let side = CInt(longestSide)
        return try make { cvips_thumbnail(bytes.baseAddress, bytes.count, $0, side, side) }
    }

    /// Whether the orientation tag turns it by a quarter.
    var liesOnItsSide: Bool { vips_image_get_orientation_swap(image) != 0 }

    /// Drops an alpha band that hides nothing.
    func withoutIdleAlpha() throws -> Picture {
        guard hasAlpha, try bands(bands - 1).minimum() == 255 else { return self }
        return try bands(0, bands - 1)
    }
}
