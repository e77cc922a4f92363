"""How fast credits move, and how fast the books are proven, below HTTP."""
import json
import os
import subprocess

from release_server import BINARY, POOL, ROOT, Server, report

PEOPLE = 1000
ENTRIES = 1_000_000
# What pgledger, a ledger in PL/pgSQL, reports of itself on a machine like this.
PGLEDGER = 1087

ROLE = """SELECT set_config('role', 'service_role', true),
       set_config('statement_timeout', '8000', true);"""

# One spend, as Ledger.spend sends it.
SPEND = f"""\\set n random(1, %d)
SELECT gen_random_uuid() AS job \\gset
SELECT id AS person FROM bench_people WHERE n = :n \\gset
BEGIN;
{ROLE}
WITH debit AS (
  UPDATE public.users SET balance = balance - 1, seq = seq + 1
  WHERE id = :person::uuid AND balance >= 1 AND deleted_at IS NULL
    AND spending_held_since IS NULL
  RETURNING id, seq, balance
)
INSERT INTO public.credit_ledger (user_id, seq, amount, balance_after, kind, reference, note)
SELECT id, seq, -1, balance, 'generation', :job::text, 'Video' FROM debit
RETURNING seq, amount, balance_after, kind, reference, note, created_at;
COMMIT;
"""

MAKE_PEOPLE = f"""
CREATE TABLE bench_people AS
  SELECT n, gen_random_uuid() AS id FROM generate_series(1, {PEOPLE}) AS n;
ALTER TABLE bench_people ADD PRIMARY KEY (n);
BEGIN;
INSERT INTO public.users (id, email, balance, seq)
  SELECT id, id || '@example.com', 100000000, 1 FROM bench_people;
INSERT INTO public.credit_ledger (user_id, seq, amount, balance_after, kind, reference)
  SELECT id, 1, 100000000, 100000000, 'grant', 'bench:' || id FROM bench_people;
COMMIT;
ANALYZE;
"""

# A long, sound ledger, written past the triggers: what is measured is the audit.
FILL = f"""
TRUNCATE bench_people;
SET session_replication_role = replica;
DELETE FROM public.credit_ledger;
DELETE FROM public.purchases;
DELETE FROM public.users;
INSERT INTO public.users (id, email, balance, seq)
  SELECT gen_random_uuid(), n::text, {ENTRIES // PEOPLE}, {ENTRIES // PEOPLE}
  FROM generate_series(1, {PEOPLE}) AS n;
INSERT INTO public.credit_ledger (user_id, seq, amount, balance_after, kind, reference)
  SELECT id, n, 1, n, 'grant', id || '/' || n
  FROM public.users, generate_series(1, {ENTRIES // PEOPLE}) AS n;
VACUUM ANALYZE public.credit_ledger;
"""


def bench_ledger(seconds):
    with Server() as server:
        server.wait()
        url = f"postgres://postgres@/placemint?host={server.socket}"
        server.psql(MAKE_PEOPLE)
        many = server.pgbench(SPEND % PEOPLE, seconds)
        hot = server.pgbench(SPEND % 1, seconds)
        server.psql("CHECKPOINT")
        ours = measure("ledger", "--seconds", seconds, "--people", PEOPLE,
                       "--connections", POOL, DATABASE_URL=url)
        report("spends", ours["many"], "/s by many people", many, "pgbench", "0.7",
               f"{ours['many'] / PGLEDGER:.1f} times pgledger's {PGLEDGER}")
        report("hot", ours["hot"], "/s by one person", hot, "pgbench", "0.7")
        report("events", ours["events"], "webhook events applied/s")
        server.psql(FILL)
        audit = run(["audit", "--json"], DATABASE_URL=url)
        assert audit["breaches"] == 0, audit
        report("audit", audit["entries"] / audit["seconds"], "entries/s",
               more=f"{audit['entries']:,} entries in {audit['seconds']:.1f} s, "
                    f"{audit['rules']} rules")


def measure(*arguments, **settings):
    return run(["measure", *map(str, arguments)], **settings)


def run(arguments, **settings):
    done = subprocess.run(
        [BINARY, *arguments], cwd=ROOT, env={**os.environ, **settings}, capture_output=True,
        text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-1000:]
    return json.loads(done.stdout.splitlines()[-1])


def soak(seconds):
    """Random histories with a dying process, for as long as told. Its status."""
    return subprocess.run(
        ["swift", "test", "--disable-xctest", "--filter", "SimulationTests"], cwd=ROOT,
        env={**os.environ, "PLACEMINT_SOAK_SECONDS": str(seconds)}).returncode
