/// In whose name the database is asked.
package enum Principal: Sendable {
    /// A signed-in person: row level security shows them their own rows and lets them write none.
    case user(ID<User>)
    /// The server itself: may write what the grants allow, and still not rewrite the ledger.
    case service
    /// The role the connection signed in as, for migrations.
    case owner

    /// What a transaction in this name says first. Everything is local to the transaction, so a
    /// transaction pooler may sit in between.
    /// - Parameter statement: how long one statement may run; the owner's may take their time.
    func introduction(statement: Duration) -> [SQL] {
        let timeout = String(Int(statement / .milliseconds(1)))
        return switch self {
        case .owner:
            // A host's own limit (Supabase: two minutes) is not meant for migrations.
            ["SELECT set_config('statement_timeout', '0', true)"]
        case .service:
            [
                """
                SELECT set_config('role', 'service_role', true),
                       set_config('statement_timeout', \(timeout), true)
                """
            ]
        case .user(let id):
            [
                """
                SELECT set_config('role', 'authenticated', true),
                       set_config('request.jwt.claims', \(claims(of: id)), true),
                       set_config('statement_timeout', \(timeout), true)
                """
            ]
        }
    }

    /// Beyond the time a statement may take: for an answer that is on its way.
    private static let grace = Duration.seconds(2)

    /// How long the server may say nothing. The owner's statements have no limit.
    func patience(statement: Duration) -> Duration? {
        if case .owner = self { nil } else { statement + Self.grace }
    }

    private func claims(of id: ID<User>) -> String {
        #"{"sub":"\#(id)","role":"authenticated"}"#
    }
}
