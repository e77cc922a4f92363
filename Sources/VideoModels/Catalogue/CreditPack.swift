/// Credits sold together at one price.
package struct CreditPack: Codable, Hashable, Sendable {
    package let id: String
    package let name: String
    package let credits: Int
    /// In the currency's smallest unit, as Stripe counts.
    package let amountCents: Int
    /// ISO 4217, lower case.
    package let currency: String

    package init(id: String, name: String, credits: Int, amountCents: Int, currency: String) {
        self.id = id
        self.name = name
        self.credits = credits
        self.amountCents = amountCents
        self.currency = currency
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name, credits, currency
        case amountCents = "amount_cents"
    }
}
