/// What a payment must be like to count.
package struct PaymentPolicy: Equatable, Sendable {
    /// Whether real money is expected: Stripe's `livemode`. Test payments must not buy real
    /// credits, nor the other way round.
    package let livemode: Bool
    /// Whether a promotion code may pay for the whole pack.
    package let allowsFreePurchases: Bool

    package init(livemode: Bool, allowsFreePurchases: Bool = false) {
        self.livemode = livemode
        self.allowsFreePurchases = allowsFreePurchases
    }
}

/// What became of a fact that the payment provider told.
enum Outcome: Equatable {
    case applied
    /// It is about something that is not ours.
    case ignored(String)
    /// What it is about is not known yet. It will be tried again.
    case later(String)
    /// It does not fit what is known, and changed nothing. A person has to look at it.
    case review(String)
}
