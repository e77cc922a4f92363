import Foundation
import Ledger
import Logging
import Postgres
import Synchronization
import TestDatabase
import VideoModels

@testable import Payments
@testable import Studio

/// One life of the server: its parts over a pool of its own, until it dies.
struct ServerProcess: Sendable {
    static let secret = "whsec_simulation"

    let faultPoint = FaultPoint()
    let pool: Pool
    let events: StripeEvents
    let checkouts: Checkouts
    let studio: Studio
    let queue: JobQueue

    init(on database: TestDatabase, pages: Pages) throws {
        var settings = database.settings
        settings.faultPoint = faultPoint
        var logger = Logger(label: "simulation")
        logger.logLevel = .critical
        pool = Pool(settings, limits: .init(connections: 6, wait: .seconds(20)))
        events = StripeEvents(
            pool: pool, secrets: [Self.secret], policy: PaymentPolicy(livemode: false),
            logger: logger)
        checkouts = Checkouts(pool: pool, provider: pages, events: events, logger: logger)
        let config = TestDatabase.repository.appending(path: "config")
        studio = Studio(
            pool: pool,
            catalogue: try Catalogue.load(config.appending(path: "catalogue.json"))
                .offered(providers: [.animatic]),
            formats: try FormatLibrary.load(folder: config.appending(path: "formats")))
        queue = JobQueue(pool: pool)
    }

    func receive(_ event: StripeSide.Event) async throws {
        let header = StripeSignature.header(for: event.body, secret: Self.secret, at: Date())
        try await events.receive(event.body, signature: header)
    }

    /// What reconciliation does with an event that Stripe could not deliver.
    func recover(_ event: StripeSide.Event) async throws {
        let decoded = try JSONDecoder.stripe.decode(StripeEvent.self, from: event.body)
        _ = try await events.record(decoded, event.body, grace: .zero)
        try await events.applyDue()
    }

    /// Takes one job and ends it, with a clip or without.
    func endJob(well: Bool) async throws {
        guard let claim = try await queue.claim(limit: 1).first else { return }
        var machine = claim.job.machine
        guard well else {
            _ = machine.apply(.frameFailed, at: Date())
            return try await queue.fail(machine, claim)
        }
        _ = machine.apply(.frameReady(SubmitToken(UUID())), at: Date())
        guard
            try await queue.takeSlot(
                machine, claim, SlotLimits(model: "animatic", provider: "animatic", ofModel: 1_000))
        else { return }
        _ = machine.apply(.created(.clip), at: Date())
        try await queue.save(machine, claim)
        _ = machine.apply(.stored, at: Date())
        try await queue.complete(machine, claim, clip: try await clip(of: claim.job.user))
    }

    private func clip(of user: ID<User>) async throws -> StoredClip {
        let ids = (0..<3).map { _ in ID<Asset>.new() }
        try await pool.transaction { transaction in
            for id in ids {
                try transaction.rows(
                    """
                    INSERT INTO public.assets (id, user_id, kind, object_key, mime, bytes, sha256)
                    VALUES (\(id), \(user), 'video', \("\(id)"), 'video/mp4', 1, repeat('0', 64))
                    """)
            }
        }
        return StoredClip(video: ids[0], poster: ids[1], spritesheet: ids[2])
    }
}

/// Checkout pages that Stripe has opened, whether or not the answer arrived.
final class Pages: CheckoutProvider {
    private let opened = Mutex<[Purchase]>([])

    func openPage(for purchase: Purchase) -> CheckoutPage {
        opened.withLock { $0.append(purchase) }
        let session = Self.session(of: purchase.id)
        return CheckoutPage(session: session, url: "https://pay.example/" + session)
    }

    static func session(of purchase: ID<Purchase>) -> String { "cs_" + purchase.compact }

    func takeAll() -> [Purchase] {
        opened.withLock { all in
            defer { all = [] }
            return all
        }
    }
}
