/// Reads one pack.
enum PackReader {
    static let keys = Set(CreditPack.CodingKeys.allCases.map(\.rawValue))
    /// A pack id is written into addresses and payment records.
    static let idLength = 1...64
    static let nameLength = 1...60
    /// Far past any sale, and a sum over a billion such sales still fits a bigint.
    static let creditLimit = 100_000_000
    /// Stripe takes amounts of up to eight digits.
    static let amountLimit = 99_999_999

    static func pack(_ field: JSONField) -> CreditPack? {
        guard let fields = JSONFields(field, keys: keys) else { return nil }
        let id = fields.required("id")?.identifier(idLength)
        let name = fields.required("name")?.string(nameLength)
        let credits = fields.required("credits")?.integer(1...creditLimit)
        let amount = fields.required("amount_cents")?.integer(1...amountLimit)
        let currency = fields.required("currency").flatMap(currency)
        guard let id, let name, let credits, let amount, let currency else { return nil }
        return CreditPack(
            id: id, name: name, credits: credits, amountCents: amount, currency: currency)
    }

    private static func currency(_ field: JSONField) -> String? {
        guard case .string(let text) = field.value.content, text.utf8.count == 3,
            text.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else { return field.mismatch("a lower-case ISO code such as \"usd\"") }
        return text
    }
}
