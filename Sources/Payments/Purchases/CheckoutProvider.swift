import Foundation

/// Where people pay: Stripe, or the sandbox.
package protocol CheckoutProvider: Sendable {
    /// Opens the page on which a purchase is paid. Asked again for the same purchase, it answers
    /// with the same page, or with another that is as good while the first is lost.
    /// - Throws: `CheckoutError`.
    func openPage(for purchase: Purchase) async throws -> CheckoutPage
}

/// A page on which one purchase can be paid.
package struct CheckoutPage: Equatable, Sendable {
    /// The provider's name for it: Stripe's `cs_…`.
    package let session: String
    package let url: String

    package init(session: String, url: String) {
        self.session = session
        self.url = url
    }
}

package enum CheckoutError: Error, Equatable {
    /// The provider said no, and would again: the purchase is over.
    case refused(String)
    /// Nobody knows whether the page was opened. Asking again is safe.
    case unknown(String)
}

extension CheckoutError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let reason), .unknown(let reason): reason
        }
    }
}
