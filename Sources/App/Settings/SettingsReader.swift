import Configuration
import Foundation
import Logging
import Postgres
import SystemPackage
import Webhooks

/// Reads the settings from the environment, and from the file `.env` where the environment is
/// silent.
package struct SettingsReader {
    /// More connections than this are better had from a pooler.
    private static let connectionLimit = 1...200
    private static let workerLimit = 0...256

    private let values: SettingValues

    /// - Parameter environmentFile: read when it exists.
    /// - Throws: `SettingsError` when the file cannot be read.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        environmentFile: String = ".env"
    ) async throws {
        do {
            let file = try await EnvironmentVariablesProvider(
                environmentFilePath: FilePath(environmentFile), allowMissing: true)
            values = SettingValues(
                ConfigReader(providers: [
                    EnvironmentVariablesProvider(environmentVariables: environment), file,
                ]))
        } catch {
            throw SettingsError(environmentFile, "cannot be read")
        }
    }

    /// - Throws: `SettingsError` for the first wrong value or half-set group.
    package func read() throws -> Settings {
        let supabase = try SupabaseReader(values).project()
        let installation = try Installation.locate()
        let host = values.text("HOST") ?? "127.0.0.1"
        let port = try values.number("PORT", 1...65_535) ?? 8080
        let data = URL(
            filePath: values.text("PLACEMINT_DATA") ?? "data", directoryHint: .isDirectory)
        let publicURL = try site("PUBLIC_URL") ?? Self.localURL(host: host, port: port)
        var settings = Settings(
            publicURL: publicURL, webURL: try site("WEB_URL") ?? publicURL,
            dataFolder: data.standardizedFileURL,
            catalogueFile: values.text("PLACEMINT_CATALOGUE").map { URL(filePath: $0) }
                ?? installation.catalogue,
            database: try database(), mail: try mail(),
            payments: try StripeReader(values).payments(),
            providers: try ProviderReader(values).providers(), installation: installation)
        settings.directDatabase = try directDatabase()
        settings.supabase = supabase
        settings.host = host
        settings.port = port
        settings.bucket = try S3Reader(values).location()
        settings.allowedOrigins = try origins()
        if let proxies = values.text("TRUSTED_PROXIES") {
            settings.trustedProxies = try TrustedProxies(proxies, variable: "TRUSTED_PROXIES")
        }
        settings.webhookHosts = try webhookHosts()
        settings.logLevel = try values.choice("LOG_LEVEL", Logger.Level.self) ?? .info
        settings.logFormat = try values.choice("LOG_FORMAT", Settings.LogFormat.self) ?? .text
        settings.workers = try values.number("WORKERS", Self.workerLimit) ?? 4
        settings.welcomeCredits = try values.number("WELCOME_CREDITS", 0...1_000_000) ?? 0
        settings.operations = try OperationsReader(values).operations(
            isLoopback: settings.isLoopback)
        try refuseUnsafeStandIns(settings)
        return settings
    }

    // MARK: Groups

    private func database() throws -> Settings.DatabaseChoice {
        let connections = try values.number("DATABASE_POOL", Self.connectionLimit) ?? 10
        guard let url = values.text("DATABASE_URL") else {
            return .embedded(connections: connections)
        }
        do {
            _ = try DatabaseSettings(url: url)
        } catch {
            throw SettingsError("DATABASE_URL", "\(error)")
        }
        return .external(url: url, connections: connections)
    }

    private func directDatabase() throws -> String? {
        guard let url = values.text("DATABASE_DIRECT_URL") else { return nil }
        guard values.text("DATABASE_URL") != nil else {
            throw SettingsError("DATABASE_DIRECT_URL", "does nothing without DATABASE_URL")
        }
        do {
            _ = try DatabaseSettings(url: url)
        } catch {
            throw SettingsError("DATABASE_DIRECT_URL", "\(error)")
        }
        return url
    }

    private func mail() throws -> Settings.MailChoice {
        switch (values.text("SMTP_URL"), values.text("MAIL_FROM")) {
        case (nil, nil): return .outbox
        case (let url?, let from?):
            guard ["smtp", "smtps"].contains(URL(string: url)?.scheme ?? "") else {
                throw SettingsError("SMTP_URL", "must start with smtp:// or smtps://")
            }
            guard from.contains("@") else {
                throw SettingsError("MAIL_FROM", "must be an e-mail address")
            }
            return .smtp(url: url, from: from)
        case (nil, _?): throw SettingsError("SMTP_URL", "must be set when MAIL_FROM is")
        case (_?, nil): throw SettingsError("MAIL_FROM", "must be set when SMTP_URL is")
        }
    }

    /// An address of a site as a whole.
    private func site(_ variable: String) throws -> URL? {
        guard let text = values.text(variable) else { return nil }
        guard let url = URL(string: text), let scheme = url.scheme,
            ["http", "https"].contains(scheme), url.host() != nil, ["", "/"].contains(url.path)
        else {
            throw SettingsError(variable, "must be an address like https://studio.example")
        }
        return URL(string: text.hasSuffix("/") ? String(text.dropLast()) : text)
    }

    /// Where the server listens, as seen from this machine.
    static func localURL(host: String, port: Int) throws -> URL {
        let name = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host
        guard let url = URL(string: "http://\(name.contains(":") ? "[\(name)]" : name):\(port)")
        else { throw SettingsError("HOST", "must be a host name or an address") }
        return url
    }

    /// Hosts, each with a port or without.
    private func webhookHosts() throws -> TrustedHosts {
        let names = (values.text("WEBHOOK_TRUSTED_HOSTS") ?? "").split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }
        for name in names
        where name.wholeMatch(of: /([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?/) == nil {
            throw SettingsError(
                "WEBHOOK_TRUSTED_HOSTS", "'\(name)' is no host, such as hooks.internal:8080")
        }
        return TrustedHosts(Set(names))
    }

    private func origins() throws -> Set<String> {
        let origins = (values.text("ALLOWED_ORIGINS") ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        for origin in origins {
            guard let url = URL(string: origin), url.scheme != nil, url.host() != nil,
                url.path.isEmpty
            else {
                throw SettingsError(
                    "ALLOWED_ORIGINS", "'\(origin)' is not an origin like https://studio.example")
            }
        }
        return Set(origins)
    }

    /// A test payment gives credits for nothing, and a code in the log signs anybody in.
    private func refuseUnsafeStandIns(_ settings: Settings) throws {
        guard !settings.isLoopback, values.text("PLACEMINT_ALLOW_SANDBOX") != "1" else { return }
        var standIns: [String] = []
        if settings.payments == .sandbox { standIns.append("payments are the sandbox's") }
        if let project = settings.supabase {
            try SupabaseReader(values).checkReach(project)
        } else if case .outbox = settings.mail {
            standIns.append("sign-in codes stand in the log")
        }
        guard !standIns.isEmpty else { return }
        throw SettingsError(
            "PUBLIC_URL",
            "'\(settings.publicURL.absoluteString)' is not this machine, and "
                + standIns.joined(separator: " and ")
                + "; set PLACEMINT_ALLOW_SANDBOX=1 if that is what you want")
    }
}
