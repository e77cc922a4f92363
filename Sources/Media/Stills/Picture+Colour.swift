import CVips

extension Picture {
    /// Three bands of 8 bits in sRGB, and a fourth when there is alpha.
    func inSRGB() throws -> Picture {
        let bytes = try withProfileApplied().then(cvips_to_srgb).inBytes()
        guard bytes.bands == 3 || bytes.bands == 4 else {
            throw ImageError.unreadable(detail: "\(bytes.bands) bands are no colour picture")
        }
        return bytes
    }

    private func withProfileApplied() throws -> Picture {
        let isCMYK = vips_image_get_interpretation(image) == VIPS_INTERPRETATION_CMYK
        guard isCMYK || cvips_has_profile(image) != 0 else { return self }
        do {
            return try then { cvips_profile_to_srgb($0, $1, isCMYK ? "cmyk" : "srgb") }
        } catch {
            // A profile made for another kind of picture says nothing about these colours.
            return self
        }
    }
}
