"""Measures the release build against baselines taken in the same run."""

import argparse
import json
import subprocess
import time

from api import bench_api
from growth import LARGE, bench_growth
from jobs import bench_jobs
from ledger import bench_ledger, soak
from release_server import BINARY, CONNECTIONS, ROOT, USERS, Server, report

ROLE = """SELECT set_config('role', 'service_role', true),
       set_config('statement_timeout', '8000', true);"""

# The statements of one create and of one balance read, as the server sends them.
SPEND = f"""\\set n random(1, {USERS})
SELECT gen_random_uuid() AS job \\gset
SELECT id AS person FROM bench_users WHERE n = :n \\gset
BEGIN;
{ROLE}
WITH debit AS (
  UPDATE public.users SET balance = balance - 20, seq = seq + 1
  WHERE id = :person::uuid AND balance >= 20 AND deleted_at IS NULL
    AND spending_held_since IS NULL
  RETURNING id, seq, balance
)
INSERT INTO public.credit_ledger (user_id, seq, amount, balance_after, kind, reference, note)
SELECT id, seq, -20, balance, 'generation', :job::text, 'Video' FROM debit
RETURNING seq, amount, balance_after, kind, reference, note, created_at;
SELECT count(*) FROM public.jobs WHERE user_id = :person::uuid AND stage <> 'done';
INSERT INTO public.jobs
  (id, user_id, model, provider, backdrop, prompt, seconds, size, credits, deadline_at)
VALUES (:job::uuid, :person::uuid, 'animatic', 'animatic', 'soft', 'The product on a table.', 4,
        '720x1280', 20, now() + interval '10 minutes')
RETURNING id;
COMMIT;
"""

BALANCE = f"""\\set n random(1, {USERS})
SELECT id AS person FROM bench_users WHERE n = :n \\gset
BEGIN READ ONLY;
SELECT set_config('role', 'authenticated', true),
       set_config('request.jwt.claims',
                  '{{"sub":"' || :person::text || '","role":"authenticated"}}', true),
       set_config('statement_timeout', '8000', true);
SELECT balance FROM public.users WHERE id = :person::uuid;
COMMIT;
"""

def bench_spend(server, seconds, connections=CONNECTIONS):
    """Creates a second that are in the database afterwards."""
    baseline = server.pgbench(SPEND, seconds)
    # What Postgres plans for a table without rows is not what it does in use.
    server.wrk("POST", "/v1/videos", "body", 3, connections)
    clear_unfinished(server)
    server.psql("CHECKPOINT")
    before = int(server.psql("SELECT count(*) FROM public.jobs"))
    _, p50, p99 = server.wrk("POST", "/v1/videos", "body", seconds, connections)
    made = (int(server.psql("SELECT count(*) FROM public.jobs")) - before) / seconds
    report("spend", made, "creates/s", baseline, "pgbench", "0.5",
           f"p50 {p50:.1f} ms, p99 {p99:.1f} ms at {connections} connections")
    clear_unfinished(server)
    return made


def clear_unfinished(server):
    """Ends the baseline's jobs, with their refunds, so that nobody is at the limit."""
    server.psql("""
        BEGIN;
        CREATE TEMP TABLE open AS SELECT user_id, id, credits,
          row_number() OVER (PARTITION BY user_id ORDER BY id) AS k
          FROM public.jobs WHERE stage <> 'done';
        INSERT INTO public.credit_ledger (user_id, seq, amount, balance_after, kind, reference)
          SELECT o.user_id, u.seq + k, o.credits, u.balance + k * o.credits, 'refund', o.id
          FROM open o JOIN public.users u ON u.id = o.user_id;
        UPDATE public.users u SET seq = seq + t.n, balance = balance + t.total
          FROM (SELECT user_id, count(*) AS n, sum(credits) AS total FROM open GROUP BY 1) t
          WHERE u.id = t.user_id;
        UPDATE public.jobs SET status = 'failed', stage = 'done', error_code = 'cancelled'
          WHERE stage <> 'done';
        COMMIT;
        VACUUM ANALYZE public.jobs;""")


def bench_balance(server, seconds, connections=CONNECTIONS):
    baseline = server.pgbench(BALANCE, seconds)
    rate, p50, p99 = server.wrk("GET", "/v1/credits", "nil", seconds, connections)
    report("balance", rate, "reads/s", baseline, "pgbench", "0.6",
           f"p50 {p50:.1f} ms, p99 {p99:.1f} ms at {connections} connections")


def bench_start(server):
    url = f"postgres://postgres@/placemint?host={server.socket}"
    times = []
    for _ in range(5):
        with Server(DATABASE_URL=url) as other:
            times.append(other.wait())
    report("start", sorted(times)[2] * 1000, "ms to the first answer", aim="60 ms")


def bench_memory():
    with Server() as server:
        server.wait()
        time.sleep(3)
        report("memory", server.resident(), "MB idle", aim="60 MB")


def bench_animatic():
    runs = []
    for _ in range(3):
        out = subprocess.run(
            [BINARY, "measure", "animatic", "docs/images/sample-product.jpg"], cwd=ROOT,
            capture_output=True, text=True, check=True)
        runs.append(json.loads(out.stdout))
    best = sorted(runs, key=lambda run: run["render"] / run["baseline"])[1]
    report("animatic", best["render"], "s", best["baseline"], "still", "2.0 or less")


def main():
    parser = argparse.ArgumentParser(prog="script/bench")
    parts = ["spend", "balance", "ledger", "start", "memory", "animatic"]
    parser.add_argument("parts", nargs="*", help=", ".join([*parts, "api", "jobs", "growth", "soak"]))
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--people", type=int, default=LARGE)
    chosen = parser.parse_args()
    if chosen.parts == ["soak"]:
        raise SystemExit(soak(chosen.seconds))
    for part in chosen.parts:
        if part not in [*parts, "api", "jobs", "growth"]:
            parser.error(
                f"unknown part {part}: one of {', '.join([*parts, 'api', 'jobs', 'growth'])}")
    wanted = chosen.parts or parts
    if {"spend", "balance", "start"} & set(wanted):
        with Server() as server:
            server.wait()
            server.seed()
            # Everybody's first request makes their account; that is not what is measured.
            server.wrk("GET", "/v1/credits", "nil", 3)
            if "balance" in wanted:
                bench_balance(server, chosen.seconds)
            if "spend" in wanted:
                bench_spend(server, chosen.seconds)
            if "start" in wanted:
                bench_start(server)
    if "api" in wanted:
        bench_api(chosen.seconds, bench_spend, bench_balance)
    if "ledger" in wanted:
        bench_ledger(chosen.seconds)
    if "memory" in wanted:
        bench_memory()
    if "animatic" in wanted:
        bench_animatic()
    if "jobs" in wanted:
        bench_jobs()
    if "growth" in wanted:
        bench_growth(chosen.seconds, chosen.people)


if __name__ == "__main__":
    main()
