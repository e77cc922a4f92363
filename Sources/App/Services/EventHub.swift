import Postgres
import Studio
import Synchronization

/// Passes on what the database announces to the event streams that are open in this process.
final class EventHub: Sendable {
    enum Signal: Sendable {
        case video(ID<Job>)
        case credits
        /// Announcements may have been missed: say everything again.
        case resync
        /// The server is going; the reader connects again, to another.
        case closed
    }

    /// Streams one person may have open: a few tabs and devices.
    private static let perUser = 10
    /// A reader slower than this many signals is told to ask again instead.
    private static let backlog = 200

    private struct Streams {
        var byUser: [ID<User>: [Int: AsyncStream<Signal>.Continuation]] = [:]
        var next = 0
        var isClosed = false
    }

    private let streams = Mutex(Streams())

    private let accounts: Accounts

    init(accounts: Accounts) { self.accounts = accounts }

    /// Opens a stream; it ends when its reader goes away.
    /// - Returns: `nil` when the person has too many open.
    func open(for user: ID<User>) -> AsyncStream<Signal>? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Signal.self, bufferingPolicy: .bufferingNewest(Self.backlog))
        let number: Int? = streams.withLock { streams in
            guard streams.byUser[user, default: [:]].count < Self.perUser else { return nil }
            streams.next += 1
            streams.byUser[user, default: [:]][streams.next] = continuation
            if streams.isClosed { continuation.yield(.closed) }
            return streams.next
        }
        guard let number else { return nil }
        continuation.onTermination = { [weak self] _ in self?.close(number, of: user) }
        return stream
    }

    private func close(_ number: Int, of user: ID<User>) {
        streams.withLock { streams in
            streams.byUser[user]?[number] = nil
            if streams.byUser[user]?.isEmpty == true { streams.byUser[user] = nil }
        }
    }

    /// Streams that are open in this process.
    var openStreams: Int {
        streams.withLock { $0.byUser.values.reduce(0) { $0 + $1.count } }
    }

    /// Takes an announcement: `video <user> <job>`, `credits <user>` or `account <user>`, which
    /// says that the account was closed.
    func announce(_ payload: String) {
        let words = payload.split(separator: " ").map(String.init)
        guard words.count >= 2, let user = ID<User>(words[1]) else { return }
        switch (words[0], words.count) {
        case ("video", 3): ID<Job>(words[2]).map { send(.video($0), to: user) }
        case ("credits", 2): send(.credits, to: user)
        case ("account", 2):
            accounts.forget(user)
            send(.closed, to: user)
        default: break
        }
    }

    private func send(_ signal: Signal, to user: ID<User>) {
        let open = streams.withLock { Array($0.byUser[user, default: [:]].values) }
        for stream in open {
            if case .dropped = stream.yield(signal) { stream.yield(.resync) }
        }
    }

    /// Whose streams are open.
    var watched: [ID<User>] { streams.withLock { Array($0.byUser.keys) } }

    /// News may have been missed: has every stream say everything again.
    func resync() {
        accounts.forgetAll()
        let open = streams.withLock { $0.byUser.values.flatMap(\.values) }
        for stream in open { stream.yield(.resync) }
    }

    /// Ends every stream, and what is opened from now on, as the server is going.
    func closeAll() {
        let open = streams.withLock { streams in
            streams.isClosed = true
            return streams.byUser.values.flatMap(\.values)
        }
        for stream in open { stream.yield(.closed) }
    }
}
