import Foundation

/// Checkout at Stripe.
package struct StripeCheckout: CheckoutProvider {
    /// What the operator chose.
    package struct Options: Equatable, Sendable {
        /// Stripe is the seller of record: it handles tax, disputes and support.
        package var managedPayments = false
        package var automaticTax = false
        package var promotionCodes = false

        package init(
            managedPayments: Bool = false, automaticTax: Bool = false, promotionCodes: Bool = false
        ) {
            self.managedPayments = managedPayments
            self.automaticTax = automaticTax
            self.promotionCodes = promotionCodes
        }
    }

    private let client: StripeClient
    private let request: StripeCheckoutRequest

    /// - Parameter back: where people come back to.
    package init(client: StripeClient, options: Options, back: CheckoutReturn) {
        self.client = client
        request = StripeCheckoutRequest(options: options, back: back)
    }

    package func openPage(for purchase: Purchase) async throws -> CheckoutPage {
        do {
            let session = try await client.openSession(
                request.form(for: purchase), idempotencyKey: "\(purchase.id)")
            guard let url = session.url else {
                throw CheckoutError.refused("the session has no page; its status is not open")
            }
            return CheckoutPage(session: session.id, url: url)
        } catch let error as StripeError {
            switch error {
            // Too many at once, or our own twin is still under way: no work was done.
            case .unreachable, .refused(409, _, _, _), .refused(429, _, _, _):
                throw CheckoutError.unknown("\(error)")
            // Stripe keeps the first answer to a key, a failure of its own included: asking again
            // would be answered the same.
            case .refused, .unreadable: throw CheckoutError.refused("\(error)")
            }
        }
    }
}
