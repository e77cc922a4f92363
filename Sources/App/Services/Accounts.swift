import Foundation
import Identity
import Ledger
import Payments
import Postgres
import Studio
import Synchronization
import Webhooks

/// Makes an account for whoever signs in for the first time, wherever they signed in, follows
/// their address, and ends it.
final class Accounts: Sendable {
    /// People remembered as having an account; past it, all are forgotten and asked for again.
    private static let capacity = 100_000
    /// A notice that an account was closed may be lost, and behind some poolers there is none: one
    /// that is known to be open is looked at again after so long.
    private static let lifetime = Duration.seconds(60)

    private struct Known {
        var holders: [ID<User>: (email: String, issuedAt: Date, until: ContinuousClock.Instant)] =
            [:]
        /// How often somebody was forgotten: what was learned before that may be out of date.
        var forgotten = 0
    }

    private let pool: Pool
    private let welcome: Credits
    private let removeSignIn: @Sendable (ID<User>, Transaction) throws -> SignInRemoval
    private let known = Mutex(Known())

    /// - Parameter removeSignIn: ends a person's sign-in, in the transaction that closes their
    ///   account.
    init(
        pool: Pool, welcome: Credits,
        removeSignIn: @escaping @Sendable (ID<User>, Transaction) throws -> SignInRemoval
    ) {
        self.pool = pool
        self.welcome = welcome
        self.removeSignIn = removeSignIn
    }

    /// - Throws: `LedgerError.noSuchUser` when the account was closed; `PostgresError`.
    func ensure(_ holder: TokenHolder) async throws {
        let user = holder.userID
        let now = ContinuousClock.now
        let (isKnown, forgotten) = known.withLock { known in
            let seen = known.holders[user].flatMap { now < $0.until ? $0 : nil }
            let isKnown = seen.map { $0.email == holder.email || $0.issuedAt > holder.issuedAt }
            return (isKnown ?? false, known.forgotten)
        }
        guard !isKnown else { return }
        let welcome = welcome
        try await pool.transaction {
            try Ledger.open(
                user, email: holder.email, asOf: holder.issuedAt, welcome: welcome, in: $0)
        }
        known.withLock { known in
            // Closed in between, here or by another process.
            guard known.forgotten == forgotten else { return }
            if known.holders.count >= Self.capacity { known.holders.removeAll() }
            known.holders[user] = (holder.email, holder.issuedAt, now + Self.lifetime)
        }
    }

    /// Ends an account, all at once or not at all: sign-in, address, photos, clips, prompts and
    /// briefs go; the ledger and the payments stay, without name and address.
    /// - Returns: what became of the sign-in.
    /// - Throws: `OrderError` `not_finished` while videos are under way; `PostgresError`.
    func close(_ user: ID<User>) async throws -> SignInRemoval {
        let removal = try await pool.transaction { transaction in
            // First: an order on its way holds this row, and then counts as under way.
            try Ledger.close(user, in: transaction)
            try Closing.forget(user, in: transaction)
            try Purchase.forget(user, in: transaction)
            try APIKeys.forget(user, in: transaction)
            try WebhookEndpoints.forget(user, in: transaction)
            let removal = try self.removeSignIn(user, transaction)
            try transaction.notify(Notice(Notice.eventChannel, "account \(user)"))
            return removal
        }
        forget(user)
        return removal
    }

    /// Takes notice that an account was closed, here or by another process.
    func forget(_ user: ID<User>) {
        known.withLock { known in
            known.holders[user] = nil
            known.forgotten += 1
        }
    }

    /// Takes notice that news of closed accounts may have been missed.
    func forgetAll() {
        known.withLock { known in
            known.holders.removeAll()
            known.forgotten += 1
        }
    }
}
