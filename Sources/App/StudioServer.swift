import Foundation
import Hummingbird
import Identity
import Ledger
import Logging
import ObjectStorage
import Outbound
import Payments
import Postgres
import Prometheus
import ServiceLifecycle
import Studio
import UnixSignals
import VideoModels
import Webhooks

/// The composition root: everything a running server is made of, put together once.
struct StudioServer: Sendable {
    let settings: Settings
    let pool: Pool
    let database: DatabaseSettings
    let work: URL
    let assets: AssetStore
    let studio: Studio
    let signIn: SignInDesk
    let accounts: Accounts
    let transport: Transport
    let payments: PaymentDesk
    let hub: EventHub
    let links: MediaLinks
    let desk: ModelDesk
    let queue: JobQueue
    /// Work without being told to; `nil` with no workers.
    let worker: Worker?
    let poller: Poller?
    let sender: WebhookSender?
    /// Works when it is told to; `nil` when nobody may.
    let tick: Tick?
    let housekeeping: Housekeeping
    let drain = Drain()
    let metrics: MetricsPage
    let logger: Logger

    /// Puts a server together on a migrated database.
    /// - Throws: `SettingsError`, `FileProblems`, `PostgresError`, `BucketError`, `MailError`.
    static func build(
        _ settings: Settings, database: DatabaseSettings, folder: DataFolder, work: URL,
        logger: Logger, metrics: PrometheusRegistry
    ) async throws -> StudioServer {
        let transport = Transport()
        do {
            return try await assemble(
                settings, database: database, folder: folder, work: work, transport: transport,
                logger: logger, metrics: metrics)
        } catch {
            try await transport.shutdown()
            throw error
        }
    }

    private static func assemble(
        _ settings: Settings, database: DatabaseSettings, folder: DataFolder, work: URL,
        transport: Transport, logger: Logger, metrics: PrometheusRegistry
    ) async throws -> StudioServer {
        let pool = Pool(database, limits: .init(connections: settings.connections))
        let assets = AssetStore(pool: pool, bucket: try settings.fileBucket(folder, transport))
        let desk = try ModelDesk(settings, transport: transport)
        let studio = Studio(
            pool: pool, catalogue: desk.catalogue,
            formats: try FormatLibrary.load(folder: settings.installation.formats))
        let signIn = try await SignInDesk.load(
            settings, pool: pool, folder: folder, transport: transport, logger: logger)
        let queue = JobQueue(pool: pool)
        let works = settings.workers > 0
        let worker = Worker(
            slots: works ? settings.workers : Tick.slots, queue: queue, assets: assets,
            models: desk.models, studio: studio, folder: work, logger: logger)
        let poller = Poller(
            queue: queue, assets: assets, models: desk.models, studio: studio, logger: logger)
        let accounts = Accounts(
            pool: pool, welcome: Credits(settings.welcomeCredits), removeSignIn: signIn.remove)
        let payments = PaymentDesk(settings, pool: pool, transport: transport, logger: logger)
        let sender = WebhookSender(
            queue: WebhookQueue(pool: pool), transport: transport, trusted: settings.webhookHosts,
            logger: logger)
        let housekeeping = Housekeeping(
            assets: assets, signIn: signIn.builtIn, payments: payments, queue: queue,
            endpoints: WebhookEndpoints(pool: pool), errands: Errands(pool: pool), logger: logger)
        let tick = settings.operations.tickToken.map { _ in
            Tick(
                worker: worker, poller: poller, sender: sender, housekeeping: housekeeping,
                queue: queue,
                budget: settings.operations.tickBudget)
        }
        let hub = EventHub(accounts: accounts)
        return StudioServer(
            settings: settings, pool: pool, database: database, work: work, assets: assets,
            studio: studio, signIn: signIn, accounts: accounts,
            transport: transport, payments: payments, hub: hub,
            links: try await MediaLinks.load(pool, base: settings.publicURL),
            desk: desk, queue: queue, worker: works ? worker : nil, poller: works ? poller : nil,
            sender: works ? sender : nil,
            tick: tick, housekeeping: housekeeping,
            metrics: MetricsPage(
                metrics, pool: pool, gauges: DatabaseGauges(pool, logger: logger), hub: hub),
            logger: logger)
    }

    static func mailer(
        _ settings: Settings, _ folder: DataFolder, _ logger: Logger
    ) throws -> any Mailer {
        switch settings.mail {
        case .outbox:
            return try Outbox(
                folder: folder.outbox, sender: try Sender("Placemint <codes@placemint.localhost>"),
                logger: logger)
        case .smtp(let url, let from):
            return try SMTP(SMTPSettings(url: url), sender: try Sender(from))
        }
    }

    /// Serves and works until the process is told to stop, then ends what is under way.
    func serve() async throws {
        var services: [any Service] = [
            signIn.background,
            Background { try await studio.availability.run(queue, logger: logger) },
        ]
        if !isMovedByTicks { services.append(Background { try await housekeeping.run() }) }
        try await run(services + [application()])
    }

    private var farewell: Farewell {
        Farewell {
            drain.begin()
            // Cut short only when the process ends for another reason.
            try? await Task.sleep(for: settings.operations.drain)
            hub.closeAll()
        }
    }

    /// Works until the process is told to stop, then ends or hands back what is under way.
    func work() async throws { try await run([]) }

    /// The last service is told to stop first, and the next once it has stopped. So those who ask
    /// hear of it before anything ends, jobs wait for no slow reader, and the database is there
    /// until the end.
    private func run(_ services: [any Service]) async throws {
        let announcements = Announcements(
            source: try settings.newsSource(database), pool: pool, worker: worker, poller: poller,
            sender: sender, hub: hub, logger: logger)
        let foundation: [any Service] = [
            Background { await pool.run() }, Background { await announcements.run() },
        ]
        let senders = sender.map { sender in [Background { await sender.run() }] } ?? []
        let workers: [any Service] =
            senders + (worker.map { [$0] } ?? []) + (poller.map { [$0] } ?? [])
        let watchers = watchtower.map { [$0] } ?? []
        let all = foundation + watchers + services + workers + [farewell]
        let group = ServiceGroup(
            configuration: .init(
                services: all.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await group.run())
        } catch {
            outcome = .failure(error)
        }
        try await transport.shutdown()
        await pool.close()
        try outcome.get()
    }
}

extension Settings {
    /// Where news of the database come from.
    /// - Throws: `PostgresError.configuration`.
    func newsSource(_ database: DatabaseSettings) throws -> Announcements.Source {
        if let directDatabase { return .notices(try DatabaseSettings(url: directDatabase)) }
        // Without a session of one's own there is nothing to listen on.
        return database.prepares ? .notices(database) : .questions
    }

    var connections: Int {
        switch database {
        case .embedded(let connections), .external(_, let connections): connections
        }
    }
}
