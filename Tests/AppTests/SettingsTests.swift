import Foundation
import Logging
import ObjectStorage
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
        ("DATABASE_DIRECT_URL", ["DATABASE_DIRECT_URL": "postgres://h/db"]),
        (
            "DATABASE_DIRECT_URL",
            ["DATABASE_URL": "postgres://h/db", "DATABASE_DIRECT_URL": "mysql://h/db"]
        ),
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
        ("S3_REGION", ["S3_ENDPOINT": "https://s3.example"]),
        ("S3_ENDPOINT", ["S3_SECRET_ACCESS_KEY": "secret"]),
        ("S3_ENDPOINT", s3(["S3_ENDPOINT": ""])), ("S3_REGION", s3(["S3_REGION": ""])),
        ("S3_BUCKET", s3(["S3_BUCKET": ""])),
        ("S3_ACCESS_KEY_ID", s3(["S3_ACCESS_KEY_ID": ""])),
        ("S3_SECRET_ACCESS_KEY", s3(["S3_SECRET_ACCESS_KEY": ""])),
        ("S3_ENDPOINT", s3(["S3_ENDPOINT": "http://s3.example"])),
        ("S3_ENDPOINT", s3(["S3_ENDPOINT": "s3.example"])),
        ("S3_ENDPOINT", s3(["S3_ENDPOINT": "https://s3.example/?a=b"])),
        ("S3_ENDPOINT", s3(["S3_ENDPOINT": "https://key:secret@s3.example"])),
        ("S3_BUCKET", s3(["S3_BUCKET": "../files"])), ("S3_BUCKET", s3(["S3_BUCKET": "a/b"])),
        ("S3_REGION", s3(["S3_REGION": "eu central"])),
        ("S3_ACCESS_KEY_ID", s3(["S3_ACCESS_KEY_ID": "a/b"])),
        ("S3_SECRET_ACCESS_KEY", s3(["S3_SECRET_ACCESS_KEY": "se cret"])),
    ])
    func `a wrong setting is named in one line`(
        variable: String, environment: [String: String]
    ) async {
        let error = await #expect(throws: SettingsError.self) { try await read(environment) }
        #expect(error?.variable == variable)
        #expect(error?.description.contains("\n") == false)
        #expect(error?.description.hasPrefix(variable) == true)
    }

    static func s3(_ changes: [String: String] = [:]) -> [String: String] {
        [
            "S3_ENDPOINT": "https://abc.storage.supabase.co/storage/v1/s3",
            "S3_REGION": "eu-central-1", "S3_BUCKET": "files", "S3_ACCESS_KEY_ID": "key",
            "S3_SECRET_ACCESS_KEY": "secret",
        ].merging(changes) { $1 }
    }

    @Test func `files go to a bucket elsewhere when all of it is said`() async throws {
        let bucket = try #require(try await read(Self.s3()).bucket)
        #expect(bucket.origin == "https://abc.storage.supabase.co")
        #expect("\(bucket)" == "files at abc.storage.supabase.co")
        #expect(try await read([:]).bucket == nil)
        let here = Self.s3(["S3_ENDPOINT": "http://127.0.0.1:9000/"])
        #expect(try await read(here).bucket?.origin == "http://127.0.0.1:9000")
    }

    @Test func `only a provider that can reach the bucket is sent there`() async throws {
        let far = URL(string: "https://queue.example")
        let here = URL(string: "http://127.0.0.1:7000")
        let elsewhere = try await read(Self.s3())
        #expect(elsewhere.isBucketReachable(from: far))
        let local = try await read(Self.s3(["S3_ENDPOINT": "http://127.0.0.1:9000"]))
        #expect(!local.isBucketReachable(from: far) && local.isBucketReachable(from: here))
        #expect(try await !read([:]).isBucketReachable(from: here))
    }

    @Test func `pages may show what lies in the bucket, and no others`() {
        let policy = SecurityHeaders.policy(files: " https://abc.storage.supabase.co")
        #expect(policy.contains("img-src 'self' blob: data: https://abc.storage.supabase.co;"))
        #expect(policy.contains("media-src 'self' blob: https://abc.storage.supabase.co;"))
        #expect(policy.contains("connect-src 'self';"))
        #expect(SecurityHeaders.policy().contains("media-src 'self' blob:;"))
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
