import Ledger
import Logging
import Postgres
import Studio

/// Carries the database's announcements to the worker and the event streams of this process.
struct Announcements: Sendable {
    let listener: Listener
    let worker: Worker?
    let poller: Poller?
    let hub: EventHub

    init(
        _ database: DatabaseSettings, worker: Worker?, poller: Poller?, hub: EventHub,
        logger: Logger
    ) {
        listener = Listener(
            database, channels: [JobQueue.workChannel, Notice.eventChannel], logger: logger)
        self.worker = worker
        self.poller = poller
        self.hub = hub
    }

    /// Runs until cancelled.
    func run() async {
        await listener.run { event in
            switch event {
            case .listening:
                wake()
                hub.resync()
            case .notification(let notice) where notice.channel == JobQueue.workChannel:
                wake()
            case .notification(let notice):
                hub.announce(notice.payload)
            }
        }
    }

    private func wake() {
        worker?.wake()
        poller?.wake()
    }
}
