import Foundation
import Logging
import Outbound
import Payments
import Postgres

/// Everything that sells credits, put together as the settings say.
struct PaymentDesk: Sendable {
    let events: StripeEvents
    let checkouts: Checkouts
    let reconciliation: Reconciliation
    /// `nil` when Stripe sells.
    let sandbox: SandboxCheckout?

    init(_ settings: Settings, pool: Pool, transport: Transport, logger: Logger) {
        let provider: any CheckoutProvider
        switch settings.payments {
        case .sandbox:
            // Whoever knows it can buy for nothing, so it lives no longer than the process.
            let secret = "whsec_sandbox_" + UUID().uuidString
            let page = SandboxCheckout(
                secret: secret, publicURL: settings.publicURL, webhook: settings.ownWebhook,
                transport: transport)
            sandbox = page
            provider = page
            events = StripeEvents(
                pool: pool, secrets: [secret], policy: PaymentPolicy(livemode: false),
                logger: logger)
        case .stripe(let stripe):
            sandbox = nil
            let client = StripeClient(
                key: stripe.secretKey, base: stripe.apiBase, transport: transport)
            provider = StripeCheckout(
                client: client, options: stripe.options,
                back: CheckoutReturn(studio: settings.webURL))
            events = StripeEvents(
                pool: pool, secrets: stripe.webhookSecrets,
                policy: PaymentPolicy(
                    livemode: stripe.isLive,
                    allowsFreePurchases: stripe.options.promotionCodes),
                client: client, logger: logger)
        }
        checkouts = Checkouts(pool: pool, provider: provider, events: events, logger: logger)
        reconciliation = Reconciliation(events: events, logger: logger)
    }
}

extension Settings {
    /// The server's own webhook address, whatever stands in front of it.
    fileprivate var ownWebhook: URL {
        let anywhere = ["0.0.0.0": "127.0.0.1", "::": "[::1]"]
        return URL(string: "http://\(anywhere[host] ?? host):\(port)/webhooks/stripe")
            ?? publicURL.appending(path: "webhooks/stripe")
    }
}
