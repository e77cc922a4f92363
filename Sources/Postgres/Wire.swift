import CLibPQ
import Foundation

/// libpq's handle to one server session. Every call blocks, so it is only used on its
/// connection's own thread.
///
/// There is one primitive, `run`: a batch of statements sent at once in pipeline mode, answered
/// in one round trip, and undone together when one of them fails outside a transaction.
final class Wire {
    /// Statements kept prepared on the server. Ours are few; the limit guards against a caller
    /// that builds text out of data.
    private static let preparedLimit = 256

    private let handle: OpaquePointer
    private let prepares: Bool
    private let faultPoint: FaultPoint?
    private var prepared: [String: String] = [:]
    private var preparedNames = 0
    /// How long the server may say nothing before it counts as lost. It stops our statements by
    /// itself before that; `nil` is for those that may take their time.
    var patience: Duration?
    private var isGivenUp = false
    /// Batches sent and answered so far.
    private(set) var roundTrips = 0

    /// Connects, waiting at most the `connect_timeout` in `parameters`.
    /// - Throws: `PostgresError.disconnected` or `.server`.
    init(
        _ parameters: [String: String], prepares: Bool, faultPoint: FaultPoint? = nil
    ) throws {
        self.prepares = prepares
        self.faultPoint = faultPoint
        let keys = parameters.keys.sorted()
        handle = try Self.withCStrings(keys) { names in
            try Self.withCStrings(keys.map { parameters[$0] ?? "" }) { values in
                guard let handle = PQconnectdbParams(names, values, 1) else {
                    throw PostgresError.disconnected("out of memory")
                }
                return handle
            }
        }
        guard PQstatus(handle) == CONNECTION_OK else {
            // Whole by now, this object ends its handle itself.
            throw PostgresError.disconnected(Self.message(of: handle))
        }
        // Notices are the server's remarks to a person at a terminal; libpq prints them otherwise.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    /// Connected, outside a transaction, and so fit to be lent again.
    var isReusable: Bool {
        !isGivenUp && PQstatus(handle) == CONNECTION_OK
            && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    /// For `Canceller`. Lives as long as this wire.
    func makeCancelHandle() -> OpaquePointer? { PQgetCancel(handle) }

    var socket: Int32 { PQsocket(handle) }

    /// What the other end calls this session. A pooler makes a number up.
    var announcedProcess: Int32 { PQbackendPID(handle) }

    /// Sends all statements, then reads all results.
    /// - Returns: one array of rows a statement.
    /// - Throws: the first statement's error.
    func run(_ batch: [SQL]) throws -> [[Row]] {
        // A C string would end there; the server refuses it in just this way.
        guard !batch.contains(where: \.hasNUL) else {
            throw PostgresError.server(
                .init(sqlState: "22021", message: "a text contains a NUL", constraint: nil))
        }
        guard !isGivenUp else { throw PostgresError.disconnected("the connection was given up") }
        try faultPoint?.pass()
        guard PQenterPipelineMode(handle) == 1 else { throw lost() }
        var expected: [Answer] = []
        for statement in batch {
            try send(statement, expecting: &expected)
        }
        guard PQpipelineSync(handle) == 1 else { throw lost() }
        roundTrips += 1
        let answers = try receive(expected)
        guard PQexitPipelineMode(handle) == 1 else { throw lost() }
        try faultPoint?.pass()
        return try answers.get()
    }

    /// Runs a script of many statements as one implicit transaction. For migrations.
    func runScript(_ script: String) throws {
        guard let pointer = PQexec(handle, script) else { throw lost() }
        if let error = Self.error(in: ResultSet(pointer)) { throw error }
    }

    // MARK: Sending

    private enum Answer {
        case prepared(text: String, name: String)
        case rows
    }

    private func send(_ statement: SQL, expecting: inout [Answer]) throws {
        let text = statement.text
        let parameters = statement.parameters
        let name = prepares ? try prepare(text, expecting: &expecting) : nil
        let sent = Self.withCStrings(parameters) { values in
            if let name {
                PQsendQueryPrepared(
                    handle, name, Int32(parameters.count), values, nil, nil, 0)
            } else {
                PQsendQueryParams(
                    handle, text, Int32(parameters.count), nil, values, nil, nil, 0)
            }
        }
        guard sent == 1 else { throw lost() }
        expecting.append(.rows)
    }

    /// The name under which the server knows `text`, asking it to prepare the text if it is new.
    /// `nil` when the limit is reached.
    private func prepare(_ text: String, expecting: inout [Answer]) throws -> String? {
        if let name = prepared[text] { return name }
        for case .prepared(text, let name) in expecting { return name }
        guard prepared.count < Self.preparedLimit else { return nil }
        preparedNames += 1
        let name = "placemint_\(preparedNames)"
        guard PQsendPrepare(handle, name, text, 0, nil) == 1 else { throw lost() }
        expecting.append(.prepared(text: text, name: name))
        return name
    }

    // MARK: Receiving

    /// - Throws: `PostgresError.disconnected`; what the server refused is in the result.
    private func receive(_ expected: [Answer]) throws -> Result<[[Row]], PostgresError> {
        var rows: [[Row]] = []
        var failure: PostgresError?
        for answer in expected {
            let result = try nextResult(after: failure)
            _ = PQgetResult(handle)  // The NULL that ends each statement's results.
            switch (answer, Self.error(in: result)) {
            case (_, let error?): failure = failure ?? error
            case (.prepared(let text, let name), nil): prepared[text] = name
            case (.rows, nil): rows.append(result.rows)
            }
        }
        failure = try receiveEnd(after: failure)
        return failure.map { .failure($0) } ?? .success(rows)
    }

    /// Reads up to the end of the pipeline. A batch that is a transaction of its own commits there,
    /// and may fail there: when a deferred constraint is broken, or the connection.
    private func receiveEnd(after failure: PostgresError?) throws -> PostgresError? {
        var failure = failure
        while true {
            let result = try nextResult(after: failure)
            if PQresultStatus(result.pointer) == PGRES_PIPELINE_SYNC { return failure }
            failure = failure ?? Self.error(in: result)
            _ = PQgetResult(handle)  // The NULL after it.
        }
    }

    /// - Parameter failure: says better than a lost connection what went wrong.
    private func nextResult(after failure: PostgresError?) throws -> ResultSet {
        try awaitAnswer()
        guard let pointer = PQgetResult(handle) else { throw failure ?? lost() }
        return ResultSet(pointer)
    }

    /// Waits until libpq has a result, so that reading it does not block.
    private func awaitAnswer() throws {
        guard let patience else { return }
        while PQisBusy(handle) == 1 {
            var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, Int32(patience / .milliseconds(1))) != 0 else {
                isGivenUp = true
                throw PostgresError.disconnected("no answer within \(patience)")
            }
            guard PQconsumeInput(handle) == 1 else { throw lost() }
        }
    }

    private func lost() -> PostgresError {
        .disconnected(Self.message(of: handle))
    }

    private static func error(in result: ResultSet) -> PostgresError? {
        let status = PQresultStatus(result.pointer)
        switch status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_PIPELINE_SYNC, PGRES_EMPTY_QUERY:
            return nil
        case PGRES_PIPELINE_ABORTED:
            return .server(.init(sqlState: "25P02", message: "not run", constraint: nil))
        default:
            let field = { (code: Character) -> String? in
                PQresultErrorField(result.pointer, Int32(code.asciiValue ?? 0))
                    .map { String(cString: $0) }
            }
            // Without a SQLSTATE the error is libpq's own: the connection broke.
            guard let state = field("C") else {
                return .disconnected(String(cString: PQresultErrorMessage(result.pointer)))
            }
            if endsSession(state, severity: field("V")) {
                return .disconnected(field("M") ?? state)
            }
            return .server(
                .init(sqlState: state, message: field("M") ?? "", constraint: field("n")))
        }
    }

    /// Poolers report what became of their connection to the server as class 08 (PgBouncer says
    /// 08P01 for all of it) or as another fatal error; whether a statement took effect is unknown
    /// then. A server that is told to stop (57P01 to 57P03) says for sure that it did not.
    private static func endsSession(_ state: String, severity: String?) -> Bool {
        state.hasPrefix("08")
            || (["FATAL", "PANIC"].contains(severity) && !state.hasPrefix("57P0"))
    }

    private static func message(of handle: OpaquePointer) -> String {
        let text = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        let line = text.split(separator: "\n").joined(separator: " ")
        return line.isEmpty ? "connection lost" : line
    }
}

// MARK: Notifications

extension Wire {
    /// Waits for notifications at most `milliseconds`.
    /// - Throws: `PostgresError.disconnected`.
    func waitForNotifications(milliseconds: Int32) throws -> [Notification] {
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        _ = poll(&descriptor, 1, milliseconds)
        guard PQconsumeInput(handle) == 1 else { throw lost() }
        var notifications: [Notification] = []
        while let pointer = PQnotifies(handle) {
            let payload = String(cString: pointer.pointee.extra)
            let channel = String(cString: pointer.pointee.relname)
            notifications.append(Notification(channel: channel, payload: payload))
            PQfreemem(pointer)
        }
        return notifications
    }
}

package struct Notification: Equatable, Sendable {
    package let channel: String
    package let payload: String
}

extension Wire {
    /// Lends an array of C strings, `nil` staying NULL, ended by NULL.
    fileprivate static func withCStrings<Result>(
        _ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) throws -> Result
    ) rethrows -> Result {
        var storage: [CChar] = []
        let offsets = strings.map { string -> Int? in
            guard let string else { return nil }
            let offset = storage.count
            storage.append(contentsOf: string.utf8.lazy.map { CChar(bitPattern: $0) })
            storage.append(0)
            return offset
        }
        return try storage.withUnsafeBufferPointer { buffer in
            let pointers = offsets.map { offset in
                offset.flatMap { offset in buffer.baseAddress.map { UnsafePointer($0 + offset) } }
            }
            return try (pointers + [nil]).withUnsafeBufferPointer { array in
                guard let base = array.baseAddress else { return try body([nil]) }
                return try body(base)
            }
        }
    }
}
