import Testing

@Suite struct SchemaTests {
    private static let migrations = Repository.paths(in: "supabase/migrations", "sql")

    private func rules(_ paths: [String]) throws -> SchemaRules {
        SchemaRules(try paths.map { ($0, try Repository.text($0)) })
    }

    private func everything() throws -> SchemaRules {
        try rules(Self.migrations + Repository.paths(in: "db", "sql"))
    }

    @Test func `the product's tables were found`() throws {
        let tables = try Set(rules(Self.migrations).tables.map(\.name))
        #expect(tables.isSuperset(of: ["public.users", "public.credit_ledger", "public.jobs"]))
    }

    @Test func `migrations are named by their time and what they do`() {
        let name = /supabase\/migrations\/\d{14}_[a-z0-9_]+\.sql/
        expectNone(
            Self.migrations.filter { $0.wholeMatch(of: name) == nil }
                .map { Finding($0, 1, "a migration is named <YYYYMMDDHHMMSS>_what_it_does.sql") })
        #expect(
            Set(Self.migrations.map { $0.split(separator: "_")[0] }).count
                == Self.migrations.count, "two migrations of the same second")
    }

    @Test func `every constraint and index has a name`() throws {
        try expectNone(everything().unnamedConstraints)
        try expectNone(everything().unnamedIndexes)
    }

    @Test func `every table has row level security and says who may do what`() throws {
        try expectNone(everything().tablesWithoutRowSecurity)
        try expectNone(everything().tablesWithoutGrant)
        try expectNone(everything().tablesWithoutRevoke)
    }

    @Test func `every function pins its search path`() throws {
        try expectNone(everything().functionsWithoutSearchPath)
    }

    @Test func `nobody may call the functions of migrations`() throws {
        try expectNone(rules(Self.migrations).functionsForEverybody)
    }

    @Test func `policies name their role and ask once who is there`() throws {
        try expectNone(everything().loosePolicies)
    }
}
