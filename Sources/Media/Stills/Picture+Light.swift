import CVips

extension Picture {
    /// `count` bands from `first` on.
    func bands(_ first: Int, _ count: Int = 1) throws -> Picture {
        try then { cvips_band($0, $1, CInt(first), CInt(count)) }
    }

    func withAlpha(_ alpha: Picture) throws -> Picture {
        try then { cvips_join($0, alpha.image, $1) }
    }

    func inBytes() throws -> Picture { try then(cvips_to_bytes) }

    func blurred(_ sigma: Double) throws -> Picture {
        // Below this libvips has no kernel, and nobody sees it.
        guard sigma > 0.2 else { return self }
        return try then { cvips_blur($0, $1, sigma) }
    }

    /// Blurred so strongly that doing it on a smaller copy makes no visible difference.
    func softened(_ sigma: Double) throws -> Picture {
        let shrink = max(1, Int(sigma / 4))
        let small = PixelSize(width: max(2, width / shrink), height: max(2, height / shrink))
        return try resized(to: small).blurred(sigma / Double(shrink)).resized(to: size)
    }

    /// Every value times `factor` plus `offset`, in floating point.
    func scaled(by factor: Double, plus offset: Double = 0) throws -> Picture {
        try then { cvips_scale($0, $1, factor, offset) }
    }

    func multiplied(by other: Picture) throws -> Picture {
        try then { cvips_multiply($0, other.image, $1) }
    }

    /// Fine noise, so that smooth gradients do not turn into bands in 8-bit video.
    func grained(_ sigma: Double) throws -> Picture {
        let noise = try Picture.make { cvips_noise($0, CInt(width), CInt(height), sigma) }
        return try then { cvips_add($0, noise.image, $1) }.inBytes()
    }

    /// This picture where the mask is white, `back` where it is black.
    func over(_ back: Picture, mask: Picture) throws -> Picture {
        try then { cvips_mix(mask.image, $0, back.image, $1) }
    }

    func minimum() throws -> Double {
        var value = 0.0
        guard cvips_minimum(image, &value) == 0 else { throw Picture.failure() }
        return value
    }

    func average() throws -> Double {
        var value = 0.0
        guard cvips_average(image, &value) == 0 else { throw Picture.failure() }
        return value
    }
}
