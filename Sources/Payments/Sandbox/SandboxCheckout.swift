package import Foundation
package import Outbound

/// Checkout without money: a page of our own whose buttons send the events Stripe would send,
/// signed as Stripe signs them, to the same webhook address.
package struct SandboxCheckout: CheckoutProvider {
    package enum Button: String, Sendable {
        case pay, cancel
    }

    private let secret: String
    private let publicURL: URL
    private let webhook: URL
    private let transport: Transport

    /// - Parameters:
    ///   - secret: what the webhook route verifies with.
    ///   - publicURL: where the pages are.
    ///   - webhook: the server's own `/webhooks/stripe`.
    package init(secret: String, publicURL: URL, webhook: URL, transport: Transport) {
        self.secret = secret
        self.publicURL = publicURL
        self.webhook = webhook
        self.transport = transport
    }

    /// The name of a page is one that nobody can guess: knowing it is leave to press its buttons.
    package func openPage(for purchase: Purchase) -> CheckoutPage {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<2).map { _ in generator.next() }
        let session = "cs_sandbox_" + words.map { String($0, radix: 36) }.joined()
        return CheckoutPage(
            session: session, url: publicURL.absoluteString + Self.path(of: session))
    }

    /// Where the page is on this server.
    package static func path(of session: String) -> String { "/sandbox/checkout/" + session }

    /// Presses a button on a purchase's page.
    /// - Throws: `OutboundError`, or `SandboxError.refused` when the webhook did not take it.
    package func press(_ button: Button, on purchase: Purchase, now: Date = Date()) async throws {
        let body = try JSONSerialization.data(
            withJSONObject: Self.event(for: button, purchase, now), options: .sortedKeys)
        let header = StripeSignature.header(for: body, secret: secret, at: now)
        let answer = try await transport.send(
            "POST", webhook,
            headers: ["Content-Type": "application/json", "Stripe-Signature": header], body: body)
        guard answer.status == 200 else { throw SandboxError.refused(status: answer.status) }
    }

    static func event(for button: Button, _ purchase: Purchase, _ now: Date) -> [String: Any] {
        let pays = button == .pay
        let name = purchase.checkoutSession ?? ""
        let session: [String: Any] = [
            "id": name, "object": "checkout.session", "mode": "payment",
            "currency": purchase.price.currency, "amount_subtotal": purchase.price.cents,
            "amount_total": purchase.price.cents, "livemode": false,
            "client_reference_id": "\(purchase.id)",
            "metadata": ["order_id": "\(purchase.id)", "user_id": "\(purchase.user)"],
            "status": pays ? "complete" : "expired",
            "payment_status": pays ? "paid" : "unpaid",
            "payment_intent": pays ? "pi_" + name : NSNull(),
        ]
        return [
            "id": "evt_\(button.rawValue)_" + name, "object": "event",
            "type": pays ? "checkout.session.completed" : "checkout.session.expired",
            "created": Int(now.timeIntervalSince1970), "livemode": false,
            "data": ["object": session],
        ]
    }
}

package enum SandboxError: Error, Equatable {
    case refused(status: Int)
}
