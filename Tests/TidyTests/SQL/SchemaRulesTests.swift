import Testing

/// Every rule finds its violation, and nothing where all is well.
@Suite struct SchemaRulesTests {
    private func lines(_ rule: (SchemaRules) -> [Finding], _ sql: String) -> [Int] {
        rule(SchemaRules([("a.sql", sql)])).map(\.line)
    }

    @Test(
        arguments: [
            "b int check (b > 0)", "b int unique", "b int primary key", "b uuid references c (d)",
            "primary key (b)", "unique (b, c)", "check (b)", "foreign key (b) references c (d)",
            "b int constraint b_set not null check (b > 0)",
        ])
    func `constraints without a name are found`(column: String) {
        #expect(lines(\.unnamedConstraints, "create table a (\n\(column)\n);") == [2])
    }

    @Test(
        arguments: [
            "b int constraint b_positive check (b > 0) not null",
            "b text default 'unique'", "b text -- primary key", "b int default (check_it(1))",
            "constraint a_b foreign key (b) references c (d), e int",
            "constraint a_once unique (b)", "b int constraint a_pkey primary key",
        ])
    func `constraints with a name are not`(column: String) {
        #expect(lines(\.unnamedConstraints, "create table if not exists a (\(column));").isEmpty)
    }

    @Test func `constraints that are added later need a name too`() {
        #expect(lines(\.unnamedConstraints, "alter table a add check (b > 0);") == [1])
        #expect(lines(\.unnamedConstraints, "alter table a add column b int unique;") == [1])
        #expect(
            lines(\.unnamedConstraints, "alter table a add constraint b check (b > 0);").isEmpty)
    }

    @Test func `tables without row level security are found`() {
        let sql = "\ncreate table public.a (b int);\ncreate table public.c (d int);\n"
        let secured = sql + "alter table public.a enable row level security;"
        #expect(lines(\.tablesWithoutRowSecurity, sql) == [2, 3])
        #expect(lines(\.tablesWithoutRowSecurity, secured) == [3])
    }

    @Test func `tables without grants and revokes are found`() {
        let sql = "create table public.a (b int);\ncreate table auth.c (d int);\n"
        let granted = sql + "grant select on public.a, auth.c to b;"
        let revoked = sql + "revoke all on public.a from b;"
        #expect(lines(\.tablesWithoutGrant, sql) == [1, 2])
        #expect(lines(\.tablesWithoutGrant, granted).isEmpty)
        #expect(lines(\.tablesWithoutRevoke, granted) == [1])
        #expect(lines(\.tablesWithoutRevoke, revoked).isEmpty)
    }

    @Test func `functions need a search path`() {
        let pinned = "set search_path = '' as $$ create function b() $$;"
        #expect(lines(\.functionsWithoutSearchPath, "create function a() as $$ x; $$;") == [1])
        #expect(lines(\.functionsWithoutSearchPath, "create function a() \(pinned)").isEmpty)
        #expect(
            lines(\.functionsWithoutSearchPath, "create or replace function a() as 'b'") == [1])
    }

    @Test func `functions that everybody may call are found`() {
        let sql = "create function a(b int) as $f$ ; $f$;\n"
        #expect(lines(\.functionsForEverybody, sql) == [1])
        #expect(lines(\.functionsForEverybody, sql + "revoke all on a from public") == [1])
        #expect(lines(\.functionsForEverybody, sql + "revoke all on function a from b") == [1])
        #expect(
            lines(\.functionsForEverybody, sql + "revoke all on function a(int) from public")
                .isEmpty)
    }

    @Test func `loose policies are found`() {
        let policy = "create policy a on b for select"
        #expect(lines(\.loosePolicies, "\(policy) using (true)") == [1])
        #expect(lines(\.loosePolicies, "\(policy) to public using (true)") == [1])
        #expect(lines(\.loosePolicies, "\(policy) to c using (d = auth.uid())") == [1])
        #expect(lines(\.loosePolicies, "\(policy) to c using (d = (select auth.uid()))").isEmpty)
    }

    @Test func `indexes without a name are found`() {
        #expect(lines(\.unnamedIndexes, "create unique index on a (b);") == [1])
        #expect(lines(\.unnamedIndexes, "create index c on a (b);").isEmpty)
    }
}
