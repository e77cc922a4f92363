/// A price in credits for one second of video, exact to a thousandth.
package struct CreditRate: Hashable, Sendable {
    /// Ten thousand credits a second is past any model's price: a slip of the pen.
    package static let limit = 10_000

    package let thousandths: Int

    package init(thousandths: Int) { self.thousandths = thousandths }

    /// `nil` when the number has more than three decimals.
    package init?(creditsPerSecond: Double) {
        let scaled = creditsPerSecond * 1000
        guard scaled >= 0.5, scaled <= Double(Self.limit) * 1000,
            abs(scaled - scaled.rounded()) < 0.000_1
        else { return nil }
        self.init(thousandths: Int(scaled.rounded()))
    }

    /// Whole credits for a clip, any fraction rounded up.
    package func credits(forSeconds seconds: Int) -> Int {
        (thousandths * seconds + 999) / 1000
    }

    package var creditsPerSecond: Double { Double(thousandths) / 1000 }
}
