"""A release build on a throw-away folder, and the tools that measure it."""
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
"""

RESULT_LUA = """
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
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


def wrk(script, url, seconds, connections=CONNECTIONS, **environment):
    """Loads an address with the requests of a script, which finds the environment's names.
    Requests per second, and the milliseconds that half and 99 of 100 took at most."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        lua.write(script + RESULT_LUA)
        lua.flush()
        out = subprocess.run(
            ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
             "-s", lua.name, url],
            env={**os.environ, **{name: str(value) for name, value in environment.items()}},
            capture_output=True, text=True, check=True)
    result = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", out.stdout)
    requests, duration, p50, p99, errors = map(int, result.groups())
    if errors:
        print(f"  note: {errors} of {requests} requests were refused or failed")
    return requests / (duration / 1e6), p50 / 1000, p99 / 1000


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

    @property
    def database(self):
        """How the product's commands reach the database."""
        return f"postgres://postgres@/placemint?host={self.socket}"

    def psql(self, script):
        out = subprocess.run(
            [pg("psql"), "-h", self.socket, "-U", "postgres", "-d", "placemint", "-qAtX",
             "-v", "ON_ERROR_STOP=1"],
            input=script, capture_output=True, text=True, check=True)
        return out.stdout.strip()

    def pgbench(self, script, seconds, clients=POOL, **variables):
        """Transactions a second of a script, which finds the variables."""
        given = [word for name, value in variables.items() for word in ("-D", f"{name}={value}")]
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            out = subprocess.run(
                [pg("pgbench"), "-h", self.socket, "-U", "postgres", "-n", "-M", "prepared",
                 "-c", str(clients), "-j", "2", "-T", str(seconds), *given, "-f", file.name,
                 "placemint"],
                capture_output=True, text=True)
        found = re.search(r"tps = ([0-9.]+)", out.stdout)
        # A client that met an error stops, and the others' speed would be called that of all.
        if not found or "aborted" in out.stderr:
            sys.exit("pgbench: " + out.stderr[-500:])
        return float(found[1])

    def wrk(self, method, path, body, seconds, connections=CONNECTIONS):
        return wrk(CREATE_LUA % (method, path, body), f"http://127.0.0.1:{self.port}", seconds,
                   connections, BENCH_TOKENS=self.folder / "tokens")

    def seed(self, people=USERS):
        """People with credits, and their tokens, made as the sign-in makes them."""
        self.psql(f"""
            CREATE TABLE bench_users AS
              SELECT n, gen_random_uuid() AS id FROM generate_series(1, {people}) AS n;
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

    @property
    def tokens(self):
        """The seeded people's, in their order."""
        return (self.folder / "tokens").read_text().split()

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
