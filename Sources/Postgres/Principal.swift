/// In whose name the database is asked.
package enum Principal: Sendable {
    /// A signed-in person: row level security shows them their own rows and lets them write none.
    case user(ID<User>)
    /// The server itself: may write what the grants allow, and still not rewrite the ledger.
    case service
    /// The role the connection signed in as, for migrations.
    case owner

    /// A statement that runs longer is stuck; nothing we ask takes a tenth of this.
    private static let statementMilliseconds = 8000

    /// What opens a transaction in this name. Everything is local to the transaction, so a
    /// transaction pooler may sit in between.
    var prelude: [SQL] {
        let timeout = String(Self.statementMilliseconds)
        return switch self {
        case .owner:
            ["BEGIN"]
        case .service:
            [
                "BEGIN",
                """
                SELECT set_config('role', 'service_role', true),
                       set_config('statement_timeout', \(timeout), true)
                """,
            ]
        case .user(let id):
            [
                "BEGIN READ ONLY",
                """
                SELECT set_config('role', 'authenticated', true),
                       set_config('request.jwt.claims', \(claims(of: id)), true),
                       set_config('statement_timeout', \(timeout), true)
                """,
            ]
        }
    }

    private func claims(of id: ID<User>) -> String {
        #"{"sub":"\#(id)","role":"authenticated"}"#
    }
}
