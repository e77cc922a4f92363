import Foundation
import Hummingbird
import Ledger
import Payments
import Postgres
import VideoModels

/// Buying a pack.
struct CheckoutsController {
    let checkouts: Checkouts
    let catalogue: Catalogue

    func addRoutes(to group: RouterGroup<StudioContext>) {
        group.post("checkouts", use: open)
            .get("checkouts/{id}", use: show)
    }

    private struct CheckoutRequest: Decodable {
        let pack: String
    }

    private struct CheckoutReply: Encodable {
        let id: String
        /// Where to pay, while that is possible.
        let url: String?
        let status: String
        let pack: String
        let credits: Int
        let expiresAt: Int

        enum CodingKeys: String, CodingKey {
            case id, url, status, pack, credits
            case expiresAt = "expires_at"
        }

        init(_ purchase: Purchase) {
            id = WireID.checkout(purchase.id)
            url = purchase.checkoutURL
            status = purchase.status.rawValue
            pack = purchase.pack
            credits = purchase.credits.amount
            expiresAt = purchase.expiresAt.unixSeconds
        }
    }

    /// Answers a page that is open already for the same pack, if there is one.

    @Sendable func open(_ request: Request, _ context: StudioContext) async throws -> Response {
        let body = try await request.wholeBody(limit: 10_000)
        let name = try JSONDecoder().decode(CheckoutRequest.self, from: body).pack
        guard let chosen = catalogue.pack(name) else {
            throw APIError(.notFound, .notFound, param: "pack", "There is no such pack.")
        }
        let caller = try context.signedIn
        do {
            let purchase = try await checkouts.open(
                Pack(chosen), for: caller.user, email: caller.email)
            return try JSONReply(CheckoutReply(purchase), status: .created).response()
        } catch is CheckoutError {
            throw APIError.paymentsUnavailable
        }
    }

    @Sendable func show(_ request: Request, _ context: StudioContext) async throws -> Response {
        let id = try WireID.checkout(context.parameters.get("id"))
        guard let purchase = try await checkouts.find(id, of: context.user) else {
            throw APIError.notFound("checkout")
        }
        return try JSONReply(CheckoutReply(purchase)).response()
    }
}

extension Pack {
    fileprivate init(_ pack: CreditPack) {
        self.init(
            id: pack.id, name: pack.name, credits: pack.credits,
            price: Price(cents: pack.amountCents, currency: pack.currency))
    }
}
