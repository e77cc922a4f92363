import Foundation
import Identity
import Logging
import Media
import Outbound
import Payments
import Postgres
import Studio
import VideoModels

/// Looks at every part that is set up, as far as that makes nothing and costs nothing.
package struct Checkup: Sendable {
    /// One part, and how it is.
    package struct Finding: Equatable, Sendable {
        package enum State: String, Sendable {
            case ok
            /// It works, and is worth knowing.
            case note
            case broken
        }

        package let part: String
        package let state: State
        package let remark: String
        /// How to mend it.
        package let remedy: String?
    }

    let settings: Settings
    let pool: Pool
    private let migrator: Migrator
    let transport: Transport
    private let logger: Logger

    init(
        _ settings: Settings, pool: Pool, migrator: Migrator, transport: Transport, logger: Logger
    ) {
        self.settings = settings
        self.pool = pool
        self.migrator = migrator
        self.transport = transport
        self.logger = logger
    }

    /// - Parameter report: called with each finding, as it is found.
    package func run(_ report: (Finding) -> Void) async {
        for check in [
            database, roles, migrations, news, storagePolicies, tools, bucket, mail, supabaseKeys,
            supabaseSignIn, closing, stripe, breakers,
        ] {
            if let finding = await check() { report(finding) }
        }
        await models(report)
    }

    func look(
        _ part: String, remedy: String, _ work: () async throws -> String
    ) async -> Finding {
        do {
            return Finding(part: part, state: .ok, remark: try await work(), remedy: nil)
        } catch let error as VideoModelError {
            return Finding(part: part, state: .broken, remark: error.detail, remedy: remedy)
        } catch {
            return Finding(part: part, state: .broken, remark: "\(error)", remedy: remedy)
        }
    }

    // MARK: Database

    /// What is asked for of Postgres.
    private static let oldestVersion = 15

    private func database() async -> Finding? {
        await look("database", remedy: "check DATABASE_URL, and that the server runs") {
            let rows = try await pool.rows(
                "SELECT current_setting('server_version') AS version", as: .owner)
            let version = try rows.first?.value("version", as: String.self) ?? ""
            let major = Int(version.prefix { $0.isNumber }) ?? 0
            guard major >= Self.oldestVersion else {
                throw PostgresError.configuration(
                    "PostgreSQL \(version) is too old; \(Self.oldestVersion) is needed")
            }
            return "PostgreSQL \(version)"
        }
    }

    private func roles() async -> Finding? {
        await look(
            "roles", remedy: "connect as a role that is a member of service_role and authenticated"
        ) {
            _ = try await pool.rows("SELECT 1", as: .service)
            _ = try await pool.rows("SELECT 1", as: .user(.new()))
            return "service_role and authenticated can be taken"
        }
    }

    private func migrations() async -> Finding? {
        await look("migrations", remedy: "run 'placemint migrate'") {
            let pending = try await migrator.pending(in: pool)
            guard pending.isEmpty else {
                throw PostgresError.configuration("\(pending.count) are pending")
            }
            return "none pending"
        }
    }

    // MARK: Parts

    private func tools() async -> Finding? {
        await look("ffmpeg", remedy: "install ffmpeg; script/setup does") {
            for tool in MediaTool.allCases { _ = try tool.path() }
            return "ffmpeg and ffprobe are there"
        }
    }

    private func mail() async -> Finding? {
        guard settings.supabase == nil else { return nil }
        return await look("mail", remedy: "check SMTP_URL and MAIL_FROM") {
            try await StudioServer.mailer(settings, DataFolder(settings.dataFolder), logger)
                .probe()
        }
    }

    private func stripe() async -> Finding? {
        guard case .stripe(let stripe) = settings.payments else {
            return Finding(
                part: "payments", state: .note, remark: "the sandbox: no real money", remedy: nil)
        }
        return await look(
            "payments", remedy: "check STRIPE_SECRET_KEY and what it may do: docs/runbook.md"
        ) {
            try await StripeClient(
                key: stripe.secretKey, base: stripe.apiBase, transport: transport
            ).probe()
            return "Stripe takes the key; \(stripe.isLive ? "real money" : "test mode")"
        }
    }

    private func breakers() async -> Finding? {
        do {
            let open = try await JobQueue(pool: pool).breakers().filter { $0.openUntil > Date() }
            guard !open.isEmpty else { return nil }
            let words = open.map { "\($0.provider) until \($0.openUntil.ISO8601Format())" }
            return Finding(
                part: "breakers", state: .broken,
                remark: words.joined(separator: ", ") + ": " + (open.first?.reason ?? ""),
                remedy: "mend the provider's quota, bill or key; it is tried again by itself")
        } catch {
            // The database's own finding says it better.
            return nil
        }
    }

    private func models(_ report: (Finding) -> Void) async {
        do {
            let desk = try ModelDesk(settings, transport: transport)
            for model in desk.catalogue.models {
                let probe = desk.models[model.id]
                report(
                    await look(
                        "model \(model.id)",
                        remedy: "check \(model.provider.rawValue)'s key, address and account"
                    ) { try await probe?.probe() ?? "" })
            }
        } catch {
            report(
                Finding(
                    part: "catalogue", state: .broken, remark: "\(error)",
                    remedy: "mend PLACEMINT_CATALOGUE's file"))
        }
    }
}
