import Media

/// Reads `credits_per_second`: one number for every size, or an object of a number for each.
enum RateReader {
    /// `nil` for the sizes means that they were wrong themselves: then only the numbers are checked.
    static func rates(_ field: JSONField, sizes: [PixelSize]?) -> [PixelSize: CreditRate]? {
        guard let bySize = JSONFields(anyKeys: field) else {
            guard let rate = rate(field), let sizes else { return nil }
            return Dictionary(uniqueKeysWithValues: sizes.map { ($0, rate) })
        }
        var rates: [PixelSize: CreditRate] = [:]
        var isRight = true
        for key in bySize.keys {
            guard let entry = bySize.optional(key) else { continue }
            if let size = PixelSize(key), sizes?.contains(size) != false {
                rates[size] = rate(entry)
            } else {
                entry.report("is a price for a size that \"sizes\" does not list")
                isRight = false
            }
        }
        for size in sizes ?? [] where bySize.optional(size.description) == nil {
            field.report("has no price for \(size)")
            isRight = false
        }
        guard let sizes, isRight, rates.count == sizes.count else { return nil }
        return rates
    }

    private static func rate(_ field: JSONField) -> CreditRate? {
        guard let number = field.positive(upTo: CreditRate.limit) else { return nil }
        return CreditRate(creditsPerSecond: number)
            ?? field.mismatch("a number with at most three decimals")
    }
}
