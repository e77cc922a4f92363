import HTTPTypes
import Hummingbird
import Payments

/// What the sandbox's checkout looks like.
struct SandboxPage {
    let purchase: Purchase
    /// Where the studio shows how the purchase ended.
    let back: String
    /// The studio's origin.
    let studio: String

    func response() -> Response {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
        ]
        if let name = HTTPField.Name("Content-Security-Policy") {
            // Its buttons lead back to the studio, which may be at another origin.
            headers[name] = SecurityHeaders.policy(forms: "'self' \(studio)")
        }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: .init(string: html)))
    }

    private var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>Test checkout · Placemint</title>
        <link rel="icon" type="image/svg+xml" href="/icons/mint.svg">
        <link rel="stylesheet" href="/styles/base.css">
        <link rel="stylesheet" href="/styles/parts.css">
        <link rel="stylesheet" href="/styles/checkout.css">
        </head>
        <body>
        <main class="dialog stack card">
        <p class="notice small caution">Test payments: no real money.</p>
        <h1>\(purchase.credits) credits</h1>
        <p class="lead">\(purchase.price)</p>
        \(state)
        <a class="plain" href="\(back)">Back to Placemint</a>
        </main>
        </body>
        </html>
        """
    }

    private var state: String {
        switch purchase.status {
        case .open:
            """
            <form method="post" action="\(path)/pay">
            <button class="primary" type="submit">Pay \(purchase.price)</button>
            </form>
            <form method="post" action="\(path)/cancel">
            <button class="secondary" type="submit">Cancel</button>
            </form>
            """
        case .paid: "<p role=\"status\">Paid. The credits are in your balance.</p>"
        case .awaitingPayment: "<p role=\"status\">The payment is on its way.</p>"
        case .failed: "<p role=\"status\">The payment failed. You were not charged.</p>"
        case .expired: "<p role=\"status\">Cancelled. You were not charged.</p>"
        }
    }

    private var path: String { SandboxCheckout.path(of: purchase.checkoutSession ?? "") }
}
