"""What a row takes, and whether anything becomes slower as an installation grows.

The same is asked of a small installation and of a large one in turn. What counts are the blocks
that a query touches, which no other work on the machine changes, and the ratio of the speeds.
"""
import os
import re
import statistics
import time
from pathlib import Path

from growth_data import FLYING, HEAVY, fill
from growth_parts import measure_partitions
from growth_queries import CREATE, HOT, LIFE, MONTH, QUERIES, SPEEDS, TAKE_SLOT, without_notices
from growth_server import bench_server
from ledger import MAKE_PEOPLE, PEOPLE, run
from release_server import Server, report

SMALL, LARGE = 1_000, 200_000
# Queries are asked for so many people, and the middle one counts.
ASKED = 9
TABLES = {"users": "user", "credit_ledger": "entry", "purchases": "purchase",
          "stripe_events": "payment event", "assets": "asset", "jobs": "job"}
FLIGHTS = (100, 1_000, 10_000)


def bench_growth(seconds, people=LARGE):
    with Server() as small, Server() as large:
        for server, count in (small, SMALL), (large, people):
            server.wait()
            fill(server, count)
        measure_rows(large)
        measure_blocks(small, large)
        measure_remedies(large)
        audit(large)
        measure_partitions(large)
        measure_upkeep(large)
        measure_speeds(small, large, seconds)
        measure_notices(large, seconds)
        measure_hot_updates(large, seconds)
        measure_slots(large, seconds)
        measure_backends(large)
    with Server() as server:
        server.wait()
        measure_hot_rows(server, seconds)
    bench_server(seconds)


# Sizes


def measure_rows(server):
    for table, unit in TABLES.items():
        count, heap, toast, *indexes = rows(server, f"""
            SELECT (SELECT count(*) FROM public.{table}), pg_relation_size('public.{table}'),
              pg_table_size('public.{table}') - pg_relation_size('public.{table}')
            """)[0] + [
                size for name, size in rows(server, f"""
                    SELECT c.relname, pg_relation_size(c.oid) FROM pg_index AS i
                    JOIN pg_class AS c ON c.oid = indexrelid
                    WHERE indrelid = 'public.{table}'::regclass ORDER BY 1""")]
        count, heap, toast, indexes = int(count), int(heap), int(toast), sum(map(int, indexes))
        report("size", (heap + toast + indexes) / count, f"bytes a {unit}", more=(
            f"{count:,} rows: {heap / count:,.0f} in the table, {toast / count:,.0f} beside it,"
            f" {indexes / count:,.0f} in indexes"))
    server.psql("CREATE EXTENSION IF NOT EXISTS pageinspect")
    for name, size, level in rows(server, """
            SELECT c.relname, pg_relation_size(c.oid), (bt_metap('public.' || c.relname)).level
            FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid
            JOIN pg_am AS am ON am.oid = relam AND amname = 'btree'
            WHERE indrelid IN ('public.credit_ledger'::regclass, 'public.users'::regclass,
                               'public.jobs'::regclass)
              AND relpages > 0 ORDER BY 2 DESC"""):
        report("index", int(size) / 1e6, f"MB {name}, {int(level) + 1} levels")


# Blocks


def measure_blocks(small, large):
    for name, query in QUERIES.items():
        few, many = (blocks(server, query) for server in (small, large))
        report("blocks", many, f"{name}", few, "small")
    for name in ("create", "unfinished videos", "20 videos", "20 entries", "20 entries of one kind",
                 "balance"):
        report("heavy", blocks(large, QUERIES[name], "SELECT id FROM bench_heavy"),
               f"blocks {name}, by one with {HEAVY:,} videos")


def blocks(server, query, who=None):
    """How many blocks of our tables a transaction touches, its checks at the end included."""
    people = server.psql(who or f"""
        SELECT id FROM bench_people WHERE n > 200 ORDER BY md5(n::text) LIMIT {ASKED}""").split()
    counts = []
    for person in people:
        # The first time finds dead entries that it marks; the second is what it is from then on.
        for _ in range(2):
            script = (f"{ALONE}BEGIN;\n{as_person(query, person)}\n"
                      f"SET CONSTRAINTS ALL IMMEDIATE;\n{COUNT}")
            found = server.psql(script).splitlines()[-1]
        counts.append(int(found))
    return statistics.median(counts)


# What helpers of a parallel scan touch is not counted here.
ALONE = "SET max_parallel_workers_per_gather = 0;\n"
COUNT = r"""
RESET ROLE;
\o
SELECT coalesce(sum(pg_stat_get_xact_blocks_fetched(oid)), 0) FROM pg_class
WHERE relname NOT LIKE 'bench%' AND relkind IN ('r', 'i', 't', 'p')
  AND relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace);
ROLLBACK;
"""


def as_person(query, person):
    return (f"\\o /dev/null\n\\set person '\\'{person}\\''\n"
            f"SELECT quote_literal(gen_random_uuid()) AS job \\gset\n{query}")


# Indexes that docs/scaling.md speaks of, by the queries that they are for. The last is not there,
# and only might be of use.
REMEDIES = {
    "purchases paid lately": "purchases_paid_at ON public.purchases (paid_at)"
                             " WHERE status = 'paid'",
    "grant by address": "users_address ON public.users (lower(email)) WHERE deleted_at IS NULL",
    "unfinished videos": "jobs_unfinished ON public.jobs (user_id) WHERE stage <> 'done'",
    "a month's entries": "credit_ledger_created_at ON public.credit_ledger"
                         " USING brin (created_at)",
}


def measure_remedies(server):
    queries = QUERIES | {"a month's entries": MONTH}
    who = "SELECT id FROM bench_heavy"
    for name, index in REMEDIES.items():
        server.psql(f"DROP INDEX IF EXISTS public.{index.split()[0]}")
        before = blocks(server, queries[name], who)
        server.psql(f"CREATE INDEX CONCURRENTLY {index}; ANALYZE public.jobs")
        size = int(server.psql(f"SELECT pg_relation_size('public.{index.split()[0]}')"))
        report("remedy", blocks(server, queries[name], who), f"blocks {name}", before, "without",
               more=f"an index of {size / 1e6:,.2f} MB")


# The books, at their size


def audit(server):
    found = run(["audit", "--json"], DATABASE_URL=server.database)
    assert found["breaches"] == 0, found
    report("audit", found["entries"] / found["seconds"], "entries/s",
           more=f"{found['entries']:,} entries in {found['seconds']:.1f} s")


# Upkeep


def measure_upkeep(server):
    """What takes as long as the table is large."""
    size = int(server.psql("SELECT pg_total_relation_size('public.credit_ledger')")) / 1e6
    for name, command in {
        "vacuumed and frozen": "VACUUM (FREEZE, DISABLE_PAGE_SKIPPING) public.credit_ledger",
        "made anew, its largest index":
            "REINDEX INDEX CONCURRENTLY public.credit_ledger_reference_once",
    }.items():
        began = time.monotonic()
        server.psql(command)
        report("upkeep", time.monotonic() - began, f"s until a ledger of {size:,.0f} MB is {name}")


# Speeds


def measure_speeds(small, large, seconds, rounds=3):
    for name, script in SPEEDS.items():
        few, many = [], []
        for turn in range(1 + rounds):
            for server, rates in (small, few), (large, many):
                rate = server.pgbench(script, max(1, seconds // 2), people=people_of(server))
                # The first finds cold what the others find warm.
                if turn > 0:
                    rates.append(rate)
        report("speed", statistics.median(many), f"/s {name}", statistics.median(few), "small")


def measure_notices(server, seconds):
    """What it costs that a create announces itself, by how many make them at once."""
    for clients in 2, 10, 40:
        silent, told = (
            server.pgbench(script, seconds // 2, clients, people=people_of(server))
            for script in (without_notices(CREATE), CREATE))
        report("notices", told, f"creates/s from {clients} connections", silent, "silent")


def measure_hot_rows(server, seconds):
    server.psql(MAKE_PEOPLE)
    for name, script in ("spends", HOT), ("creates", CREATE):
        many = server.pgbench(script, seconds, people=PEOPLE)
        one = server.pgbench(script, seconds, people=1)
        report("hot row", one, f"{name}/s by one person", many, "by a thousand")


def measure_slots(server, seconds):
    """Taking a place at a provider, by how many jobs are there. All take turns at one lock."""
    made = FLYING
    server.psql("ALTER TABLE public.jobs DISABLE TRIGGER USER")
    base = None
    for flying in FLIGHTS:
        server.psql(f"""
            UPDATE public.jobs SET stage = 'rendering', status = 'in_progress' WHERE id IN (
              SELECT id FROM public.jobs WHERE status = 'completed' LIMIT {flying - made})""")
        server.psql("VACUUM ANALYZE public.jobs")
        made = flying
        one, many = (
            server.pgbench(TAKE_SLOT, seconds // 2, clients) for clients in (1, 10))
        base = base or many
        report("slots", many, f"places/s taken, {flying:,} jobs at the provider", base,
               "the fewest", more=f"{one:,.0f} by one alone")
    server.psql("ALTER TABLE public.jobs ENABLE TRIGGER USER")


def measure_hot_updates(server, seconds):
    """How many updates leave the indexes alone, as tables are and with some room in their pages."""
    for fill_factor in 100, 90, 80:
        server.psql(f"""ALTER TABLE public.users SET (fillfactor = {fill_factor});
                        VACUUM FULL ANALYZE public.users""")
        report_hot(server, HOT, seconds, f"users, fillfactor {fill_factor}", "users")
    for fill_factor in 100, 80:
        # New jobs go into new pages; what is full stays as it is.
        server.psql(f"ALTER TABLE public.jobs SET (fillfactor = {fill_factor})")
        report_hot(server, LIFE, seconds, f"jobs, fillfactor {fill_factor}", "jobs")
    server.psql("""ALTER TABLE public.users RESET (fillfactor);
                   ALTER TABLE public.jobs RESET (fillfactor)""")


def report_hot(server, script, seconds, name, table):
    counts = f"""SELECT pg_stat_force_next_flush(), n_tup_upd, n_tup_hot_upd
                 FROM pg_stat_user_tables WHERE relid = 'public.{table}'::regclass"""
    before = rows(server, counts)[0]
    rate = server.pgbench(script, seconds, people=people_of(server))
    after = rows(server, counts)[0]
    updates, hot = (int(a) - int(b) for a, b in zip(after[1:], before[1:]))
    report("in place", 100 * hot / updates, f"% of {updates:,} updates of {name}",
           more=f"{rate:,.0f} rounds/s")


# Connections


def measure_backends(server):
    """What a process of Postgres takes that has answered our queries."""
    server.seed(1_000)
    server.wrk("GET", "/v1/credits", "nil", 2)
    server.wrk("POST", "/v1/videos", "body", 3)
    sizes = []
    if os.geteuid() != 0:
        return print("  note: only root may look into Postgres' processes")
    for pid in server.psql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
                           " AND pid <> pg_backend_pid()").split():
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        pss, anonymous = (int(re.search(rf"^{key}:\s+(\d+)", text, re.M)[1]) / 1024
                          for key in ("Pss", "Private_Dirty"))
        sizes.append((pss, anonymous))
    if sizes:
        report("backend", statistics.mean(pss for pss, _ in sizes), "MB a connection (PSS)",
               more=f"{statistics.mean(own for _, own in sizes):.1f} MB of its own, of"
                    f" {len(sizes)} connections")


def people_of(server):
    return int(server.psql("SELECT count(*) FROM bench_people"))


def rows(server, sql):
    return [line.split("|") for line in server.psql(sql).splitlines()]
