import Foundation
import Postgres

/// What Stripe is asked for a purchase. It depends on nothing but the purchase and the settings:
/// asked again with the same key, it has to be the same.
struct StripeCheckoutRequest: Sendable {
    /// Stripe's tax code for AI as a service, personal use.
    private static let taxCode = "txcd_10105001"

    let options: StripeCheckout.Options
    let back: CheckoutReturn

    func form(for purchase: Purchase) -> StripeForm {
        var form = StripeForm()
        form["mode"] = "payment"
        form["client_reference_id"] = "\(purchase.id)"
        form["customer_email"] = purchase.email
        form["success_url"] = back.page(of: purchase.id)
        form["cancel_url"] = back.page(of: purchase.id, isCancelled: true)
        form["expires_at"] = String(Int(purchase.expiresAt.timeIntervalSince1970))
        // Credits are counted by the pack; another currency would only blur what was paid.
        form["adaptive_pricing[enabled]"] = "false"
        addItem(purchase, to: &form)
        for (name, value) in labels(purchase) {
            form["metadata[\(name)]"] = value
            form["payment_intent_data[metadata][\(name)]"] = value
        }
        if options.managedPayments {
            form["managed_payments[enabled]"] = "true"
        } else if options.automaticTax {
            form["automatic_tax[enabled]"] = "true"
        }
        if options.promotionCodes { form["allow_promotion_codes"] = "true" }
        return form
    }

    private func addItem(_ purchase: Purchase, to form: inout StripeForm) {
        let item = "line_items[0]"
        form["\(item)[quantity]"] = "1"
        form["\(item)[price_data][currency]"] = purchase.price.currency
        form["\(item)[price_data][unit_amount]"] = String(purchase.price.cents)
        form["\(item)[price_data][product_data][name]"] =
            "\(purchase.title): \(purchase.credits) credits"
        form["\(item)[price_data][product_data][tax_code]"] = Self.taxCode
        if options.automaticTax && !options.managedPayments {
            form["\(item)[price_data][tax_behavior]"] = "exclusive"
        }
    }

    /// Session metadata is not copied to the payment, so both carry it.
    private func labels(_ purchase: Purchase) -> [(String, String)] {
        [
            ("order_id", "\(purchase.id)"), ("user_id", "\(purchase.user)"),
            ("pack", purchase.pack), ("credits", "\(purchase.credits)"),
        ]
    }

}
