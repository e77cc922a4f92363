package import Postgres

/// Something that must hold of the rows, and the query that finds every row of which it does not.
package struct AuditRule: Sendable {
    /// `chain.numbered`: stable, for programs.
    package let name: String
    /// What must hold, in a sentence.
    package let statement: String
    /// Answers one row for each breach: `subject`, which names the row, and `finding`.
    package let breaches: SQL

    package init(_ name: String, _ statement: String, breaches: SQL) {
        self.name = name
        self.statement = statement
        self.breaches = breaches
    }
}

/// A row that breaks a rule.
package struct AuditBreach: Equatable, Sendable {
    package let rule: String
    /// The table and the row's key.
    package let subject: String
    /// What is found where something else must be.
    package let finding: String
}
