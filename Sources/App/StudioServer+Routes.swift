import Foundation
import Hummingbird
import HummingbirdCore
import Identity
import Logging
import NIOCore
import ObjectStorage
import Payments
import Studio
import Webhooks

extension StudioServer {
    /// A connection that says nothing for this long is closed.
    private static let idleSeconds: Int64 = 75

    func application() -> some ApplicationProtocol {
        let settings = settings
        let logger = logger
        return Application(
            router: router(),
            server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleSeconds))),
            configuration: .init(
                address: .hostname(settings.host, port: settings.port), serverName: nil),
            onServerRunning: { _ in
                logger.notice(
                    "Placemint is ready", metadata: ["url": "\(settings.publicURL.absoluteString)"])
            }, logger: logger)
    }

    func router() -> Router<StudioContext> {
        let router = Router(context: StudioContext.self, options: .autoGenerateHeadEndpoints)
        let addresses = KnownAddresses()
        router.addMiddleware {
            ClientAddress(proxies: settings.trustedProxies)
            RequestRecord(level: requestLevel)
            LastAnswers(drain: drain)
            SecurityHeaders(
                connections: settings.supabase.map { [$0.origin] } ?? [],
                bucket: settings.bucket?.origin)
            CrossOrigin(origins: settings.allowedOrigins)
            ErrorMiddleware()
            addresses
            WebFiles(
                folder: settings.installation.web,
                canonical: .init(publicURL: settings.publicURL, isLoopback: settings.isLoopback))
            FileMiddleware(settings.installation.web.path, searchForIndexHtml: true)
        }
        addOperatorRoutes(to: router)
        MediaController(assets: assets, links: links, delivery: AssetDelivery(assets: assets))
            .addRoutes(to: router)
        addPaymentRoutes(to: router)
        addPublicRoutes(to: router.group())
        addStudioRoutes(to: router.group("v1"))
        DescriptionController(
            OpenAPIDescription(
                folder: settings.installation.openAPI, server: settings.publicURL,
                catalogue: studio.catalogue, formats: studio.formats)
        ).addRoutes(to: router)
        addresses.learn(router)
        return router
    }

    private func addPaymentRoutes(to router: Router<StudioContext>) {
        WebhooksController(events: payments.events).addRoutes(to: router)
        ProviderWebhooksController(webhooks: desk.webhooks, queue: queue).addRoutes(to: router)
        if let sandbox = payments.sandbox {
            SandboxController(pool: pool, sandbox: sandbox, studio: settings.webURL).addRoutes(
                to: router)
        }
    }

    private func addPublicRoutes(to group: RouterGroup<StudioContext>) {
        let limited = group.add(
            middleware: AddressLimit(perAddress: RateLimiter(RateLimiter.perAddress)))
        if let builtIn = signIn.builtIn {
            AuthController<StudioContext>(signIn: builtIn).addRoutes(
                to: limited.group("auth/v1"))
        }
        CatalogueController(studio: studio, startedAt: Date().unixSeconds)
            .addRoutes(to: limited.group("v1"))
    }

    private func addStudioRoutes(to group: RouterGroup<StudioContext>) {
        let keys = APIKeys(pool: pool)
        let endpoints = WebhookEndpoints(pool: pool)
        let signedIn = group.add(
            middleware: Authenticator(
                tokens: signIn.tokens, keys: keys, accounts: accounts,
                perUser: RateLimiter(RateLimiter.perUser),
                perKey: RateLimiter(RateLimiter.perKey),
                perAddress: RateLimiter(RateLimiter.perAddress)))
        func permitted(_ scope: APIKey.Scope?) -> RouterGroup<StudioContext> {
            signedIn.group().add(middleware: Permission(scope: scope))
        }
        let videos = permitted(.videos)
        let people = permitted(nil)
        let desk = PhotoDesk(assets: assets, folder: work)
        let gate = UploadGate()
        let delivery = AssetDelivery(assets: assets)
        FilesController(assets: assets, desk: desk, gate: gate, delivery: delivery, links: links)
            .addRoutes(to: permitted(.files))
        let orders = OrderDesk(
            studio: studio, pool: pool, assets: assets, desk: desk, links: links)
        VideosController(
            orders: orders, pool: pool, assets: assets, gate: gate, delivery: delivery,
            links: links
        ).addRoutes(to: videos)
        VideoEditsController(orders: orders).addRoutes(to: videos)
        QuotesController(studio: studio, assets: assets, desk: desk, gate: gate)
            .addRoutes(to: videos)
        CreditsController(pool: pool).addRoutes(to: permitted(.creditsRead))
        CheckoutsController(checkouts: payments.checkouts, catalogue: studio.catalogue)
            .addRoutes(to: people)
        EventsController(hub: hub, pool: pool, links: links).addRoutes(to: videos)
        APIKeysController(keys: keys).addRoutes(to: people)
        WebhookEndpointsController(
            endpoints: endpoints, deliveries: WebhookDeliveries(pool: pool),
            trusted: settings.webhookHosts
        ).addRoutes(to: people)
        AccountController(
            pool: pool, signIn: signIn.builtIn, accounts: accounts,
            exports: AccountExports(
                contents: AccountContents(
                    pool: pool, assets: assets, links: links, keys: keys, endpoints: endpoints,
                    signIn: signIn.builtIn),
                assets: assets, folder: work)
        ).addRoutes(to: people)
    }
}
