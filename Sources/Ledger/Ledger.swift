package import Foundation
package import Postgres

/// The only writer of balances and of `credit_ledger`.
///
/// Every verb takes the caller's transaction, so that credits move if and only if the thing they
/// move for is recorded too. The tables refuse whatever would break a chain (see the migration
/// `users_and_credits`), so a mistake here is an error, not a wrong balance.
package enum Ledger {
    /// Makes a person's account if there is none, and follows their address when it has changed
    /// elsewhere. Welcome credits are given once, ever: also to an address whose account was
    /// closed, or has another address now.
    /// - Parameter time: when whoever says so knew the address; what is older changes nothing.
    /// - Throws: `LedgerError.noSuchUser` when this account was closed.
    package static func open(
        _ user: ID<User>, email: String, asOf time: Date = Date(), welcome: Credits = .zero,
        in transaction: Transaction
    ) throws {
        let made = try transaction.row(
            """
            INSERT INTO public.users (id, email, email_as_of) VALUES (\(user), \(email), \(time))
            ON CONFLICT (id) DO NOTHING RETURNING id
            """)
        guard made != nil else {
            return try follow(email, of: user, asOf: time, in: transaction)
        }
        guard welcome > .zero, try !wasWelcomed(email, in: transaction) else { return }
        try grant(
            welcome, to: user, reference: "welcome:\(user)", note: "Welcome", in: transaction)
    }

    private static func follow(
        _ email: String, of user: ID<User>, asOf time: Date, in transaction: Transaction
    ) throws {
        let row = try transaction.row(
            "SELECT email FROM public.users WHERE id = \(user) AND deleted_at IS NULL")
        guard let row else { throw LedgerError.noSuchUser }
        guard try row.value("email", as: String.self) != email else { return }
        try transaction.rows(
            """
            UPDATE public.users AS u
            SET email = \(email), email_as_of = \(time), closed_address = \(welcomedAddress)
            WHERE id = \(user) AND deleted_at IS NULL AND email <> \(email)
              AND (email_as_of IS NULL OR email_as_of < \(time))
            """)
    }

    /// Of a row `u` that gives its address up: the digest of the one that was welcomed, if one was.
    private static let welcomedAddress: SQL = """
        coalesce(u.closed_address, CASE WHEN EXISTS (
            SELECT FROM public.credit_ledger
            WHERE kind = 'grant' AND reference = 'welcome:' || u.id)
          THEN sha256(convert_to(lower(u.email), 'UTF8')) END)
        """

    private static func wasWelcomed(_ email: String, in transaction: Transaction) throws -> Bool {
        try transaction.row(
            """
            SELECT FROM public.users
            WHERE closed_address = sha256(convert_to(lower(\(email)), 'UTF8'))
            """) != nil
    }

    /// Closes a person's account: nothing can be spent any more, and the address is forgotten.
    /// The entries stay, as money that moved must stay provable.
    /// - Throws: `LedgerError.noSuchUser`.
    package static func close(_ user: ID<User>, in transaction: Transaction) throws {
        let row = try transaction.row(
            """
            UPDATE public.users AS u
            SET deleted_at = now(), email = 'closed-' || id || '@placemint.invalid',
                closed_address = \(welcomedAddress)
            WHERE id = \(user) AND deleted_at IS NULL RETURNING id
            """)
        guard row != nil else { throw LedgerError.noSuchUser }
    }

    /// Takes credits for a job, in one statement that cannot take more than there are.
    /// - Parameter reference: the job's id. A job is new, so its reference is too.
    /// - Throws: `LedgerError.insufficient`, `.frozen`, `.noSuchUser`.
    @discardableResult
    package static func spend(
        _ cost: Credits, by user: ID<User>, reference: String, note: String,
        in transaction: Transaction
    ) throws -> Entry {
        try spend(cost, by: user, reference: reference, note: note, along: [], in: transaction)
            .entry
    }

    /// Spends, with statements sent along in the same round trip. They run whether there are the
    /// credits or not: throwing undoes them, with the transaction.
    /// - Returns: the entry, and one array of rows a statement.
    /// - Throws: `LedgerError.insufficient`, `.frozen`, `.noSuchUser`; what the statements throw.
    package static func spend(
        _ cost: Credits, by user: ID<User>, reference: String, note: String, along others: [SQL],
        in transaction: Transaction
    ) throws -> (entry: Entry, rows: [[Row]]) {
        let debit: SQL =
            """
            WITH debit AS (
              UPDATE public.users SET balance = balance - \(cost)::bigint, seq = seq + 1
              WHERE id = \(user) AND balance >= \(cost)::bigint AND deleted_at IS NULL
                AND spending_held_since IS NULL
              RETURNING id, seq, balance
            )
            INSERT INTO public.credit_ledger
              (user_id, seq, amount, balance_after, kind, reference, note)
            SELECT id, seq, \(-cost)::bigint, balance, 'generation', \(reference), \(note)
            FROM debit
            RETURNING \(Entry.columns)
            """
        let answers = try transaction.rows([debit] + others)
        guard let row = answers[0].first else {
            throw try refusal(of: cost, by: user, in: transaction)
        }
        return (try Entry(row).counted(in: transaction), Array(answers.dropFirst()))
    }

    /// Gives a job's credits back. A second time does nothing.
    /// - Parameters:
    ///   - reference: the job's id, as it was spent.
    ///   - reason: why; the entry's note says what for.
    @discardableResult
    package static func refund(
        _ credits: Credits, to user: ID<User>, reference: String, reason: String,
        in transaction: Transaction
    ) throws -> Entry {
        let spent = try find(.generation, reference, in: transaction)?.entry.note
        let note = ["Refund", spent.map { "of \($0)" }].compactMap { $0 }.joined(separator: " ")
        return try post(
            credits, .refund, to: user, reference, "\(note): \(reason)", in: transaction)
    }

    /// Gives credits for nothing: a welcome, a courtesy. A second time does nothing.
    @discardableResult
    package static func grant(
        _ credits: Credits, to user: ID<User>, reference: String, note: String,
        in transaction: Transaction
    ) throws -> Entry {
        try post(credits, .grant, to: user, reference, note, in: transaction)
    }

    /// Gives the credits of a paid purchase. A second time does nothing.
    /// - Parameter reference: the purchase's id.
    @discardableResult
    package static func purchase(
        _ credits: Credits, by user: ID<User>, reference: String, note: String,
        in transaction: Transaction
    ) throws -> Entry {
        try post(credits, .purchase, to: user, reference, note, in: transaction)
    }

    /// Takes back what a payment gave when the payment is taken back. The one verb that may leave
    /// a balance below zero. A second time does nothing.
    /// - Parameter reference: the purchase's id, a slash, and the number of the reversal.
    @discardableResult
    package static func clawBack(
        _ credits: Credits, from user: ID<User>, reference: String, note: String,
        in transaction: Transaction
    ) throws -> Entry {
        try post(-credits, .clawback, to: user, reference, note, in: transaction)
    }

    /// Gives back what was clawed back, as the payment stands after all. A second time does
    /// nothing.
    /// - Parameter reference: as of `clawBack`.
    @discardableResult
    package static func reinstate(
        _ credits: Credits, to user: ID<User>, reference: String, note: String,
        in transaction: Transaction
    ) throws -> Entry {
        try post(credits, .reinstatement, to: user, reference, note, in: transaction)
    }

    /// Corrects a balance by hand, up or down, but not below zero. A second time does nothing.
    /// - Throws: `LedgerError.insufficient`.
    @discardableResult
    package static func adjust(
        by credits: Credits, of user: ID<User>, reference: String, note: String,
        in transaction: Transaction
    ) throws -> Entry {
        try post(credits, .adjustment, to: user, reference, note, in: transaction)
    }

    /// Lets a person spend nothing from a time on, or lets them spend again.
    package static func holdSpending(
        of user: ID<User>, since start: Date?, in transaction: Transaction
    ) throws {
        try transaction.rows(
            """
            UPDATE public.users SET spending_held_since = \(start)
            WHERE id = \(user) AND spending_held_since IS DISTINCT FROM \(start)::timestamptz
            """)
    }

    /// Holds a person's row, and with it their ledger, until the transaction is over.
    /// - Throws: `LedgerError.noSuchUser`.
    package static func lock(_ user: ID<User>, in transaction: Transaction) throws {
        let row = try transaction.row("SELECT FROM public.users WHERE id = \(user) FOR UPDATE")
        guard row != nil else { throw LedgerError.noSuchUser }
    }

    /// Adds an entry, or finds the one that was added before under the same reference. The row
    /// lock makes two of us take turns, so that the second finds what the first wrote.
    private static func post(
        _ credits: Credits, _ kind: Entry.Kind, to user: ID<User>, _ reference: String,
        _ note: String, in transaction: Transaction
    ) throws -> Entry {
        try lock(user, in: transaction)
        if let before = try find(kind, reference, in: transaction) {
            guard before.user == user, before.entry.amount == credits else {
                throw LedgerError.referenceReused(kind: kind, reference: reference)
            }
            return before.entry
        }
        let mayOwe = credits > .zero || kind == .clawback
        let row = try transaction.row(
            """
            WITH credit AS (
              UPDATE public.users SET balance = balance + \(credits)::bigint, seq = seq + 1
              WHERE id = \(user)
                AND (\(mayOwe) OR balance + \(credits)::bigint >= 0)
              RETURNING id, seq, balance
            )
            INSERT INTO public.credit_ledger
              (user_id, seq, amount, balance_after, kind, reference, note)
            SELECT id, seq, \(credits)::bigint, balance, \(kind.rawValue), \(reference), \(note)
            FROM credit
            RETURNING \(Entry.columns)
            """)
        guard let row else { throw try refusal(of: -credits, by: user, in: transaction) }
        return try Entry(row).counted(in: transaction)
    }

    private static func find(
        _ kind: Entry.Kind, _ reference: String, in transaction: Transaction
    ) throws -> (user: ID<User>, entry: Entry)? {
        let row = try transaction.row(
            """
            SELECT user_id, \(Entry.columns) FROM public.credit_ledger
            WHERE kind = \(kind.rawValue) AND reference = \(reference)
            """)
        return try row.map { (try $0.value("user_id"), try Entry($0)) }
    }

    private static func refusal(
        of cost: Credits, by user: ID<User>, in transaction: Transaction
    ) throws -> LedgerError {
        let row = try transaction.row(
            """
            SELECT balance, seq, spending_held_since IS NOT NULL AS held FROM public.users
            WHERE id = \(user) AND deleted_at IS NULL
            """)
        guard let standing = try row.map(Standing.init) else { return .noSuchUser }
        if let freeze = standing.freeze { return .frozen(balance: standing.balance, freeze) }
        return .insufficient(required: cost, balance: standing.balance)
    }
}
