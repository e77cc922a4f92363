/// A number of credits for a price.
package struct Pack: Equatable, Sendable {
    package let id: String
    package let name: String
    package let credits: Int
    package let price: Price

    package init(id: String, name: String, credits: Int, price: Price) {
        self.id = id
        self.name = name
        self.credits = credits
        self.price = price
    }
}

/// An amount of money in the currency's smallest unit.
package struct Price: Equatable, Sendable {
    package let cents: Int
    /// ISO 4217, lower case, as Stripe writes it.
    package let currency: String

    package init(cents: Int, currency: String) {
        self.cents = cents
        self.currency = currency
    }
}

extension Price: CustomStringConvertible {
    /// `9.00 EUR`
    package var description: String {
        let (whole, part) = cents.quotientAndRemainder(dividingBy: 100)
        return "\(whole).\(part < 10 ? "0" : "")\(part) \(currency.uppercased())"
    }
}
