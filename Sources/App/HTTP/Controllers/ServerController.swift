import Foundation
import Hummingbird
import Identity
import Postgres

/// Whether the server lives, and where its web client finds things.
struct ServerController {
    let pool: Pool
    let settings: Settings
    let drain: Drain

    func addRoutes(to router: Router<StudioContext>) {
        addProbes(to: router)
        router.get("config.json", use: configuration)
    }

    func addProbes(to router: Router<StudioContext>) {
        router.get("healthz", use: health)
            .get("readyz", use: ready)
    }

    private struct State: Encodable {
        let status: String
    }

    /// How long a probe waits for the database; whoever probes waits little longer.
    private static let patience = Duration.seconds(2)

    @Sendable func health(_ request: Request, _ context: StudioContext) throws -> Response {
        try JSONReply(State(status: "ok")).response()
    }

    /// 200 once requests can be served: the database answers, and the server is not going.
    @Sendable func ready(_ request: Request, _ context: StudioContext) async throws -> Response {
        guard !drain.isDraining else { throw APIError.shuttingDown }
        _ = try await pool.rows(["SELECT 1"], as: .service, within: Self.patience)
        return try JSONReply(State(status: "ready")).response()
    }

    private struct Configuration: Encodable {
        let api: String
        let auth: Auth
        let sandbox: Bool

        struct Auth: Encodable {
            let kind: String
            let url: String
            /// For Supabase's gateway.
            let key: String?
        }
    }

    @Sendable func configuration(_ request: Request, _ context: StudioContext) throws -> Response {
        let base = settings.publicURL.absoluteString
        let auth =
            settings.supabase.map { project in
                Configuration.Auth(
                    kind: "supabase", url: project.authURL, key: project.publishableKey)
            } ?? .init(kind: "embedded", url: base + "/auth/v1", key: nil)
        return try JSONReply(
            Configuration(
                api: base + "/v1", auth: auth,
                sandbox: settings.payments == .sandbox)
        ).response()
    }
}
