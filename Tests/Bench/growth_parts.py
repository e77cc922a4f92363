"""The ledger in parts, as docs/scaling.md plans it: what it takes, and which rules it keeps."""
import re
import subprocess
import time

from release_server import report

PARTS = """
SET work_mem = '256MB';
CREATE TABLE bench_parts (LIKE public.credit_ledger INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
  PRIMARY KEY (user_id, seq)) PARTITION BY HASH (user_id);
CREATE TABLE bench_references (kind text NOT NULL, reference text NOT NULL,
  user_id uuid NOT NULL, seq bigint NOT NULL, PRIMARY KEY (kind, reference))
  PARTITION BY HASH (reference);
SELECT format('CREATE TABLE bench_%s_%s PARTITION OF bench_%s FOR VALUES WITH (MODULUS 16, '
  'REMAINDER %s)', name, n, name, n)
FROM generate_series(0, 15) AS n, unnest(ARRAY['parts', 'references']) AS name \\gexec
CREATE FUNCTION bench_keep_reference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.bench_references VALUES (new.kind, new.reference, new.user_id, new.seq);
  RETURN NULL;
END
$$;
CREATE TRIGGER bench_reference AFTER INSERT ON bench_parts
  FOR EACH ROW EXECUTE FUNCTION bench_keep_reference();
CREATE TRIGGER bench_append_only BEFORE UPDATE OR DELETE ON bench_parts
  FOR EACH ROW EXECUTE FUNCTION public.credit_ledger_refuse_change();
CREATE CONSTRAINT TRIGGER bench_chained AFTER INSERT ON bench_parts DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION public.credit_ledger_check_chain();
SET session_replication_role = replica;
INSERT INTO bench_parts SELECT * FROM public.credit_ledger ORDER BY created_at;
INSERT INTO bench_references SELECT kind, reference, user_id, seq FROM public.credit_ledger
  ORDER BY created_at;
VACUUM ANALYZE bench_parts, bench_references;
"""

# What the parts have to refuse, by the words that they refuse it with.
REFUSED = {
    "UPDATE bench_parts SET amount = 2": "append-only",
    "DELETE FROM bench_parts_3": "append-only",
    """INSERT INTO bench_parts SELECT user_id, 1000000, 1, balance_after, kind, reference
       FROM public.credit_ledger LIMIT 1""": "duplicate key",
    """INSERT INTO bench_parts SELECT user_id, 1000000, 1, balance_after, kind, 'another'
       FROM public.credit_ledger LIMIT 1""": "does not continue",
}


def measure_partitions(server):
    """The same ledger in 16 parts by person, with a table that keeps references unique."""
    began = time.monotonic()
    server.psql(PARTS)
    report("parts", time.monotonic() - began, "s to fill 16 parts and the references")
    check_rules(server)
    count = int(server.psql("SELECT count(*) FROM public.credit_ledger"))
    whole = int(server.psql("SELECT pg_total_relation_size('public.credit_ledger')"))
    parts, names = (int(server.psql(f"""
        SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('bench_{name}')"""))
        for name in ("parts", "references"))
    report("parts", (parts + names) / count, "bytes an entry in 16 parts", whole / count, "whole",
           more=f"{parts / count:,.0f} in the parts, {names / count:,.0f} in the references")
    person = server.psql("SELECT id FROM bench_people WHERE n = 777")
    for name, sql in {
        "20 entries": "SELECT * FROM {} WHERE user_id = '{}' ORDER BY seq DESC LIMIT 20",
        "the chain's check": "SELECT * FROM {} WHERE user_id = '{}' AND seq = 5",
    }.items():
        one, sixteen = (
            plan_blocks(server, sql.format(table, person))
            for table in ("public.credit_ledger", "bench_parts"))
        report("parts", sixteen, f"blocks {name}", one, "whole")
    server.psql("DROP TABLE bench_parts, bench_references")


def check_rules(server):
    for statement, words in REFUSED.items():
        try:
            server.psql(statement)
        except subprocess.CalledProcessError as refusal:
            assert words in refusal.stderr, refusal.stderr
        else:
            raise AssertionError(f"not refused: {statement}")


def plan_blocks(server, sql):
    """Of the query itself: what planning looks up stays in a session."""
    plan = server.psql(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
    return sum(int(n) for n in re.findall(r"(?:hit|read)=(\d+)",
                                          re.search("Buffers: shared.*", plan)[0]))
