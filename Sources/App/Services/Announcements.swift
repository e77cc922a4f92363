import Ledger
import Logging
import Postgres
import Studio
import Webhooks

/// Carries the database's news to the worker and the event streams of this process.
struct Announcements: Sendable {
    enum Source: Sendable {
        /// The database announces them to a session that listens.
        case notices(DatabaseSettings)
        /// Behind a pooler that lends sessions by the transaction nobody can listen.
        case questions
    }

    let source: Source
    let pool: Pool
    let worker: Worker?
    let poller: Poller?
    let sender: WebhookSender?
    let hub: EventHub
    let logger: Logger

    /// Runs until cancelled.
    func run() async {
        switch source {
        case .notices(let database): await listen(database)
        // Worker, poller and sender look every second anyway.
        case .questions: await ChangeWatch(pool: pool, hub: hub, logger: logger).run()
        }
    }

    private func listen(_ database: DatabaseSettings) async {
        let listener = Listener(
            database,
            channels: [JobQueue.workChannel, Notice.eventChannel, WebhookDeliveries.channel],
            logger: logger)
        await listener.run { event in
            switch event {
            case .listening:
                wake()
                hub.resync()
            case .notification(let notice) where notice.channel == JobQueue.workChannel:
                wake()
            case .notification(let notice) where notice.channel == WebhookDeliveries.channel:
                sender?.wake()
            case .notification(let notice):
                hub.announce(notice.payload)
            }
        }
    }

    private func wake() {
        worker?.wake()
        poller?.wake()
        sender?.wake()
    }
}
