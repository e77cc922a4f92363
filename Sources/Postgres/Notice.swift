/// Something to tell every listener on a channel, if and when a transaction commits.
package struct Notice: Hashable, Sendable {
    let channel: String
    let payload: String

    package init(_ channel: String, _ payload: String) {
        self.channel = channel
        self.payload = payload
    }

    /// For a batch of statements.
    package var sql: SQL { "SELECT pg_notify(\(channel), \(payload))" }
}
