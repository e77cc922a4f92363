package import Foundation
package import Outbound
import Postgres

/// Checkout without money: a page of our own whose buttons send the events Stripe would send,
/// signed as Stripe signs them, to the same webhook address.
package struct SandboxCheckout: Sendable {
    package enum Button: String, Sendable {
        case pay, cancel
    }

    private let secret: String
    private let webhook: URL
    private let transport: Transport

    /// - Parameters:
    ///   - secret: what the webhook route verifies with.
    ///   - webhook: the server's own `/webhooks/stripe`.
    package init(secret: String, webhook: URL, transport: Transport) {
        self.secret = secret
        self.webhook = webhook
        self.transport = transport
    }

    /// A name for a new session, which nobody can guess: knowing it is leave to press its buttons.
    package static func newSession() -> String {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<2).map { _ in generator.next() }
        return "cs_sandbox_" + words.map { String($0, radix: 36) }.joined()
    }

    /// Presses a button on a purchase's page.
    /// - Throws: `OutboundError`, or `SandboxError.refused` when the webhook did not take it.
    package func press(_ button: Button, on purchase: Purchase, now: Date = Date()) async throws {
        let body = try JSONSerialization.data(
            withJSONObject: event(for: button, purchase, now), options: .sortedKeys)
        let header = StripeSignature.header(for: body, secret: secret, at: now)
        let answer = try await transport.send(
            "POST", webhook,
            headers: ["Content-Type": "application/json", "Stripe-Signature": header], body: body)
        guard answer.status == 200 else { throw SandboxError.refused(status: answer.status) }
    }

    private func event(for button: Button, _ purchase: Purchase, _ now: Date) -> [String: Any] {
        let pays = button == .pay
        let session: [String: Any] = [
            "id": purchase.checkoutSession, "object": "checkout.session", "mode": "payment",
            "currency": purchase.price.currency, "amount_subtotal": purchase.price.cents,
            "amount_total": purchase.price.cents, "livemode": false,
            "client_reference_id": "\(purchase.id)",
            "status": pays ? "complete" : "expired",
            "payment_status": pays ? "paid" : "unpaid",
            "payment_intent": pays ? "pi_" + purchase.checkoutSession : NSNull(),
        ]
        return [
            "id": "evt_\(button.rawValue)_" + purchase.checkoutSession, "object": "event",
            "type": pays ? "checkout.session.completed" : "checkout.session.expired",
            "created": Int(now.timeIntervalSince1970), "livemode": false,
            "data": ["object": session],
        ]
    }
}

package enum SandboxError: Error, Equatable {
    case refused(status: Int)
}
