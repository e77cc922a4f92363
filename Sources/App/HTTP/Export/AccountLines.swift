import Identity
import Ledger
import Payments

/// A payment, in a person's export.
struct PurchaseLine: Encodable {
    let id: String
    let pack: String
    let credits: Credits
    let amountCents: Int
    let currency: String
    let status: String
    let createdAt: Int

    enum CodingKeys: String, CodingKey {
        case id, pack, credits, currency, status
        case amountCents = "amount_cents"
        case createdAt = "created_at"
    }

    init(_ purchase: Purchase) {
        id = WireID.checkout(purchase.id)
        pack = purchase.title
        credits = purchase.credits
        amountCents = purchase.price.cents
        currency = purchase.price.currency
        status = purchase.status.rawValue
        createdAt = purchase.createdAt.unixSeconds
    }
}

/// Where a person is signed in, in their export.
struct DeviceLine: Encodable {
    let userAgent: String?
    let signedInAt: Int
    let lastSeenAt: Int

    enum CodingKeys: String, CodingKey {
        case userAgent = "user_agent"
        case signedInAt = "signed_in_at"
        case lastSeenAt = "last_seen_at"
    }

    init(_ device: Device) {
        userAgent = device.userAgent
        signedInAt = device.signedInAt.unixSeconds
        lastSeenAt = device.lastSeenAt.unixSeconds
    }
}
