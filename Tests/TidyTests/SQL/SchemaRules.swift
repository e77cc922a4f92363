/// The rules for tables, functions and policies. They are applied to all statements at once, as a
/// later file may grant what an earlier one made.
struct SchemaRules {
    let statements: [SQLStatement]

    init(_ files: [(path: String, text: String)]) {
        statements = files.flatMap { SQLStatement.all(path: $0.path, $0.text) }
    }

    // MARK: Constraints

    /// What breaks a rule of the product is told apart by the constraint's name.
    var unnamedConstraints: [Finding] {
        statements.flatMap { statement in
            if statement.begins(with: "create", "table") {
                unnamed(in: statement, depth: 1)
            } else if statement.begins(with: "alter", "table") {
                unnamed(in: statement, depth: 0)
            } else {
                [Finding]()
            }
        }
    }

    private func unnamed(in statement: SQLStatement, depth: Int) -> [Finding] {
        let kinds: Set<String> = ["check", "unique", "primary", "foreign", "references", "exclude"]
        var belongsToForeignKey = false
        var findings: [Finding] = []
        for (index, token) in statement.tokens.enumerated() where token.depth == depth {
            if token.text == "," { belongsToForeignKey = false }
            guard kinds.contains(token.text) else { continue }
            let isNamed = index >= 2 && statement.words[index - 2] == "constraint"
            if !isNamed, !(token.text == "references" && belongsToForeignKey) {
                findings.append(
                    Finding(
                        statement.path, token.line, "'\(token.text)' without a constraint's name"))
            }
            if token.text == "foreign" { belongsToForeignKey = true }
        }
        return findings
    }

    // MARK: Tables

    struct Table: Hashable {
        let name: String
        let path: String
        let line: Int
    }

    var tables: [Table] {
        statements.filter { $0.begins(with: "create", "table") }.compactMap { statement in
            let words = statement.words.filter { !["if", "not", "exists"].contains($0) }
            guard words.count > 2 else { return nil }
            return Table(name: words[2], path: statement.path, line: statement.line)
        }
    }

    var tablesWithoutRowSecurity: [Finding] {
        let secured = statements.filter {
            $0.begins(with: "alter", "table")
                && $0.index(of: "enable", "row", "level", "security") != nil
        }.map { $0.words[2] }
        return missing(from: Set(secured), "has no row level security")
    }

    var tablesWithoutGrant: [Finding] {
        missing(from: objects(of: "grant", until: "to"), "grants nothing to anybody")
    }

    /// Only `public` is a schema where Supabase may have granted everything on its own.
    var tablesWithoutRevoke: [Finding] {
        missing(from: objects(of: "revoke", until: "from"), "does not revoke what is the default")
            .filter { $0.problem.hasPrefix("public.") }
    }

    private func missing(from names: Set<String>, _ problem: String) -> [Finding] {
        tables.filter { !names.contains($0.name) }
            .map { Finding($0.path, $0.line, "\($0.name) \(problem)") }
    }

    private func objects(of verb: String, until end: String) -> Set<String> {
        statements.filter { $0.begins(with: verb) }.reduce(into: []) { names, statement in
            guard let on = statement.index(of: "on") else { return }
            names.formUnion(
                statement.tokens[(on + 1)...].filter { $0.depth == 0 }.map(\.text)
                    .prefix { $0 != end })
        }
    }

    // MARK: Functions

    private var functions: [(name: String, statement: SQLStatement)] {
        statements.compactMap { statement in
            guard
                statement.begins(with: "create", "function")
                    || statement.begins(with: "create", "or", "replace", "function"),
                let index = statement.index(of: "function"), index + 1 < statement.words.count
            else { return nil }
            return (statement.words[index + 1], statement)
        }
    }

    /// Whoever calls a function could put tables of their own before ours.
    var functionsWithoutSearchPath: [Finding] {
        functions.filter { $0.statement.index(of: "set", "search_path") == nil }
            .map { Finding($0.statement.path, $0.statement.line, "\($0.name) pins no search_path") }
    }

    /// Everybody may call a new function, until that is revoked.
    var functionsForEverybody: [Finding] {
        let revoked = statements.filter {
            $0.begins(with: "revoke") && $0.index(of: "on", "function") != nil
                && $0.index(of: "public") != nil
        }.flatMap(\.words)
        return functions.filter { !revoked.contains($0.name) }
            .map { Finding($0.statement.path, $0.statement.line, "everybody may call \($0.name)") }
    }

    // MARK: Policies and indexes

    /// Without a role a policy is for everybody, and without `select` it is asked for every row.
    var loosePolicies: [Finding] {
        statements.filter { $0.begins(with: "create", "policy") }.flatMap { policy in
            var problems: [String] = []
            let role = policy.index(of: "to").map { policy.words[($0 + 1)...].first }
            if role == nil || role == "public" { problems.append("a policy names its role") }
            let words = policy.words
            let calls = words.indices.filter { words[$0] == "auth.uid" }
            if calls.contains(where: { words[$0 - 1] != "select" }) {
                problems.append("auth.uid() belongs into (select …)")
            }
            return problems.map { Finding(policy.path, policy.line, $0) }
        }
    }

    var unnamedIndexes: [Finding] {
        statements.filter {
            $0.begins(with: "create", "index") || $0.begins(with: "create", "unique")
        }
        .filter { $0.index(of: "index", "on") != nil }
        .map { Finding($0.path, $0.line, "an index without a name") }
    }
}
