import CLibPQ
import Synchronization

/// One session with the server: an actor that lives on a thread of its own.
package actor Connection {
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    private nonisolated let thread: ConnectionThread
    private let canceller = Canceller()
    private var wire: Wire?

    init() { thread = .start() }

    deinit { thread.end() }

    /// Connects.
    /// - Throws: `PostgresError.disconnected` with libpq's reason.
    package static func open(_ settings: DatabaseSettings) async throws -> Connection {
        let connection = Connection()
        try await connection.connect(settings)
        return connection
    }

    private func connect(_ settings: DatabaseSettings) throws {
        let wire = try Wire(
            settings.parameters, prepares: settings.prepares, faultPoint: settings.faultPoint)
        canceller.attach(wire.makeCancelHandle())
        self.wire = wire
    }

    /// Runs a block on this connection's thread. The block does not suspend, so nothing slow but
    /// the database itself can happen inside it.
    ///
    /// When the surrounding task is cancelled, the statement under way is cancelled at the server
    /// and `CancellationError` is thrown.
    func perform<Value: Sendable>(_ body: @Sendable (Wire) throws -> Value) async throws -> Value {
        try await withTaskCancellationHandler {
            try run(body)
        } onCancel: {
            canceller.cancel()
        }
    }

    private func run<Value>(_ body: (Wire) throws -> Value) throws -> Value {
        guard let wire else { throw PostgresError.disconnected("the connection is closed") }
        canceller.begin()
        defer { canceller.end() }
        try Task.checkCancellation()
        do {
            return try body(wire)
        } catch let error as PostgresError where error.sqlState == "57014" && Task.isCancelled {
            throw CancellationError()
        }
    }

    /// May be lent to the next caller.
    var isReusable: Bool { wire?.isReusable ?? false }

    func close() {
        canceller.attach(nil)
        wire = nil
    }
}

/// Asks the server, over a second connection, to cancel what the first one is doing.
private final class Canceller: Sendable {
    private struct State: @unchecked Sendable {
        var handle: OpaquePointer?
        var isBusy = false
    }

    private let state = Mutex(State())

    deinit { attach(nil) }

    func attach(_ handle: OpaquePointer?) {
        state.withLock { state in
            if let old = state.handle { PQfreeCancel(old) }
            state.handle = handle
        }
    }

    func begin() { state.withLock { $0.isBusy = true } }

    func end() { state.withLock { $0.isBusy = false } }

    /// Holding the lock while asking keeps the request from hitting the next caller's statement.
    func cancel() {
        state.withLock { state in
            guard state.isBusy, let handle = state.handle else { return }
            var reason = [CChar](repeating: 0, count: 256)
            PQcancel(handle, &reason, Int32(reason.count))
        }
    }
}
