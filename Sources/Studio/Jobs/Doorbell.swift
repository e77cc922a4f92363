import Synchronization

/// Wakes the one who waits. Calls for work that nobody has heard yet are one call.
final class Doorbell: Sendable {
    enum Ring: Sendable {
        case work, jobEnded, stop
    }

    let rings: AsyncStream<Ring>
    private let continuation: AsyncStream<Ring>.Continuation
    private let isCalling = Mutex(false)

    init() { (rings, continuation) = AsyncStream.makeStream() }

    func ring(_ ring: Ring) {
        if ring == .work {
            let wasCalling = isCalling.withLock { calling in
                defer { calling = true }
                return calling
            }
            if wasCalling { return }
        }
        continuation.yield(ring)
    }

    /// Calls for work again and again, for what nobody announces. Runs until cancelled.
    func ring(every pause: Duration) async {
        while !Task.isCancelled {
            ring(.work)
            // Cancellation ends the sleep and then the loop.
            try? await Task.sleep(for: pause)
        }
    }

    /// Call before looking for work, so that what comes later rings again.
    func heard() { isCalling.withLock { $0 = false } }
}
