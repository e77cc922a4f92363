package import Postgres

/// Proves from the rows alone that the books are right, or names every row that is not.
///
/// All rules see the same moment. The rows stay in the database, which reads them in order and
/// sorts on disk what it must; breaches come out a few at a time. So memory is bounded here and
/// there, however long the ledger is.
package struct Audit: Sendable {
    /// Breaches fetched at a time.
    private static let batch = 500

    private let pool: Pool
    private let rules: [AuditRule]

    package init(_ pool: Pool, rules: [AuditRule]) {
        self.pool = pool
        self.rules = rules
    }

    /// What was looked at.
    package struct Summary: Equatable, Sendable {
        package var entries = 0
        package var rules = 0
        package var breaches = 0
    }

    /// Checks every rule.
    /// - Parameter report: called with each breach as it is found.
    /// - Throws: `PostgresError`.
    package func run(_ report: @Sendable (AuditBreach) -> Void) async throws -> Summary {
        try await pool.snapshot { transaction in
            var summary = Summary(rules: rules.count)
            let count = try transaction.row("SELECT count(*) AS n FROM public.credit_ledger")
            summary.entries = try count?.value("n") ?? 0
            for rule in rules {
                try transaction.rows("DECLARE breaches NO SCROLL CURSOR FOR \(rule.breaches)")
                while true {
                    let rows = try transaction.rows(
                        // A number of ours.
                        // nosemgrep: swift-interpolated-sql-script
                        SQL(script: "FETCH FORWARD \(Self.batch) FROM breaches"))
                    for row in rows {
                        report(
                            AuditBreach(
                                rule: rule.name, subject: try row.value("subject"),
                                finding: try row.value("finding")))
                    }
                    summary.breaches += rows.count
                    if rows.count < Self.batch { break }
                }
                try transaction.rows("CLOSE breaches")
            }
            return summary
        }
    }
}
