internal import Foundation
internal import Logging
internal import Synchronization

/// The issuer's keys as they were last published, kept fresh in the background and asked for anew
/// when a token names a key that is not among them.
///
/// However many tokens with made-up key names come, the issuer is asked once in `fetchPause` by
/// each server process, and one request at a time.
final class IssuerKeys: Sendable {
    /// Supabase lets its answer be kept for ten minutes (`Cache-Control: max-age=600`): that is
    /// how long a key that was taken out goes on being accepted.
    static let lifetime: TimeInterval = 600
    /// While the issuer cannot be reached, keys are used for this much longer. Nobody can sign in
    /// or refresh then either, so a longer time would serve hardly anybody, and whoever stole a
    /// key and keeps us from the issuer gains no more.
    static let outageLimit: TimeInterval = 6 * 3600
    /// Between two tries, whatever the first one's outcome and whoever asks.
    static let fetchPause: TimeInterval = 5
    /// Between two tries in the background while the issuer cannot be reached.
    static let retryPause: TimeInterval = 30
    /// Requests that wait for one answer at most; the others are to come again. A flood of
    /// made-up names must not keep thousands of connections open while the issuer is slow.
    private static let waitersLimit = 500
    /// Between two looks at the clock.
    private static let tick = Duration.seconds(5)

    private struct State {
        var set: IssuerKeySet?
        /// Goes up when keys change or go, so that what was verified with them is forgotten.
        var epoch = 0
        var fetchedAt = Date.distantPast
        var triedAt: Date?
        var isFetching = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private enum Step {
        case found(IssuerKeySet.Key, epoch: Int)
        case unknown
        case unavailable(seconds: Int)
        case fetch
        case wait
    }

    private let fetch: @Sendable () async throws -> Data
    /// Whether an empty set is all that is to be expected, as tokens are signed with a secret.
    private let mayBeEmpty: Bool
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter fetch: the key set as it is published. It limits its own time.
    init(
        mayBeEmpty: Bool, logger: Logger, now: @escaping @Sendable () -> Date,
        fetch: @escaping @Sendable () async throws -> Data
    ) {
        self.mayBeEmpty = mayBeEmpty
        self.logger = logger
        self.now = now
        self.fetch = fetch
    }

    /// The key of that name, and the epoch that it belongs to. Asks the issuer when it has to and
    /// may.
    /// - Returns: `nil` when the issuer has no such key.
    /// - Throws: `SupabaseAuthError.keysUnavailable`, `CancellationError`.
    func key(_ kid: String) async throws -> (IssuerKeySet.Key, epoch: Int)? {
        while true {
            switch state.withLock({ step(towards: kid, &$0) }) {
            case .found(let key, let epoch): return (key, epoch)
            case .unknown: return nil
            case .unavailable(let seconds):
                throw SupabaseAuthError.keysUnavailable(retryAfter: seconds)
            case .fetch: try await load()
            case .wait: await join()
            }
        }
    }

    /// The epoch of keys that may be used; `nil` without any.
    var epoch: Int? { state.withLock { isUsable($0) ? $0.epoch : nil } }

    /// Fetches the keys, and again whenever they are due. Runs until cancelled.
    func run() async throws {
        while true {
            try await refreshWhenDue()
            try await Task.sleep(for: Self.tick)
        }
    }

    /// - Throws: `CancellationError`.
    func refreshWhenDue() async throws {
        let time = now()
        let isDue = state.withLock { state in
            guard !state.isFetching, mayFetch(state, at: time) else { return false }
            let wasLost = state.triedAt != state.fetchedAt
            let pause = wasLost ? Self.retryPause : Self.lifetime
            guard hasPassed(pause, since: state.triedAt, at: time) else { return false }
            begin(&state, at: time)
            return true
        }
        if isDue { try await load() }
    }

    // MARK: Steps

    private func step(towards kid: String, _ state: inout State) -> Step {
        let time = now()
        let isUsable = isUsable(state)
        if isUsable, let key = state.set?[kid] { return .found(key, epoch: state.epoch) }
        if state.isFetching {
            return state.waiters.count < Self.waitersLimit ? .wait : .unavailable(seconds: 1)
        }
        if mayFetch(state, at: time) {
            begin(&state, at: time)
            return .fetch
        }
        guard !isUsable else { return .unknown }
        let left = Self.fetchPause - time.timeIntervalSince(state.triedAt ?? time)
        return .unavailable(seconds: max(1, Int(left.rounded(.up))))
    }

    private func isUsable(_ state: State) -> Bool {
        guard let set = state.set, mayBeEmpty || !set.isEmpty else { return false }
        return now().timeIntervalSince(state.fetchedAt) <= Self.lifetime + Self.outageLimit
    }

    private func mayFetch(_ state: State, at time: Date) -> Bool {
        hasPassed(Self.fetchPause, since: state.triedAt, at: time)
    }

    /// A clock that was set back must not keep us from trying.
    private func hasPassed(_ pause: TimeInterval, since start: Date?, at time: Date) -> Bool {
        guard let start else { return true }
        return !(0..<pause).contains(time.timeIntervalSince(start))
    }

    private func begin(_ state: inout State, at time: Date) {
        state.isFetching = true
        state.triedAt = time
    }

    private func join() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.isFetching else { return true }
                state.waiters.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    // MARK: Fetching

    /// To be called by whoever has begun it, alone.
    private func load() async throws {
        do {
            let set = try await IssuerKeySet(try await fetch())
            report(set)
            end { state in
                if state.set.map({ $0.material != set.material }) ?? false { state.epoch += 1 }
                state.set = set
                state.fetchedAt = state.triedAt ?? now()
            }
        } catch is CancellationError {
            // Nobody has learned anything: whoever waits may try at once.
            end { $0.triedAt = nil }
            throw CancellationError()
        } catch {
            // Its words quote the answer, which is none of the log's business.
            let problem = error is DecodingError ? "not a JSON Web Key Set" : "\(error)"
            let age = state.withLock { $0.set == nil ? nil : now().timeIntervalSince($0.fetchedAt) }
            logger.warning(
                "Supabase's keys could not be fetched",
                metadata: [
                    "error": "\(problem)",
                    "keys.age_seconds": "\(age.map { "\(Int($0))" } ?? "none")",
                ])
            end { _ in }
        }
    }

    private func end(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            state.isFetching = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func report(_ set: IssuerKeySet) {
        guard set.isEmpty, !mayBeEmpty else { return }
        logger.error(
            """
            Supabase publishes no key that tokens can be verified with, so nobody can be served. \
            Change the project to asymmetric signing keys, or set SUPABASE_JWT_SECRET
            """,
            metadata: ["keys.skipped": "\(set.skipped)"])
    }
}
