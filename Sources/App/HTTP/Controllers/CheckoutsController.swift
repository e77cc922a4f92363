import Foundation
import Hummingbird
import Ledger
import Payments
import Postgres
import VideoModels

/// Buying a pack.
struct CheckoutsController {
    let pool: Pool
    let catalogue: Catalogue
    let publicURL: URL

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.post("checkouts", use: open)
            .get("checkouts/{id}", use: show)
    }

    private struct CheckoutRequest: Decodable {
        let pack: String
    }

    private struct CheckoutReply: Encodable {
        let id: String
        let url: String
        let status: String
        let pack: String
        let credits: Int
    }

    @Sendable func open(_ request: Request, _ context: StudioContext) async throws -> Response {
        let body = try await request.wholeBody(limit: 10_000)
        let name = try JSONDecoder().decode(CheckoutRequest.self, from: body).pack
        guard let chosen = catalogue.pack(name) else {
            throw APIError(.notFound, .notFound, param: "pack", "There is no such pack.")
        }
        let user = try context.user
        let purchase = try await pool.transaction { transaction in
            try Purchase.open(
                Pack(chosen), for: user, session: SandboxCheckout.newSession(), in: transaction)
        }
        return try JSONReply(reply(purchase), status: .created).response()
    }

    @Sendable func show(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.checkout(context.parameters.get("id"))
        guard let purchase = try await Purchase.find(id, of: context.user, in: pool) else {
            throw APIError.notFound("checkout")
        }
        return try JSONReply(reply(purchase)).response()
    }

    private func reply(_ purchase: Purchase) -> CheckoutReply {
        let url = publicURL.appending(path: "sandbox/checkout/\(purchase.checkoutSession)")
        return CheckoutReply(
            id: WireID.checkout(purchase.id), url: url.absoluteString,
            status: purchase.status.rawValue, pack: purchase.pack,
            credits: purchase.credits.amount)
    }
}

extension Pack {
    fileprivate init(_ pack: CreditPack) {
        self.init(
            id: pack.id, name: pack.name, credits: pack.credits,
            price: Price(cents: pack.amountCents, currency: pack.currency))
    }
}
