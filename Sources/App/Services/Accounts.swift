import Ledger
import Postgres
import Synchronization

/// Makes an account for whoever signs in for the first time, wherever they signed in.
final class Accounts: Sendable {
    /// People remembered as having an account; past it, all are forgotten and asked for again.
    private static let capacity = 100_000

    private let pool: Pool
    private let welcome: Credits
    private let known = Mutex<Set<ID<User>>>([])

    init(pool: Pool, welcome: Credits) {
        self.pool = pool
        self.welcome = welcome
    }

    func ensure(_ user: ID<User>, email: String) async throws {
        guard !known.withLock({ $0.contains(user) }) else { return }
        let welcome = welcome
        try await pool.transaction {
            try Ledger.open(user, email: email, welcome: welcome, in: $0)
        }
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known.insert(user)
        }
    }
}
