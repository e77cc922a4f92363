import Foundation
import Payments

/// Reads the group of settings that Stripe needs. No error repeats a secret.
struct StripeReader {
    /// Two are enough for rolling a secret over.
    private static let secretLimit = 2

    private let values: SettingValues

    init(_ values: SettingValues) { self.values = values }

    /// - Throws: `SettingsError` for a wrong value or a half-set group.
    func payments() throws -> Settings.PaymentsChoice {
        let key = values.text("STRIPE_SECRET_KEY")
        let secret = values.text("STRIPE_WEBHOOK_SECRET")
        switch (key, secret) {
        case (nil, nil):
            try refuseLoneOptions()
            return .sandbox
        case (nil, _?):
            throw SettingsError(
                "STRIPE_SECRET_KEY", "must be set when STRIPE_WEBHOOK_SECRET is")
        case (_?, nil):
            throw SettingsError(
                "STRIPE_WEBHOOK_SECRET",
                "must be set when STRIPE_SECRET_KEY is: without it no payment is believed")
        case (let key?, let secret?):
            return .stripe(
                Settings.StripeSettings(
                    secretKey: try checked(key: key), webhookSecrets: try secrets(secret),
                    apiBase: try base(), options: try options()))
        }
    }

    private func refuseLoneOptions() throws {
        let options = [
            "STRIPE_API_BASE", "STRIPE_MANAGED_PAYMENTS", "STRIPE_AUTOMATIC_TAX",
            "STRIPE_PROMOTION_CODES",
        ]
        for option in options where values.text(option) != nil {
            throw SettingsError(option, "does nothing without STRIPE_SECRET_KEY")
        }
    }

    private func checked(key: String) throws -> String {
        let kinds = ["sk_test_", "sk_live_", "rk_test_", "rk_live_"]
        let rest = kinds.first(where: key.hasPrefix).map { key.dropFirst($0.count) } ?? ""
        guard rest.wholeMatch(of: /[A-Za-z0-9_]+/) != nil else {
            throw SettingsError(
                "STRIPE_SECRET_KEY",
                "is not a secret key: one of " + kinds.joined(separator: ", ")
                    + " and then letters and digits")
        }
        return key
    }

    private func secrets(_ text: String) throws -> [String] {
        let secrets = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !secrets.isEmpty, secrets.count <= Self.secretLimit,
            secrets.allSatisfy({ $0.hasPrefix("whsec_") && $0.count > "whsec_".count })
        else {
            throw SettingsError(
                "STRIPE_WEBHOOK_SECRET",
                "is not a signing secret, whsec_…, or two with a comma between them")
        }
        return secrets
    }

    private func base() throws -> URL {
        try values.address("STRIPE_API_BASE", standard: StripeClient.standardBase)
    }

    private func options() throws -> StripeCheckout.Options {
        let options = StripeCheckout.Options(
            managedPayments: try values.flag("STRIPE_MANAGED_PAYMENTS"),
            automaticTax: try values.flag("STRIPE_AUTOMATIC_TAX"),
            promotionCodes: try values.flag("STRIPE_PROMOTION_CODES"))
        guard !(options.managedPayments && options.automaticTax) else {
            throw SettingsError(
                "STRIPE_AUTOMATIC_TAX", "is Stripe's own matter with STRIPE_MANAGED_PAYMENTS")
        }
        return options
    }
}
