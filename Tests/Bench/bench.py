"""Measures the release build against baselines taken in the same run."""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

import jwt

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / ".build/release/placemint"
USERS = 3000
CREDITS = 100_000
CONNECTIONS = 16
POOL = 10

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
SELECT pg_notify('placemint_jobs', '');
SELECT pg_notify('placemint_events', 'video ' || :person::text || ' ' || :job::text);
SELECT pg_notify('placemint_events', 'credits ' || :person::text);
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

CREATE_LUA = """
local tokens = {}
for line in io.lines(os.getenv("BENCH_TOKENS")) do tokens[#tokens + 1] = line end
local threads = 0
function setup(thread) thread:set("offset", threads); threads = threads + 1 end
local n = 0
local body = '{"model":"animatic","prompt":"The product on a table.","seconds":"4"}'
function request()
  n = n + 1
  local token = tokens[((n * 2 + offset) %% #tokens) + 1]
  local headers = {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json"}
  return wrk.format("%s", "%s", headers, %s)
end
local bad = 0
function response(status) if status ~= 200 then bad = bad + 1 end end
function done(summary, latency)
  io.write(string.format("RESULT %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    summary.errors.status + summary.errors.read + summary.errors.timeout))
end
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def pg(program):
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((str(f / program) for f in folders if (f / program).exists()), program)


class Server:
    """The release build on a throw-away folder."""

    def __init__(self, **environment):
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="placemint-bench-"))
        self.folder.chmod(0o755)
        self.environment = {
            **os.environ, "HOST": "127.0.0.1", "PORT": str(self.port), "LOG_LEVEL": "warning",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}", "PLACEMINT_DATA": str(self.folder),
            "WORKERS": "0", **environment,
        }

    def __enter__(self):
        log = open(self.folder / "server.log", "wb")
        self.process = subprocess.Popen(
            [BINARY, "serve"], env=self.environment, stdout=log, stderr=log, cwd=ROOT)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        subprocess.run(["rm", "-rf", str(self.folder)], check=True)

    def wait(self, path="/readyz", limit=60):
        began = time.monotonic()
        while time.monotonic() - began < limit:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
                    if answer.status == 200:
                        return time.monotonic() - began
            except OSError:
                time.sleep(0.002)
        sys.exit("the server did not start: " + (self.folder / "server.log").read_text()[-500:])

    @property
    def socket(self):
        return str(self.folder / "postgres" / "socket")

    def psql(self, script):
        out = subprocess.run(
            [pg("psql"), "-h", self.socket, "-U", "postgres", "-d", "placemint", "-qAtX",
             "-v", "ON_ERROR_STOP=1"],
            input=script, capture_output=True, text=True, check=True)
        return out.stdout.strip()

    def pgbench(self, script, seconds):
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            out = subprocess.run(
                [pg("pgbench"), "-h", self.socket, "-U", "postgres", "-n", "-M", "prepared",
                 "-c", str(POOL), "-j", "2", "-T", str(seconds), "-f", file.name, "placemint"],
                capture_output=True, text=True)
        found = re.search(r"tps = ([0-9.]+)", out.stdout)
        if not found:
            sys.exit("pgbench: " + out.stderr[-500:])
        return float(found[1])

    def wrk(self, method, path, body, seconds):
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
            lua.write(CREATE_LUA % (method, path, body))
            lua.flush()
            out = subprocess.run(
                ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s",
                 "-s", lua.name, f"http://127.0.0.1:{self.port}"],
                env={**os.environ, "BENCH_TOKENS": str(self.folder / "tokens")},
                capture_output=True, text=True, check=True)
        result = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", out.stdout)
        requests, duration, p50, p99, errors = map(int, result.groups())
        if errors:
            print(f"  note: {errors} of {requests} requests were refused or failed")
        return requests / (duration / 1e6), p50 / 1000, p99 / 1000

    def seed(self):
        """People with credits, and their tokens, made as the sign-in makes them."""
        self.psql(f"""
            CREATE TABLE bench_users AS
              SELECT n, gen_random_uuid() AS id FROM generate_series(1, {USERS}) AS n;
            ALTER TABLE bench_users ADD PRIMARY KEY (n);
            BEGIN;
            INSERT INTO public.users (id, email, balance, seq)
              SELECT id, id || '@example.com', {CREDITS}, 1 FROM bench_users;
            INSERT INTO public.credit_ledger
              (user_id, seq, amount, balance_after, kind, reference)
              SELECT id, 1, {CREDITS}, {CREDITS}, 'grant', 'bench:' || id FROM bench_users;
            COMMIT;
            ANALYZE;""")
        kid, key = json.loads(self.psql(
            "SELECT json_build_array(kid, private_key) FROM auth.signing_keys"
            " WHERE retired_at IS NULL"))
        now = int(time.time())
        with open(self.folder / "tokens", "w") as file:
            for person in self.psql("SELECT id FROM bench_users ORDER BY n").split():
                claims = {
                    "iss": f"http://127.0.0.1:{self.port}/auth/v1", "sub": person,
                    "aud": "authenticated", "role": "authenticated", "iat": now, "exp": now + 3600,
                    "email": f"{person}@example.com", "phone": "", "aal": "aal1",
                    "amr": [{"method": "otp", "timestamp": now}], "session_id": str(uuid.uuid4()),
                    "is_anonymous": False, "user_metadata": {},
                    "app_metadata": {"provider": "email", "providers": ["email"]},
                }
                file.write(jwt.encode(claims, key, algorithm="ES256", headers={"kid": kid}) + "\n")

    def resident(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def report(name, measured, unit, baseline=None, base_name="", aim=None, more=""):
    line = f"{name:<10} {measured:10,.1f} {unit}"
    if baseline is not None:
        line += f"   {base_name} {baseline:,.1f}   ratio {measured / baseline:.2f}"
    if aim:
        line += f"   (aim {aim})"
    print(line + (f"   {more}" if more else ""), flush=True)


def bench_spend(server, seconds):
    baseline = server.pgbench(SPEND, seconds)
    server.psql("CHECKPOINT")
    before = int(server.psql("SELECT count(*) FROM public.jobs"))
    clear_unfinished(server)
    rate, p50, p99 = server.wrk("POST", "/v1/videos", "body", seconds)
    made = int(server.psql("SELECT count(*) FROM public.jobs")) - before
    report("spend", made / seconds, "creates/s", baseline, "pgbench", "0.5",
           f"p50 {p50:.1f} ms, p99 {p99:.1f} ms at {CONNECTIONS} connections")


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


def bench_balance(server, seconds):
    baseline = server.pgbench(BALANCE, seconds)
    rate, p50, p99 = server.wrk("GET", "/v1/credits", "nil", seconds)
    report("balance", rate, "reads/s", baseline, "pgbench", "0.6",
           f"p50 {p50:.1f} ms, p99 {p99:.1f} ms at {CONNECTIONS} connections")


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
            [BINARY, "measure", "docs/images/sample-product.jpg"], cwd=ROOT,
            capture_output=True, text=True, check=True)
        runs.append(json.loads(out.stdout))
    best = sorted(runs, key=lambda run: run["render"] / run["baseline"])[1]
    report("animatic", best["render"], "s", best["baseline"], "still", "2.0 or less")


def main():
    parser = argparse.ArgumentParser(prog="script/bench")
    parts = ["spend", "balance", "start", "memory", "animatic"]
    parser.add_argument("parts", nargs="*", help=", ".join(parts))
    parser.add_argument("--seconds", type=int, default=8)
    chosen = parser.parse_args()
    for part in chosen.parts:
        if part not in parts:
            parser.error(f"unknown part {part}: one of {', '.join(parts)}")
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
    if "memory" in wanted:
        bench_memory()
    if "animatic" in wanted:
        bench_animatic()


if __name__ == "__main__":
    main()
