import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Outbound
import Payments
import Postgres

/// The sandbox's checkout page: plain HTML, without scripts. Whoever knows the session's name may
/// press its buttons, as with Stripe's own pages.
struct SandboxController {
    let pool: Pool
    let sandbox: SandboxCheckout
    /// Where the web client is.
    let studio: URL

    func addRoutes(to router: Router<StudioContext>) {
        router.get("sandbox/checkout/{session}", use: show)
            .post("sandbox/checkout/{session}/{button}", use: press)
    }

    @Sendable func show(_ request: Request, _ context: StudioContext) async throws -> Response {
        let purchase = try await purchase(context)
        return SandboxPage(
            purchase: purchase, back: CheckoutReturn(studio: studio).page(of: purchase.id),
            studio: studio.absoluteString
        ).response()
    }

    @Sendable func press(_ request: Request, _ context: StudioContext) async throws -> Response {
        let purchase = try await purchase(context)
        guard let name = context.parameters.get("button"),
            let button = SandboxCheckout.Button(rawValue: name)
        else { throw APIError.notFound("button") }
        if purchase.status == .open {
            do {
                try await sandbox.press(button, on: purchase)
            } catch let error as OutboundError {
                context.logger.error("The webhook is out of reach", metadata: ["error": "\(error)"])
                throw APIError(.serviceUnavailable, .overloaded, "The payment was not taken.")
            }
        }
        // As at Stripe: whoever has paid, or does not want to, goes back to the studio.
        let back = CheckoutReturn(studio: studio).page(
            of: purchase.id, isCancelled: button == .cancel)
        return Response(status: .seeOther, headers: [.location: back])
    }

    private func purchase(_ context: StudioContext) async throws -> Purchase {
        let session = context.parameters.get("session") ?? ""
        guard let purchase = try await Purchase.find(session: session, in: pool) else {
            throw APIError.notFound("checkout")
        }
        return purchase
    }
}
