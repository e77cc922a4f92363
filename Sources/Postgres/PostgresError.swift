/// What can go wrong between us and the database. No `description` carries a parameter's value.
package enum PostgresError: Error, Equatable {
    /// The server refused a statement.
    case server(ServerError)
    /// The connection is gone, or could not be made. Whether a statement in flight took effect
    /// is unknown.
    case disconnected(String)
    /// The connection went away while a commit was under way: it may or may not have happened.
    case commitUnknown
    /// Every connection stayed busy for the whole wait.
    case overloaded
    /// A column does not hold what the code expects: a defect, ours or a migration's.
    case decoding(column: String, wanted: String, found: String)
    /// A setting or the installation is wrong; the text says which and how to mend it.
    case configuration(String)

    package struct ServerError: Error, Equatable {
        package let sqlState: String
        package let message: String
        package let constraint: String?

        /// States of the server that pass, whatever was asked: it has no connections, memory or
        /// disk left (class 53), a statement was stopped at its time limit, a lock was not to be
        /// had, or it only reads, as a standby or when its disk is nearly full.
        var isPassing: Bool {
            sqlState.hasPrefix("53") || ["57014", "55P03", "25006"].contains(sqlState)
        }
    }

    /// The five-character SQLSTATE, when the server sent one.
    package var sqlState: String? {
        guard case .server(let error) = self else { return nil }
        return error.sqlState
    }

    /// The constraint that a statement broke.
    package var constraint: String? {
        guard case .server(let error) = self else { return nil }
        return error.constraint
    }

    /// The database cannot be asked at the moment; nothing is wrong with the question.
    package var isUnavailable: Bool {
        switch self {
        case .overloaded, .disconnected, .commitUnknown: true
        case .server(let error): isLostBeforeCommit || error.isPassing
        case .decoding, .configuration: false
        }
    }

    /// Serialization failure or deadlock: the same transaction may well succeed when run again.
    var isConflict: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// Nothing of the transaction was kept and another connection may serve it.
    var isLostBeforeCommit: Bool {
        switch self {
        case .disconnected: true
        // admin_shutdown, crash_shutdown, cannot_connect_now: the server is going or coming.
        case .server(let error): ["57P01", "57P02", "57P03"].contains(error.sqlState)
        default: false
        }
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .server(let error):
            "the database refused a statement: \(error.message) (SQLSTATE \(error.sqlState))"
        case .disconnected(let reason): "no connection to the database: \(reason)"
        case .commitUnknown: "the connection broke during a commit"
        case .overloaded: "every database connection is busy"
        case .decoding(let column, let wanted, let found):
            "column '\(column)' holds \(found) where \(wanted) is expected"
        case .configuration(let text): text
        }
    }
}
