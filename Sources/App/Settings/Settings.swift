package import Foundation
package import Identity
package import Logging
package import ObjectStorage
package import Payments
package import Webhooks

/// Everything the operator decides, read once at the start.
package struct Settings: Sendable {
    package var host = "127.0.0.1"
    package var port = 8080
    /// Where browsers find this server: without a path, without a slash at the end.
    package var publicURL: URL
    /// Where the web client is, when it is not served from here: likewise.
    package var webURL: URL
    package var dataFolder: URL
    package var catalogueFile: URL
    /// Origins of web clients served from elsewhere; `*` is not one.
    package var allowedOrigins: Set<String> = []
    /// Whose `X-Forwarded-For` is believed.
    package var trustedProxies = TrustedProxies()
    package var logLevel: Logger.Level = .info
    package var logFormat: LogFormat = .text
    package var database: DatabaseChoice
    /// Where `LISTEN` works, when `database` leads through a pooler.
    package var directDatabase: String?
    /// Where files are kept; in the data folder when there is none.
    package var bucket: S3Location?
    package var mail: MailChoice
    /// `nil` for the built-in sign-in.
    package var supabase: SupabaseProject?
    package var payments: PaymentsChoice
    package var providers: ProviderSettings
    /// Jobs at a time; 0 serves the API alone.
    package var workers = 4
    package var welcomeCredits = 0
    package var operations = Operations()
    /// Hosts of the operator's own network that webhooks may be sent to.
    package var webhookHosts = TrustedHosts()
    package var installation: Installation

    package enum LogFormat: String, CaseIterable, Sendable {
        case text, json
    }

    package enum DatabaseChoice: Sendable {
        /// A private Postgres in the data folder.
        case embedded(connections: Int)
        case external(url: String, connections: Int)
    }

    package enum MailChoice: Sendable {
        /// Files in the data folder, and the code in the log.
        case outbox
        case smtp(url: String, from: String)
    }

    package enum PaymentsChoice: Equatable, Sendable {
        /// A checkout page of our own, without money.
        case sandbox
        case stripe(StripeSettings)
    }

    /// How packs are sold at Stripe.
    package struct StripeSettings: Equatable, Sendable {
        package var secretKey: String
        /// The webhook endpoint's signing secrets; two while one is rolled.
        package var webhookSecrets: [String]
        package var apiBase: URL
        package var options: StripeCheckout.Options

        /// Whether the key moves real money. Stripe writes it into the key.
        package var isLive: Bool { secretKey.dropFirst(3).hasPrefix("live_") }
    }

    /// The providers of video models that are set up.
    package struct ProviderSettings: Equatable, Sendable {
        package struct Access: Equatable, Sendable {
            package var base: URL
            package var key: String?
            /// What the provider signs its webhooks with, where it signs with a secret.
            package var webhookSecret: String?
        }

        package var videosAPI: Access?
        package var gemini: Access?
        package var fal: Access?
        package var runway: Access?
    }

    /// Whether only this machine can reach the server under its public address.
    package var isLoopback: Bool {
        let host = publicURL.host() ?? ""
        let isIPv4 = host.wholeMatch(of: /127(\.[0-9]{1,3}){3}/) != nil
        return isIPv4 || ["localhost", "::1", "[::1]"].contains(host)
    }
}

/// A setting that is wrong; the description is one line that names the variable.
package struct SettingsError: Error, Equatable, CustomStringConvertible {
    package let variable: String
    package let description: String

    init(_ variable: String, _ problem: String) {
        self.variable = variable
        description = "\(variable): \(problem)"
    }
}
