import CLibPQ

/// Where the database is and how to talk to it.
package struct DatabaseSettings: Sendable {
    /// Long enough for a database that is waking up, short enough to answer a waiting person.
    private static let connectSeconds = 5
    /// Notices within half a minute that the other machine is gone without a word.
    private static let keepalive = [
        "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3",
        "tcp_user_timeout": "15000",
    ]

    /// libpq's connection parameters.
    package let parameters: [String: String]
    /// Off behind transaction poolers, which hand each transaction to another session.
    package let prepares: Bool
    /// For tests that let the process die between two statements.
    package var faultPoint: FaultPoint?

    package init(parameters: [String: String], prepares: Bool = true) {
        self.parameters = parameters.merging(
            [
                "application_name": "placemint", "client_encoding": "UTF8",
                "connect_timeout": String(Self.connectSeconds),
            ], uniquingKeysWith: { given, _ in given }
        ).merging(Self.keepalive) { given, _ in given }
        self.prepares = prepares
    }

    /// Reads `postgres://…`, with `?prepared=false` as ours and everything else as libpq's.
    /// - Throws: `PostgresError.configuration` when libpq cannot read it.
    package init(url: String) throws {
        var prepares = true
        var rest = url
        if let question = url.firstIndex(of: "?") {
            let items = url[url.index(after: question)...].split(separator: "&")
            prepares = !items.contains("prepared=false")
            let kept = items.filter { !$0.hasPrefix("prepared=") }
            rest = url[..<question] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
        }
        self.init(parameters: try Self.parse(rest), prepares: prepares)
    }

    private static func parse(_ url: String) throws -> [String: String] {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw PostgresError.configuration("it does not start with postgres://")
        }
        guard let options = PQconninfoParse(url, nil) else {
            throw PostgresError.configuration("libpq cannot read it as a connection URL")
        }
        defer { PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                parameters[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        return parameters
    }
}
