import Foundation
import Identity
import Testing

@testable import App

@Suite struct SupabaseSettingsTests {
    private static let secret = "a-secret-that-only-this-project-has"

    private static func project(_ changes: [String: String?] = [:]) -> [String: String] {
        let good: [String: String?] = [
            "SUPABASE_URL": "https://abc.supabase.co",
            "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_Ab-1_c",
        ]
        return good.merging(changes) { $1 }.compactMapValues(\.self)
    }

    private static func legacy(_ claims: String) -> String {
        "e30.\(Data(claims.utf8).base64URL).c2ln"
    }

    private func read(_ environment: [String: String]) async throws -> Settings {
        try await SettingsReader(
            environment: environment, environmentFile: "/nonexistent/.env"
        ).read()
    }

    @Test(arguments: [
        ("https://abc.supabase.co", "https://abc.supabase.co"),
        ("https://Auth.Studio.Example/", "https://auth.studio.example"),
        ("http://127.0.0.1:54321", "http://127.0.0.1:54321"),
        ("https://supa.example:8443", "https://supa.example:8443"),
        ("http://[::1]:54321", "http://[::1]:54321"),
    ])
    func `the project's address is what tokens name as their issuer`(
        url: String, origin: String
    ) async throws {
        let settings = try await read(Self.project(["SUPABASE_URL": url]))
        #expect(settings.supabase?.authURL == origin + "/auth/v1")
        #expect(settings.supabase?.jwtSecret == nil)
    }

    @Test func `without the group the built-in sign-in is used`() async throws {
        #expect(try await read([:]).supabase == nil)
    }

    @Test func `an older project's key and secret are taken`() async throws {
        let key = Self.legacy(#"{"iss":"supabase","role":"anon"}"#)
        let settings = try await read(
            Self.project(["SUPABASE_PUBLISHABLE_KEY": key, "SUPABASE_JWT_SECRET": Self.secret]))
        #expect(settings.supabase?.publishableKey == key)
        #expect(settings.supabase?.jwtSecret == Self.secret)
    }

    @Test func `Supabase's codes stand in no log, so mail need not be set up here`() async throws {
        let settings = try await read(
            Self.project([
                "PUBLIC_URL": "https://studio.example", "STRIPE_SECRET_KEY": "sk_test_x",
                "STRIPE_WEBHOOK_SECRET": "whsec_x",
            ]))
        #expect(settings.supabase != nil)
    }

    private static let remote: [String: String?] = [
        "PUBLIC_URL": "https://studio.example", "STRIPE_SECRET_KEY": "sk_test_x",
        "STRIPE_WEBHOOK_SECRET": "whsec_x",
    ]

    @Test(
        arguments: [
            ("SUPABASE_PUBLISHABLE_KEY", project(["SUPABASE_PUBLISHABLE_KEY": nil])),
            ("SUPABASE_PUBLISHABLE_KEY", project(["SUPABASE_URL": nil])),
            ("SUPABASE_JWT_SECRET", ["SUPABASE_JWT_SECRET": secret]),
            ("SUPABASE_URL", project(["SUPABASE_URL": "abc.supabase.co"])),
            ("SUPABASE_URL", project(["SUPABASE_URL": "http://abc.supabase.co"])),
            ("SUPABASE_URL", project(["SUPABASE_URL": "https://abc.supabase.co/auth/v1"])),
            ("SUPABASE_URL", project(["SUPABASE_URL": "https://abc.supabase.co?a=b"])),
            ("SUPABASE_URL", project(["SUPABASE_URL": "https://a:b@abc.supabase.co"])),
            ("SUPABASE_PUBLISHABLE_KEY", project(["SUPABASE_PUBLISHABLE_KEY": "sb_secret_abc"])),
            ("SUPABASE_PUBLISHABLE_KEY", project(["SUPABASE_PUBLISHABLE_KEY": "nonsense"])),
            ("SUPABASE_PUBLISHABLE_KEY", project(["SUPABASE_PUBLISHABLE_KEY": "a.b.c"])),
            (
                "SUPABASE_PUBLISHABLE_KEY",
                project(["SUPABASE_PUBLISHABLE_KEY": legacy(#"{"role":"service_role"}"#)])
            ),
            ("SUPABASE_JWT_SECRET", project(["SUPABASE_JWT_SECRET": "short"])),
            (
                "SMTP_URL",
                project(["SMTP_URL": "smtps://u:p@mail.example", "MAIL_FROM": "a@example.com"])
            ),
            ("MAIL_FROM", project(["MAIL_FROM": "a@example.com"])),
            ("PUBLIC_URL", project(["PUBLIC_URL": "https://studio.example"])),
            (
                "SUPABASE_URL",
                project(remote.merging(["SUPABASE_URL": "http://127.0.0.1:54321"]) { $1 })
            ),
            (
                "SUPABASE_JWT_SECRET",
                project(
                    remote.merging([
                        "SUPABASE_JWT_SECRET":
                            "super-secret-jwt-token-with-at-least-32-characters-long"
                    ]) { $1 })
            ),
        ])
    func `a wrong setting is named in one line without its value`(
        variable: String, environment: [String: String]
    ) async throws {
        let error = await #expect(throws: SettingsError.self) { try await read(environment) }
        #expect(error?.variable == variable)
        let text = try #require(error?.description)
        #expect(text.hasPrefix(variable) && !text.contains("\n"))
        for name in ["SUPABASE_PUBLISHABLE_KEY", "SUPABASE_JWT_SECRET"] {
            #expect(environment[name].map { !text.contains($0) } ?? true)
        }
    }

    @Test func `only codes that would stand in the log are complained of`() async throws {
        let error = await #expect(throws: SettingsError.self) {
            try await read(Self.project(["PUBLIC_URL": "https://studio.example"]))
        }
        #expect(error?.description.contains("payments") == true)
        #expect(error?.description.contains("codes") == false)
    }
}
