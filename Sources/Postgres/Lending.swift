import Synchronization

/// Who has which connection, and who waits. First come, first served.
final class Lending: Sendable {
    private struct Waiter {
        let id: Int
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Connection?, any Error>
    }

    private struct State {
        var idle: [Connection] = []
        /// Lent, idle or being made.
        var count = 0
        var waiters: [Waiter] = []
        var nextWaiter = 0
    }

    let limits: Pool.Limits
    private let state = Mutex(State())

    init(_ limits: Pool.Limits) { self.limits = limits }

    /// An idle connection; or `nil`, which is leave to make one.
    /// - Throws: `PostgresError.overloaded` after the longest wait, `CancellationError`.
    func take() async throws -> Connection? {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(Waiter(id: id, deadline: .now + limits.wait, continuation: continuation))
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func enqueue(_ waiter: Waiter) {
        let served: Connection?? = state.withLock { state in
            if let connection = state.idle.popLast() { return .some(connection) }
            if state.count < limits.connections {
                state.count += 1
                return .some(nil)
            }
            state.waiters.append(waiter)
            return nil
        }
        if let served { waiter.continuation.resume(returning: served) }
    }

    func giveBack(_ connection: Connection) {
        let waiter: Waiter? = state.withLock { state in
            guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
            state.idle.append(connection)
            return nil
        }
        waiter?.continuation.resume(returning: connection)
    }

    /// A lent connection broke, or could not be made: the next waiter may make another.
    func lost() {
        let waiter: Waiter? = state.withLock { state in
            guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
            state.count -= 1
            return nil
        }
        waiter?.continuation.resume(returning: nil)
    }

    /// How many connections there are, and how many callers wait for one.
    var census: Pool.Census {
        state.withLock { state in
            Pool.Census(
                inUse: state.count - state.idle.count, idle: state.idle.count,
                waiting: state.waiters.count)
        }
    }

    /// Takes the idle connections out, for closing.
    func closeAll() -> [Connection] {
        state.withLock { state in
            defer { state.idle = [] }
            state.count -= state.idle.count
            return state.idle
        }
    }

    func refuseExpired(at now: ContinuousClock.Instant) {
        let expired = state.withLock { state in
            let expired = state.waiters.filter { $0.deadline <= now }
            if !expired.isEmpty { state.waiters.removeAll { $0.deadline <= now } }
            return expired
        }
        for waiter in expired {
            waiter.continuation.resume(throwing: PostgresError.overloaded)
        }
    }

    private func cancel(_ id: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
