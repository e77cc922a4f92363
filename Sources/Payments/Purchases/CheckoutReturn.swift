package import Foundation
package import Postgres

/// Where people come back to from paying, or from not paying: the studio, which then asks how the
/// purchase stands, whatever the address says.
package struct CheckoutReturn: Sendable {
    private let studio: URL

    /// - Parameter studio: where the web client is, without a path.
    package init(studio: URL) { self.studio = studio }

    /// - Parameter isCancelled: whether they said that they do not want to pay.
    package func page(of purchase: ID<Purchase>, isCancelled: Bool = false) -> String {
        "\(studio.absoluteString)/studio/#/credits?checkout=checkout_\(purchase.compact)"
            + (isCancelled ? "&cancelled=1" : "")
    }
}
