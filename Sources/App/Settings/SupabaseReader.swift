import Foundation
import Identity

/// Reads the group of settings that turns the built-in sign-in off. No error repeats a key.
struct SupabaseReader {
    /// HS256 asks for as many bytes as its digest has (RFC 7518, 3.2).
    private static let secretBytes = 32
    /// What self-hosted Supabase and its command line bring along, and everybody knows.
    private static let knownSecrets = [
        "your-super-secret-jwt-token-with-at-least-32-characters-long",
        "super-secret-jwt-token-with-at-least-32-characters-long",
    ]

    private let values: SettingValues

    init(_ values: SettingValues) { self.values = values }

    /// - Returns: `nil` for the built-in sign-in.
    /// - Throws: `SettingsError` for a wrong value or a half-set group.
    func project() throws -> SupabaseProject? {
        guard let address = values.text("SUPABASE_URL") else {
            for variable in ["SUPABASE_PUBLISHABLE_KEY", "SUPABASE_JWT_SECRET"]
            where values.text(variable) != nil {
                throw SettingsError(variable, "does nothing without SUPABASE_URL")
            }
            return nil
        }
        for variable in ["SMTP_URL", "MAIL_FROM"] where values.text(variable) != nil {
            throw SettingsError(
                variable,
                "does nothing with SUPABASE_URL: Supabase mails the codes, over the SMTP server "
                    + "that is set in the project")
        }
        return SupabaseProject(
            origin: try origin(address), publishableKey: try publishableKey(),
            jwtSecret: try secret())
    }

    /// Refuses what is only good on one machine.
    func checkReach(_ project: SupabaseProject) throws {
        let url = URL(string: project.origin)
        guard url?.scheme == "https" else {
            throw SettingsError(
                "SUPABASE_URL", "is on this machine, where PUBLIC_URL's visitors cannot sign in")
        }
        if let secret = project.jwtSecret, Self.knownSecrets.contains(secret) {
            throw SettingsError(
                "SUPABASE_JWT_SECRET",
                "is the one that Supabase comes with: everybody knows it, and can sign in as anybody"
            )
        }
    }

    private func origin(_ text: String) throws -> String {
        let url = try values.address("SUPABASE_URL", standard: text)
        guard let scheme = url.scheme, let host = url.host(), ["", "/"].contains(url.path),
            url.query() == nil, url.fragment() == nil, url.user() == nil
        else {
            throw SettingsError(
                "SUPABASE_URL", "must be the project's address alone, like https://abc.supabase.co")
        }
        let port = url.port.map { ":\($0)" } ?? ""
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host)\(port)".lowercased()
    }

    private func publishableKey() throws -> String {
        let variable = "SUPABASE_PUBLISHABLE_KEY"
        guard let key = values.text("SUPABASE_PUBLISHABLE_KEY") else {
            throw SettingsError(
                variable, "must be set when SUPABASE_URL is: the web client signs in with it")
        }
        guard key.wholeMatch(of: /sb_publishable_[A-Za-z0-9_-]+/) == nil else { return key }
        switch key.hasPrefix("sb_secret_") ? "service_role" : legacyRole(key) {
        case "anon": return key
        case "service_role":
            throw SettingsError(
                variable,
                "is a secret key, and /config.json would publish it; use sb_publishable_…, and "
                    + "roll the secret one if others have seen it")
        default: throw SettingsError(variable, "is not a publishable key, sb_publishable_…")
        }
    }

    private struct LegacyKey: Decodable {
        let role: String
    }

    /// Older projects' keys are tokens that say what they are for.
    private func legacyRole(_ key: String) -> String? {
        let parts = key.split(separator: ".")
        guard parts.count == 3, let bytes = Data(base64URL: String(parts[1])) else { return nil }
        // Then it is something else.
        return try? JSONDecoder().decode(LegacyKey.self, from: bytes).role
    }

    private func secret() throws -> String? {
        guard let secret = values.text("SUPABASE_JWT_SECRET") else { return nil }
        guard secret.utf8.count >= Self.secretBytes else {
            throw SettingsError(
                "SUPABASE_JWT_SECRET", "has fewer than \(Self.secretBytes) characters")
        }
        return secret
    }
}
