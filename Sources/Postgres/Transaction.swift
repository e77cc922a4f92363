/// A transaction under way. Lent to a block, on the connection's thread; never kept.
///
/// The block runs from the start again after a serialization failure, a deadlock or a connection
/// lost before the commit, so it must have no effect but on the database; what is to be counted is
/// left to `afterCommit`.
package final class Transaction {
    private let wire: Wire
    private let opening: [SQL]
    private let board: NoticeBoard
    private var hasBegun = false
    private var afterwards: [() -> Void] = []

    init(_ wire: Wire, opening: [SQL], board: NoticeBoard) {
        self.wire = wire
        self.board = board
        self.opening = opening
    }

    /// Runs one statement. The first one carries the opening of the transaction with it, in the
    /// same round trip.
    /// - Throws: `PostgresError`; the transaction can then only be rolled back.
    @discardableResult
    package func rows(_ sql: SQL) throws -> [Row] {
        try rows([sql]).first ?? []
    }

    /// Runs statements in one round trip.
    /// - Returns: one array of rows a statement.
    /// - Throws: `PostgresError`, the first; the transaction can then only be rolled back.
    @discardableResult
    package func rows(_ batch: [SQL]) throws -> [[Row]] {
        let statements = hasBegun ? batch : opening + batch
        hasBegun = true
        return Array(try wire.run(statements).suffix(batch.count))
    }

    /// Runs one statement and answers its first row, if any.
    /// - Throws: `PostgresError`.
    package func row(_ sql: SQL) throws -> Row? { try rows(sql).first }

    /// Sends notices to every listener, if and when the transaction commits.
    package func notify(_ notices: Notice...) throws {
        try rows(notices.map(\.sql))
    }

    /// Sends notices soon after the transaction has committed, together with those of others: for
    /// transactions of which many are to commit at once. They are lost when the process dies in
    /// between, so only for what is told again anyway.
    package func announce(_ notices: Notice...) {
        afterCommit { [board] in board.post(notices) }
    }

    /// Has something counted if and when the transaction has committed: once, however often the
    /// block ran. A commit whose outcome nobody knows is not counted.
    package func afterCommit(_ count: @escaping () -> Void) { afterwards.append(count) }

    /// Runs a script of many statements. The transaction must have begun.
    func runScript(_ script: String) throws { try wire.runScript(script) }

    func commit() throws {
        if hasBegun {
            do {
                _ = try wire.run(["COMMIT"])
            } catch PostgresError.disconnected {
                throw PostgresError.commitUnknown
            }
        }
        for count in afterwards { count() }
    }

    func rollback() {
        guard hasBegun else { return }
        // A connection that cannot roll back is not reusable, and the pool closes it.
        _ = try? wire.run(["ROLLBACK"])
    }
}
