/// A transaction under way. Lent to a block, on the connection's thread; never kept.
///
/// The block runs from the start again after a serialization failure, a deadlock or a connection
/// lost before the commit, so it must have no effect but on the database.
package final class Transaction {
    private let wire: Wire
    private let principal: Principal
    private var hasBegun = false

    init(_ wire: Wire, as principal: Principal) {
        self.wire = wire
        self.principal = principal
    }

    /// Runs one statement. The first one carries the opening of the transaction with it, in the
    /// same round trip.
    /// - Throws: `PostgresError`; the transaction can then only be rolled back.
    @discardableResult
    package func rows(_ sql: SQL) throws -> [Row] {
        let prelude = hasBegun ? [] : principal.prelude
        hasBegun = true
        return try wire.run(prelude + [sql]).last ?? []
    }

    /// Runs one statement and answers its first row, if any.
    /// - Throws: `PostgresError`.
    package func row(_ sql: SQL) throws -> Row? { try rows(sql).first }

    /// Sends `payload` to every listener on `channel`, if and when the transaction commits.
    package func notify(_ channel: String, _ payload: String) throws {
        try rows("SELECT pg_notify(\(channel), \(payload))")
    }

    /// Runs a script of many statements. The transaction must have begun.
    func runScript(_ script: String) throws { try wire.runScript(script) }

    func commit() throws {
        guard hasBegun else { return }
        do {
            _ = try wire.run(["COMMIT"])
        } catch PostgresError.disconnected {
            throw PostgresError.commitUnknown
        }
    }

    func rollback() {
        guard hasBegun else { return }
        // A connection that cannot roll back is not reusable, and the pool closes it.
        _ = try? wire.run(["ROLLBACK"])
    }
}
