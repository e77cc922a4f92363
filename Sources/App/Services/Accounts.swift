import Identity
import Ledger
import Payments
import Postgres
import Studio
import Synchronization

/// Makes an account for whoever signs in for the first time, wherever they signed in, and ends it.
final class Accounts: Sendable {
    /// People remembered as having an account; past it, all are forgotten and asked for again.
    private static let capacity = 100_000
    /// A notice that an account was closed may be lost, and behind some poolers there is none: one
    /// that is known to be open is looked at again after so long.
    private static let lifetime = Duration.seconds(60)

    private let pool: Pool
    private let welcome: Credits
    private let known = Mutex<[ID<User>: ContinuousClock.Instant]>([:])

    init(pool: Pool, welcome: Credits) {
        self.pool = pool
        self.welcome = welcome
    }

    /// - Throws: `LedgerError.noSuchUser` when the account was closed; `PostgresError`.
    func ensure(_ user: ID<User>, email: String) async throws {
        let now = ContinuousClock.now
        guard known.withLock({ $0[user].map { now > $0 + Self.lifetime } ?? true }) else { return }
        let welcome = welcome
        try await pool.transaction {
            try Ledger.open(user, email: email, welcome: welcome, in: $0)
        }
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[user] = now
        }
    }

    /// Ends an account, all at once or not at all: sign-in, address, photos, clips, prompts and
    /// briefs go; the ledger and the payments stay, without name and address.
    /// - Throws: `OrderError` `not_finished` while videos are under way; `PostgresError`.
    func close(_ user: ID<User>) async throws {
        try await pool.transaction { transaction in
            // First: an order on its way holds this row, and then counts as under way.
            try Ledger.close(user, in: transaction)
            try Closing.forget(user, in: transaction)
            try Purchase.forget(user, in: transaction)
            try SignIn.remove(user, in: transaction)
            try transaction.notify(Notice(Notice.eventChannel, "account \(user)"))
        }
        forget(user)
    }

    /// Takes notice that an account was closed, here or by another process.
    func forget(_ user: ID<User>) {
        known.withLock { $0[user] = nil }
    }
}
