import Foundation
import Logging
import Payments
import Testing

@testable import App

@Suite struct SettingsTests {
    func read(_ environment: [String: String]) async throws -> Settings {
        try await SettingsReader(
            environment: environment, environmentFile: "/nonexistent/.env"
        ).read()
    }

    @Test func `without settings everything is on this machine`() async throws {
        let settings = try await read([:])
        #expect(settings.publicURL.absoluteString == "http://127.0.0.1:8080")
        #expect(settings.isLoopback)
        #expect(settings.workers == 4)
        guard case .embedded(connections: 10) = settings.database, case .outbox = settings.mail
        else {
            Issue.record("not the embedded parts")
            return
        }
    }

    @Test func `a server on this machine stops at once, any other answers on for a while`()
        async throws
    {
        let local = try await read([:]).operations
        #expect(local.drain == .zero && local.tickToken == nil && local.metricsToken == nil)
        let settings = try await read([
            "PUBLIC_URL": "https://studio.example", "PLACEMINT_ALLOW_SANDBOX": "1",
            "TICK_TOKEN": "0123456789abcdef", "METRICS_TOKEN": "fedcba9876543210",
            "METRICS_PORT": "9464",
        ]).operations
        #expect(settings.drain == .seconds(5) && settings.tickBudget == .seconds(50))
        #expect(settings.tickToken == "0123456789abcdef" && settings.metricsPort == 9464)
        #expect(try await read(["DRAIN_SECONDS": "3"]).operations.drain == .seconds(3))
    }

    @Test func `everything can be set`() async throws {
        let settings = try await read([
            "HOST": "0.0.0.0", "PORT": "9000", "PUBLIC_URL": "https://studio.example/",
            "PLACEMINT_ALLOW_SANDBOX": "1", "PLACEMINT_DATA": "/var/lib/placemint",
            "ALLOWED_ORIGINS": "https://a.example, http://localhost:3000", "LOG_LEVEL": "debug",
            "LOG_FORMAT": "json", "DATABASE_URL": "postgres://u@h/db?prepared=false",
            "DATABASE_POOL": "25", "SMTP_URL": "smtps://u:p@mail.example",
            "MAIL_FROM": "codes@studio.example", "WORKERS": "0", "WELCOME_CREDITS": "40",
        ])
        #expect(settings.publicURL.absoluteString == "https://studio.example")
        #expect(settings.port == 9000 && settings.host == "0.0.0.0")
        #expect(settings.allowedOrigins == ["https://a.example", "http://localhost:3000"])
        #expect(settings.logLevel == .debug && settings.logFormat == .json)
        #expect(settings.workers == 0 && settings.welcomeCredits == 40)
        guard case .external(_, connections: 25) = settings.database, case .smtp = settings.mail
        else {
            Issue.record("not the chosen parts")
            return
        }
    }

    @Test(arguments: [
        ("PORT", ["PORT": "0"]), ("PORT", ["PORT": "http"]), ("PORT", ["PORT": "70000"]),
        ("PUBLIC_URL", ["PUBLIC_URL": "studio.example"]),
        ("PUBLIC_URL", ["PUBLIC_URL": "https://studio.example/path"]),
        ("PUBLIC_URL", ["PUBLIC_URL": "https://studio.example"]),
        ("PUBLIC_URL", ["PUBLIC_URL": "http://192.0.2.1:8080"]),
        ("DATABASE_URL", ["DATABASE_URL": "mysql://h/db"]),
        ("DATABASE_POOL", ["DATABASE_POOL": "0"]),
        ("MAIL_FROM", ["SMTP_URL": "smtp://mail.example"]),
        ("SMTP_URL", ["MAIL_FROM": "a@example.com"]),
        ("SMTP_URL", ["SMTP_URL": "http://mail.example", "MAIL_FROM": "a@example.com"]),
        ("MAIL_FROM", ["SMTP_URL": "smtp://mail.example", "MAIL_FROM": "nobody"]),
        ("LOG_LEVEL", ["LOG_LEVEL": "loud"]), ("LOG_FORMAT", ["LOG_FORMAT": "xml"]),
        ("WORKERS", ["WORKERS": "-1"]), ("WELCOME_CREDITS", ["WELCOME_CREDITS": "many"]),
        ("ALLOWED_ORIGINS", ["ALLOWED_ORIGINS": "*"]),
        ("STRIPE_WEBHOOK_SECRET", ["STRIPE_SECRET_KEY": "sk_test_x"]),
        ("STRIPE_SECRET_KEY", ["STRIPE_WEBHOOK_SECRET": "whsec_x"]),
        ("STRIPE_SECRET_KEY", stripe(["STRIPE_SECRET_KEY": "pk_test_x"])),
        ("STRIPE_WEBHOOK_SECRET", stripe(["STRIPE_WEBHOOK_SECRET": "secret"])),
        ("STRIPE_WEBHOOK_SECRET", stripe(["STRIPE_WEBHOOK_SECRET": "whsec_"])),
        ("STRIPE_WEBHOOK_SECRET", stripe(["STRIPE_WEBHOOK_SECRET": "whsec_a,whsec_b,whsec_c"])),
        ("STRIPE_API_BASE", stripe(["STRIPE_API_BASE": "http://stripe.example"])),
        ("STRIPE_AUTOMATIC_TAX", ["STRIPE_AUTOMATIC_TAX": "1"]),
        ("STRIPE_AUTOMATIC_TAX", stripe(["STRIPE_AUTOMATIC_TAX": "yes"])),
        (
            "STRIPE_AUTOMATIC_TAX",
            stripe(["STRIPE_AUTOMATIC_TAX": "1", "STRIPE_MANAGED_PAYMENTS": "1"])
        ),
        ("PUBLIC_URL", stripe(["PUBLIC_URL": "https://studio.example"])),
        ("SUPABASE_URL", ["SUPABASE_URL": "https://x.supabase.co"]),
    ])
    func `a wrong setting is named in one line`(
        variable: String, environment: [String: String]
    ) async {
        let error = await #expect(throws: SettingsError.self) { try await read(environment) }
        #expect(error?.variable == variable)
        #expect(error?.description.contains("\n") == false)
        #expect(error?.description.hasPrefix(variable) == true)
    }

    static func stripe(_ changes: [String: String] = [:]) -> [String: String] {
        ["STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"]
            .merging(changes) { $1 }
    }

    @Test func `Stripe and mail make a public address safe`() async throws {
        let settings = try await read(
            Self.stripe([
                "PUBLIC_URL": "https://studio.example", "SMTP_URL": "smtps://u:p@mail.example",
                "MAIL_FROM": "codes@studio.example", "STRIPE_SECRET_KEY": "rk_live_x",
                "STRIPE_WEBHOOK_SECRET": "whsec_new, whsec_old", "STRIPE_PROMOTION_CODES": "1",
                "STRIPE_API_BASE": "http://127.0.0.1:9",
            ]))
        guard case .stripe(let stripe) = settings.payments else {
            Issue.record("Stripe was chosen")
            return
        }
        #expect(stripe.isLive && stripe.webhookSecrets == ["whsec_new", "whsec_old"])
        #expect(stripe.options.promotionCodes && !stripe.options.automaticTax)
    }

    @Test(arguments: ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:80"])
    func `loopback addresses may use the stand-ins`(url: String) async throws {
        #expect(try await read(["PUBLIC_URL": url]).isLoopback)
    }
}
