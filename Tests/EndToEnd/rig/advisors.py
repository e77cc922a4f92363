"""What Supabase's advisors would complain about, and some more, asked of a database's catalogs.

Each rule is a query that finds nothing where all is well, and a statement that breaks it."""
from dataclasses import dataclass

# Tables that only the server reads: row level security, and no policy for anybody.
SERVICE_TABLES = {
    "public.stripe_events", "public.purchase_reversals", "public.operator_actions",
    "public.provider_breakers", "public.provider_events", "public.server_secrets",
    "public.server_errands",
    # Of the built-in sign-in, which a Supabase project does not have.
    "auth.users", "auth.signing_keys", "auth.secrets", "auth.one_time_codes", "auth.sessions",
    "auth.refresh_tokens",
}

# What policies call, and therefore whoever they are for.
POLICY_FUNCTIONS = {"auth.uid()", "auth.jwt()"}

# Schemas that are ours: public, and auth where we made it.
OURS = """(SELECT oid FROM pg_namespace WHERE nspname = 'public'
           OR (nspname = 'auth' AND pg_get_userbyid(nspowner) = current_user))"""
RELATION = "format('%s.%s', relnamespace::regnamespace, relname)"
OUTSIDE = "(VALUES ('anon'), ('authenticated')) AS outside (role)"


@dataclass
class Rule:
    name: str
    query: str
    planted: str
    excused: frozenset = frozenset()

    def breaches(self, connection):
        """What breaks it, by name."""
        return {row[0] for row in connection.execute(self.query)} - self.excused


def policy_texts(condition):
    return f"""
        SELECT format('%s.%s: %s', schemaname, tablename, policyname)
        FROM pg_policies CROSS JOIN LATERAL (
          VALUES (coalesce(qual, '')), (coalesce(with_check, ''))) AS expression (text)
        WHERE (schemaname IN ('public', 'auth') OR policyname LIKE 'placemint%') AND {condition}"""


RULES = [
    Rule("a table without row level security",
         f"""SELECT {RELATION} FROM pg_class
             WHERE relkind IN ('r', 'p') AND NOT relrowsecurity AND relnamespace IN {OURS}""",
         "CREATE TABLE public.planted (id int PRIMARY KEY)"),
    Rule("row level security without a policy, on a table that is not the server's own",
         f"""SELECT {RELATION} FROM pg_class
             WHERE relrowsecurity AND relnamespace IN {OURS}
               AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)""",
         """CREATE TABLE public.planted (id int PRIMARY KEY);
            ALTER TABLE public.planted ENABLE ROW LEVEL SECURITY""",
         frozenset(SERVICE_TABLES)),
    Rule("a policy on a table without row level security",
         """SELECT polrelid::regclass::text FROM pg_policy
            JOIN pg_class ON pg_class.oid = polrelid WHERE NOT relrowsecurity""",
         "ALTER TABLE public.jobs DISABLE ROW LEVEL SECURITY"),
    Rule("a function that runs with its owner's rights",
         f"""SELECT oid::regprocedure::text FROM pg_proc
             WHERE prosecdef AND pronamespace IN {OURS}""",
         """CREATE FUNCTION public.planted() RETURNS int LANGUAGE sql SECURITY DEFINER
            SET search_path = '' AS 'SELECT 1'"""),
    Rule("a function that people may call through the Data API",
         f"""SELECT oid::regprocedure::text FROM pg_proc, {OUTSIDE}
             WHERE pronamespace IN {OURS} AND has_function_privilege(role, oid, 'EXECUTE')""",
         """CREATE FUNCTION public.planted() RETURNS int LANGUAGE sql
            SET search_path = '' AS 'SELECT 1'""",
         frozenset(POLICY_FUNCTIONS)),
    Rule("a function without a pinned search path",
         f"""SELECT oid::regprocedure::text FROM pg_proc
             WHERE pronamespace IN {OURS} AND NOT EXISTS (
               SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%')""",
         "CREATE FUNCTION public.planted() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    Rule("a view that reads with its owner's rights",
         f"""SELECT {RELATION} FROM pg_class
             WHERE relkind = 'v' AND relnamespace IN {OURS}
               AND NOT coalesce(reloptions && '{{security_invoker=true,security_invoker=on}}',
                                false)""",
         "CREATE VIEW public.planted AS SELECT id FROM public.users"),
    Rule("a relation that no row level security can guard",
         f"""SELECT {RELATION} FROM pg_class
             WHERE relkind IN ('m', 'f') AND relnamespace IN {OURS}""",
         "CREATE MATERIALIZED VIEW public.planted AS SELECT id FROM public.users"),
    Rule("a policy that asks who it is for every row",
         policy_texts(r"""(SELECT count(*) FROM regexp_matches(
               text, '(auth\.(uid|jwt|role|email)|current_setting)\s*\(', 'g'))
             > (SELECT count(*) FROM regexp_matches(
               text, 'SELECT\s+(auth\.(uid|jwt|role|email)|current_setting)\s*\(', 'gi'))"""),
         """CREATE POLICY planted ON public.jobs AS RESTRICTIVE FOR SELECT TO authenticated
            USING (user_id = auth.uid())"""),
    Rule("a policy that lets everything through",
         policy_texts("text IN ('true', '(true)')"),
         "CREATE POLICY planted ON public.jobs AS RESTRICTIVE TO authenticated USING (true)"),
    Rule("a policy that trusts what people may write about themselves",
         policy_texts("text ~ 'user_metadata'"),
         """CREATE POLICY planted ON public.jobs AS RESTRICTIVE TO authenticated
            USING ((SELECT auth.jwt()) -> 'user_metadata' ->> 'admin' = 'yes')"""),
    Rule("a policy that names no role",
         policy_texts("'public' = ANY (roles)"),
         "CREATE POLICY planted ON public.jobs AS RESTRICTIVE USING (user_id IS NOT NULL)"),
    Rule("two permissive policies for one thing",
         """SELECT format('%s.%s: %s', schemaname, tablename, role)
            FROM pg_policies CROSS JOIN LATERAL unnest(roles) AS role
            CROSS JOIN unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) AS verb
            WHERE permissive = 'PERMISSIVE' AND cmd IN (verb, 'ALL')
              AND (schemaname IN ('public', 'auth') OR policyname LIKE 'placemint%')
            GROUP BY schemaname, tablename, role, verb HAVING count(*) > 1""",
         """CREATE POLICY planted ON public.jobs FOR SELECT TO authenticated
            USING (user_id IS NULL)"""),
    Rule("a foreign key without an index",
         f"""SELECT format('%s: %s', conrelid::regclass, conname) FROM pg_constraint AS key
             WHERE contype = 'f' AND connamespace IN {OURS} AND NOT EXISTS (
               SELECT FROM pg_index WHERE indrelid = conrelid AND indisvalid
                 AND (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey
                 AND (indpred IS NULL OR pg_get_expr(indpred, indrelid) IN (
                   SELECT format('(%I IS NOT NULL)', attname) FROM pg_attribute
                   WHERE attrelid = conrelid AND attnum = ANY (conkey))))""",
         """CREATE TABLE public.planted (
              id int PRIMARY KEY, job uuid REFERENCES public.jobs (id))"""),
    Rule("a table without a primary key",
         f"""SELECT {RELATION} FROM pg_class
             WHERE relkind IN ('r', 'p') AND relnamespace IN {OURS} AND NOT EXISTS (
               SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary)""",
         "CREATE TABLE public.planted (id int)"),
    Rule("two indexes of the same form",
         f"""SELECT format('%s: %s', indrelid::regclass, string_agg(indexrelid::regclass::text, ', '))
             FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
             WHERE relnamespace IN {OURS}
             GROUP BY indrelid, indkey::text, indclass::text, indoption::text,
                      pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid)
             HAVING count(*) > 1""",
         "CREATE INDEX planted ON public.jobs (image_asset_id)"),
    Rule("something granted to everybody",
         f"""SELECT {RELATION} FROM pg_class CROSS JOIN LATERAL aclexplode(relacl) AS entry
             WHERE grantee = 0 AND relnamespace IN {OURS}
             UNION ALL
             SELECT oid::regprocedure::text FROM pg_proc
             CROSS JOIN LATERAL aclexplode(coalesce(proacl, acldefault('f', proowner))) AS entry
             WHERE grantee = 0 AND pronamespace IN {OURS}
             UNION ALL
             SELECT nspname FROM pg_namespace CROSS JOIN LATERAL aclexplode(nspacl) AS entry
             WHERE grantee = 0 AND oid IN {OURS} AND privilege_type <> 'USAGE'
             UNION ALL
             SELECT nspname FROM pg_namespace CROSS JOIN LATERAL aclexplode(nspacl) AS entry
             WHERE grantee = 0 AND nspname IN ('auth', 'supabase_migrations')""",
         "GRANT SELECT ON public.jobs TO PUBLIC"),
    Rule("something that people may write",
         f"""SELECT format('%s: %s', {RELATION}, role) FROM pg_class, {OUTSIDE}
             WHERE relkind IN ('r', 'p', 'v') AND relnamespace IN {OURS}
               AND has_table_privilege(
                 role, oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
             UNION ALL
             SELECT format('%s: %s', {RELATION}, role) FROM pg_class, {OUTSIDE}
             WHERE relkind = 'S' AND relnamespace IN {OURS}
               AND has_sequence_privilege(role, oid, 'USAGE, SELECT, UPDATE')""",
         "GRANT INSERT ON public.jobs TO authenticated"),
    Rule("the history of migrations in sight",
         f"""SELECT nspname FROM pg_namespace, {OUTSIDE}
             WHERE nspname = 'supabase_migrations' AND has_schema_privilege(role, oid, 'USAGE')""",
         "GRANT USAGE ON SCHEMA supabase_migrations TO anon"),
    Rule("an extension in the exposed schema",
         "SELECT extname FROM pg_extension WHERE extnamespace = 'public'::regnamespace",
         "CREATE EXTENSION pg_trgm SCHEMA public"),
    Rule("a column whose type stands in the way of upgrades",
         f"""SELECT format('%s.%s', {RELATION}, attname) FROM pg_attribute
             JOIN pg_class ON pg_class.oid = attrelid
             WHERE relkind = 'r' AND relnamespace IN {OURS} AND attnum > 0
               AND atttypid IN ('regproc'::regtype, 'regclass'::regtype, 'regrole'::regtype)""",
         "ALTER TABLE public.jobs ADD COLUMN planted regclass"),
]
