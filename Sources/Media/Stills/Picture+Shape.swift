import CVips

extension Picture {
    /// Scaled to exactly this size. The caller keeps the proportions.
    func resized(to size: PixelSize) throws -> Picture {
        let x = Double(size.width) / Double(width)
        let y = Double(size.height) / Double(height)
        let scaled = try then { cvips_resize($0, $1, x, y) }
        // Rounding inside vips may leave a side one pixel off.
        return scaled.size == size ? scaled : try scaled.extended(to: size, x: 0, y: 0)
    }

    /// Placed in a larger picture whose remaining pixels repeat this one's edges.
    func extended(to size: PixelSize, x: Int, y: Int) throws -> Picture {
        try embedded(in: size, x: x, y: y, VIPS_EXTEND_COPY)
    }

    /// Placed in a larger, black and transparent picture.
    func placed(in size: PixelSize, x: Int, y: Int) throws -> Picture {
        try embedded(in: size, x: x, y: y, VIPS_EXTEND_BLACK)
    }

    private func embedded(
        in size: PixelSize, x: Int, y: Int, _ extend: VipsExtend
    ) throws -> Picture {
        try then {
            cvips_embed($0, $1, CInt(x), CInt(y), CInt(size.width), CInt(size.height), extend)
        }
    }

    func cropped(x: Int, y: Int, to size: PixelSize) throws -> Picture {
        try then {
            cvips_crop($0, $1, CInt(x), CInt(y), CInt(size.width), CInt(size.height))
        }
    }

    /// The part of this size that draws the eye most.
    func croppedToAttention(_ size: PixelSize) throws -> Picture {
        try then { cvips_crop_to_attention($0, $1, CInt(size.width), CInt(size.height)) }
    }

    /// Without the fully transparent margin around it. Unchanged when there is nothing else.
    func trimmed() throws -> Picture {
        let alpha = try bands(bands - 1)
        var x: CInt = 0
        var y: CInt = 0
        var width: CInt = 0
        var height: CInt = 0
        let faintest = 12.0
        guard cvips_bounds(alpha.image, faintest, &x, &y, &width, &height) == 0 else {
            throw Picture.failure()
        }
        guard width > 0, height > 0 else { return self }
        return try cropped(
            x: Int(x), y: Int(y), to: PixelSize(width: Int(width), height: Int(height)))
    }
}
