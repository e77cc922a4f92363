import Synchronization

/// Notices that are sent once their transactions have committed, many in one transaction of their
/// own. Postgres has transactions that send any commit one after the other, each with its own wait
/// for the disk: those that must be many at once leave theirs here.
final class NoticeBoard: Sendable {
    private struct State {
        var waiting: [Notice] = []
        var isCollected = false
    }

    private let state = Mutex(State())
    private let calls: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init() { (calls, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Leaves notices. Equal ones are one.
    func post(_ notices: [Notice]) {
        let isCollected = state.withLock { state in
            for notice in notices where !state.waiting.contains(notice) {
                state.waiting.append(notice)
            }
            return state.isCollected
        }
        if isCollected { bell.yield() }
    }

    /// Whether somebody collects them, so that whoever posted need not send them.
    var isCollected: Bool { state.withLock { $0.isCollected } }

    func take() -> [Notice] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// Has what is posted sent soon, a few milliseconds' worth at a time. Runs until cancelled.
    func collect(every pause: Duration, send: () async -> Void) async {
        state.withLock { $0.isCollected = true }
        for await _ in calls {
            // Cancellation ends the sleep and then the loop.
            try? await Task.sleep(for: pause)
            await send()
        }
        state.withLock { $0.isCollected = false }
    }

    /// One statement for all of them.
    static func sending(_ notices: [Notice]) -> SQL {
        """
        SELECT pg_notify(channel, payload)
        FROM unnest(\(notices.map(\.channel))::text[], \(notices.map(\.payload))::text[])
          AS notice (channel, payload)
        """
    }
}
