import Metrics
import Synchronization

/// A bounded set of connections, lent one at a time. Connects lazily and again after a loss.
package final class Pool: Sendable {
    package struct Limits: Sendable {
        /// Connections at most.
        package var connections: Int
        /// How long a caller waits for one before it is told that the server is overloaded.
        package var wait: Duration
        /// How long one statement may run. One that takes longer is stuck: nothing we ask takes a
        /// tenth of this.
        package var statement: Duration

        package init(
            connections: Int = 10, wait: Duration = .seconds(3), statement: Duration = .seconds(8)
        ) {
            self.connections = connections
            self.wait = wait
            self.statement = statement
        }
    }

    /// Runs of one transaction before its conflict is reported. Conflicts here are short row
    /// locks; five losses in a row mean something else is wrong.
    private static let transactionAttempts = 5

    private let settings: DatabaseSettings
    private let lending: Lending
    private let board = NoticeBoard()
    private let waits = Timer(label: "placemint_database_pool_wait_seconds")
    private let lostNotices = Counter(label: "placemint_notices_lost_total")
    private let refusals = Counter(label: "placemint_database_pool_refusals_total")

    package init(_ settings: DatabaseSettings, limits: Limits = Limits()) {
        self.settings = settings
        lending = Lending(limits)
    }

    /// Runs statements in one transaction and in one round trip: what a pipeline holds up to its
    /// end is begun, committed or undone as one.
    ///
    /// They run again when the connection breaks, and then may have run before: only for reads,
    /// and for writes that are the same when repeated.
    /// - Returns: one array of rows a statement.
    /// - Throws: `PostgresError`, `CancellationError`.
    package func rows(_ batch: [SQL], as principal: Principal) async throws -> [[Row]] {
        let introduction = principal.introduction(statement: lending.limits.statement)
        return try await retrying {
            try await self.lend(to: principal) { wire in
                Array(try wire.run(introduction + batch).suffix(batch.count))
            }
        }
    }

    /// Runs one statement in a transaction of its own, in one round trip.
    /// - Throws: `PostgresError`, `CancellationError`.
    package func rows(_ sql: SQL, as principal: Principal) async throws -> [Row] {
        try await rows([sql], as: principal).first ?? []
    }

    /// Runs a block in one transaction, which commits when the block returns and leaves no trace
    /// when it throws. See `Transaction` for what the block may do.
    /// - Throws: what the block throws; `PostgresError`; `CancellationError`.
    @discardableResult
    package func transaction<Value: Sendable>(
        as principal: Principal = .service,
        _ body: @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        let opening = ["BEGIN"] + principal.introduction(statement: lending.limits.statement)
        let value = try await retrying {
            try await self.lend(to: principal) { wire in
                let transaction = Transaction(wire, opening: opening, board: board)
                do {
                    let value = try body(transaction)
                    try transaction.commit()
                    return value
                } catch {
                    transaction.rollback()
                    throw error
                }
            }
        }
        if !board.isCollected { await sendNotices() }
        return value
    }

    /// How long notices are collected before they are sent together.
    private static let noticePause = Duration.milliseconds(5)

    /// Sends what transactions have left to be announced. What cannot be sent is told again when
    /// its subject changes.
    private func sendNotices() async {
        let notices = board.take()
        guard !notices.isEmpty else { return }
        do {
            _ = try await rows(NoticeBoard.sending(notices), as: .service)
        } catch {
            lostNotices.increment(by: notices.count)
        }
    }

    /// Runs a block in one read-only transaction that sees the database as it is at one moment,
    /// for as long as it takes. The block runs once and may have effects.
    /// - Throws: what the block throws; `PostgresError`; `CancellationError`.
    package func snapshot<Value: Sendable>(
        _ body: @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await lend(to: .owner) { wire in
            let transaction = Transaction(
                wire,
                opening: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"]
                    + Principal.owner.introduction(statement: lending.limits.statement),
                board: board)
            defer { transaction.rollback() }
            return try body(transaction)
        }
    }

    /// Runs a script of many statements, in one implicit transaction, as the connection's role.
    /// - Throws: `PostgresError`.
    package func runScript(_ script: String) async throws {
        try await lend(to: .owner) { try $0.runScript(script) }
    }

    /// Whether a pooler stands between us and the server: what it calls a session is not what the
    /// server calls it.
    /// - Throws: `PostgresError`, `CancellationError`.
    package func isBehindPooler() async throws -> Bool {
        try await lend(to: .service) { wire in
            let row = try wire.run(["SELECT pg_backend_pid() AS process"]).first?.first
            return try row?.value("process", as: Int.self) != Int(wire.announcedProcess)
        }
    }

    /// How a pool stands at a moment.
    package struct Census: Equatable, Sendable {
        /// Lent, or being made.
        package let inUse: Int
        package let idle: Int
        /// Callers that wait for one.
        package let waiting: Int
    }

    package var census: Census { lending.census }

    /// Closes what is idle; what is lent is closed when it comes back.
    package func close() async {
        for connection in lending.closeAll() {
            await connection.close()
        }
    }

    /// Gives up waiters whose time is over, and sends notices. Runs until cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    self.lending.refuseExpired(at: .now)
                    // Cancellation ends the sleep and then the loop.
                    try? await Task.sleep(for: .milliseconds(50))
                }
            }
            await board.collect(every: Self.noticePause) { await sendNotices() }
        }
        await sendNotices()
    }

    // MARK: Lending

    private func lend<Value: Sendable>(
        to principal: Principal, _ body: @Sendable (Wire) throws -> Value
    ) async throws -> Value {
        let connection = try await lend()
        let patience = principal.patience(statement: lending.limits.statement)
        do {
            let value = try await connection.perform { wire in
                wire.patience = patience
                return try body(wire)
            }
            lending.giveBack(connection)
            return value
        } catch {
            await giveBackOrClose(connection)
            throw error
        }
    }

    private func lend() async throws -> Connection {
        let start = ContinuousClock.now
        do {
            let idle = try await lending.take()
            waits.record(duration: .now - start)
            if let idle { return idle }
        } catch {
            if case PostgresError.overloaded = error { refusals.increment() }
            throw error
        }
        return try await connect()
    }

    private func giveBackOrClose(_ connection: Connection) async {
        if await connection.isReusable {
            lending.giveBack(connection)
        } else {
            await connection.close()
            lending.lost()
        }
    }

    /// Tries for as long as a caller may wait, with growing pauses: a database that restarts is
    /// back before that.
    private func connect() async throws -> Connection {
        let deadline = ContinuousClock.now + lending.limits.wait
        var pause = Duration.milliseconds(25)
        while true {
            do {
                return try await Connection.open(settings)
            } catch {
                guard ContinuousClock.now + pause < deadline, !Task.isCancelled else {
                    lending.lost()
                    throw error
                }
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                lending.lost()
                throw error
            }
            pause = min(pause * 2, .seconds(1))
        }
    }

    // MARK: Retrying

    private func retrying<Value>(_ body: () async throws -> Value) async throws -> Value {
        let deadline = ContinuousClock.now + lending.limits.wait
        for attempt in 1... {
            do {
                return try await body()
            } catch let error as PostgresError
                where attempt < Self.transactionAttempts
                && (error.isConflict || (error.isLostBeforeCommit && .now < deadline))
            {
                if error.isLostBeforeCommit { await close() }
                let milliseconds = Int.random(in: 1...(4 << attempt))
                try await Task.sleep(for: .milliseconds(milliseconds))
            }
        }
        throw PostgresError.overloaded
    }
}
