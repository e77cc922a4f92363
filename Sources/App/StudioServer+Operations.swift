import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

extension StudioServer {
    /// Whether nothing here goes on by itself, and ticks do it all: a server that may sleep.
    var isMovedByTicks: Bool { settings.workers == 0 && tick != nil }

    /// At which a request's line is written: programs read every line, people do not.
    var requestLevel: Logger.Level { settings.logFormat == .json ? .info : .debug }

    func addOperatorRoutes(to router: Router<StudioContext>) {
        ServerController(pool: pool, settings: settings, drain: drain).addRoutes(to: router)
        MetricsController(
            page: metrics, token: settings.operations.metricsToken,
            trustsThisMachine: settings.isLoopback
        ).addRoutes(to: router)
        if let tick, let token = settings.operations.tickToken {
            TickController(tick: tick, token: token).addRoutes(to: router)
        }
    }

    /// Metrics and probes on a port of their own, which no proxy leads to, where one is set: for
    /// servers, and for workers, which have no other.
    var watchtower: (any Service)? {
        guard let port = settings.operations.metricsPort else { return nil }
        let router = Router(context: StudioContext.self)
        router.addMiddleware {
            RequestRecord(level: requestLevel)
            ErrorMiddleware()
        }
        ServerController(pool: pool, settings: settings, drain: drain).addProbes(to: router)
        MetricsController(
            page: metrics, token: settings.operations.metricsToken, trustsThisMachine: true
        ).addRoutes(to: router)
        return Watchtower(
            application: Application(
                router: router,
                configuration: .init(
                    address: .hostname(settings.host, port: port), serverName: nil),
                logger: logger))
    }
}

/// A listener beside the server's own, whose troubles name its own setting.
private struct Watchtower<App: ApplicationProtocol>: Service {
    let application: App

    func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw SettingsError("METRICS_PORT", "\(error)")
        }
    }
}
