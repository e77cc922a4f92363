import Foundation
import Identity
import Logging
import Outbound
import Postgres

/// How people sign in, put together as the settings say: with the built-in sign-in, or at
/// Supabase.
struct SignInDesk: Sendable {
    let tokens: any TokenVerifier
    /// `nil` when Supabase signs people in.
    let builtIn: SignIn?
    /// Ends somebody's sign-in with their account.
    let remove: @Sendable (ID<User>, Transaction) throws -> SignInRemoval
    /// What has to run for it beside the server.
    let background: Background

    /// - Throws: `SettingsError`, `PostgresError`, `MailError`.
    static func load(
        _ settings: Settings, pool: Pool, folder: DataFolder, transport: Transport, logger: Logger
    ) async throws -> SignInDesk {
        guard let project = settings.supabase else {
            return try await loadBuiltIn(settings, pool: pool, folder: folder, logger: logger)
        }
        let tokens = SupabaseTokens(project, transport: transport, logger: logger)
        return SignInDesk(
            tokens: tokens, builtIn: nil, remove: SupabaseAccount.remove,
            background: Background { try await tokens.run() })
    }

    private static func loadBuiltIn(
        _ settings: Settings, pool: Pool, folder: DataFolder, logger: Logger
    ) async throws -> SignInDesk {
        let tables = try await pool.rows(
            "SELECT to_regclass('auth.one_time_codes') IS NOT NULL AS found", as: .owner)
        guard try tables.first?.value("found", as: Bool.self) == true else {
            throw SettingsError(
                "SUPABASE_URL",
                "must be set: the database is a Supabase project's, which signs people in itself")
        }
        let mails = MailQueue(
            try StudioServer.mailer(settings, folder, logger), logger: logger)
        let tokens = try await AccessTokens.load(
            pool, issuer: settings.publicURL.appending(path: "auth/v1").absoluteString)
        return SignInDesk(
            tokens: tokens, builtIn: try await SignIn.load(pool, tokens: tokens, mails: mails),
            remove: { user, transaction in
                try SignIn.remove(user, in: transaction)
                return .removed
            },
            background: Background { await mails.run() })
    }
}
