"""What a server process does with streams, files and jobs that have to wait."""
import os
import socket
import time
from contextlib import ExitStack
from pathlib import Path

from growth_data import BRIEF, literal
from release_server import Server, report, wrk

STREAMS = 500
NOTICES = 200_000
CLIP = 3_000_000
VIEWERS = 300
BACKLOGS = (100, 1_000, 10_000)
TICKS = os.sysconf("SC_CLK_TCK")

# Each request is another person's, as one person may make fifty a second.
GET_LUA = """
local views = {}
for line in io.lines(os.getenv("BENCH_VIEWS")) do
  local path, token = line:match("(%S+) (%S+)")
  views[#views + 1] = wrk.format("GET", path, {["Authorization"] = "Bearer " .. token})
end
local n = 0
function request() n = n + 1 return views[n % #views + 1] end
"""


def bench_server(seconds):
    measure_streams()
    for backlog in BACKLOGS:
        measure_backlog(backlog)
    measure_traffic(seconds)


def processors(server):
    """The seconds of processors that a server itself has used."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


# Streams


def measure_streams():
    """Two servers on one database: one with streams, one without. Each hears every notice."""
    with Server() as first, ExitStack() as stack:
        first.wait()
        first.seed()
        second = stack.enter_context(Server(
            DATABASE_URL=first.database, PUBLIC_URL=first.environment["PUBLIC_URL"]))
        second.wait()
        first.wrk("GET", "/v1/credits", "nil", 2)
        (second.folder / "tokens").write_text("\n".join(first.tokens))
        second.wrk("GET", "/v1/credits", "nil", 2)
        before = second.resident()
        streams = [Stream(second, token) for token in first.tokens[:STREAMS]]
        for stream in streams:
            stream.hear()
        time.sleep(2)
        report("streams", 1024 * (second.resident() - before) / STREAMS, "KB a stream",
               more=f"{STREAMS} streams open")
        nobody = f"md5(n::text)::uuid FROM generate_series(1, {NOTICES}) AS n"
        announce(first, second, nobody, "nobody listens")
        announce(first, second, f"id FROM bench_users WHERE n <= {STREAMS}", "somebody listens", 8)
        for stream in streams:
            stream.connection.close()


def announce(first, second, people, name, rounds=1):
    count = rounds * int(first.psql(f"SELECT count(*) FROM (SELECT {people}) AS them"))
    began = [processors(server) for server in (first, second)]
    for _ in range(rounds):
        first.psql(f"SELECT count(pg_notify('placemint_events', 'credits ' || them.id))"
                   f" FROM (SELECT {people}) AS them(id)")
        settle(first, second)
    used = [1e6 * (processors(server) - before) / count
            for server, before in zip((first, second), began)]
    report("notices", used[1], f"us of a processor a notice, {name}", more=(
        f"{used[0]:.1f} in the server without streams; {count:,} notices"))


def settle(*servers):
    """Waits until they do next to nothing."""
    while True:
        before = sum(map(processors, servers))
        time.sleep(1)
        if sum(map(processors, servers)) - before < 0.05:
            return


class Stream:
    def __init__(self, server, token):
        self.connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        self.connection.sendall(
            f"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())

    def hear(self):
        """Reads up to the first event, which says how things stand."""
        text = b""
        while b"event: credits" not in text:
            more = self.connection.recv(65536)
            assert more, text
            text += more
        assert text.startswith(b"HTTP/1.1 200"), text


# Files


def measure_traffic(seconds):
    """The same clip from a folder and from a bucket, whose address clients are sent to."""
    bucket = {
        "S3_ENDPOINT": "http://127.0.0.1:9", "S3_REGION": "us-east-1", "S3_BUCKET": "clips",
        "S3_ACCESS_KEY_ID": "bench", "S3_SECRET_ACCESS_KEY": "bench-secret"}
    for name, settings in {"a folder": {}, "a bucket": bucket}.items():
        with Server(**settings) as server:
            server.wait()
            server.seed(VIEWERS)
            views = make_clips(server)
            (server.folder / "views").write_text("\n".join(views))
            # Everybody's first request makes their account; that is not what is measured.
            server.wrk("GET", "/v1/credits", "nil", 1)
            size, status = bytes_of(server, *views[0].split())
            used, began = processors(server), time.monotonic()
            rate, p50, p99 = wrk(GET_LUA, f"http://127.0.0.1:{server.port}", seconds,
                                 BENCH_VIEWS=server.folder / "views")
            each = (processors(server) - used) / (rate * (time.monotonic() - began))
            report("traffic", size, f"bytes a view, from {name}", more=(
                f"{status}; {rate:,.0f} views/s, p99 {p99:.0f} ms, {1000 * each:.2f} ms of a"
                " processor each"))


def make_clips(server):
    """Files of many people, which share their bytes. The server looks at no more than these."""
    server.psql(f"""
        INSERT INTO public.assets (id, user_id, kind, object_key, mime, bytes, sha256, stored_at)
        SELECT gen_random_uuid(), id, 'product_image', replace(id || '/clip.jpg', '-', ''),
          'image/jpeg', {CLIP}, repeat('0', 64), now() FROM bench_users""")
    clip = server.folder / "clip"
    clip.write_bytes(os.urandom(CLIP))
    views = []
    for row in server.psql("SELECT asset.id, n, object_key FROM public.assets AS asset"
                           " JOIN bench_users AS person ON person.id = user_id").splitlines():
        asset, n, key = row.split("|")
        file = server.folder / "objects" / key
        file.parent.mkdir(parents=True)
        file.hardlink_to(clip)
        views.append(f"/v1/files/file-{asset.replace('-', '')}/content {server.tokens[int(n) - 1]}")
    return views


def bytes_of(server, path, token):
    """What goes over the wire for an answer, head and body, and its status."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                           f"Authorization: Bearer {token}\r\n\r\n".encode())
        head, count = b"", 0
        while more := connection.recv(1 << 20):
            head, count = head or more, count + len(more)
    return count, head.split(b"\r\n")[0].decode()


# Jobs that wait


def measure_backlog(backlog, seconds=8):
    """All places of a model are taken, and jobs wait for one."""
    with Server(WORKERS="4") as server:
        server.wait()
        server.seed(backlog + 2)
        server.psql(f"""
            SET session_replication_role = replica;
            INSERT INTO public.jobs
              (id, user_id, model, provider, backdrop, prompt, seconds, size, credits, deadline_at,
               status, stage, provider_job_id, submit_token, lease_until, next_step_at)
            SELECT gen_random_uuid(), id, 'animatic', 'animatic', 'soft',
              {literal(BRIEF["line"])}, 4, '720x1280', 20, now() + interval '1 day',
              CASE WHEN n <= 2 THEN 'in_progress' ELSE 'queued' END,
              CASE WHEN n <= 2 THEN 'rendering' ELSE 'queued' END,
              CASE WHEN n <= 2 THEN 'animatic' END, CASE WHEN n <= 2 THEN gen_random_uuid() END,
              CASE WHEN n <= 2 THEN now() + interval '1 day' END, now()
            FROM bench_users""")
        time.sleep(3)
        before, used, began = updates(server), processors(server), time.monotonic()
        time.sleep(seconds)
        passed = time.monotonic() - began
        report("backlog", (updates(server) - before) / passed,
               f"updates/s while {backlog:,} jobs wait for a place", more=(
                   f"{100 * (processors(server) - used) / passed:.0f} % of a core in the server"))


def updates(server):
    return int(server.psql("SELECT n_tup_upd FROM pg_stat_user_tables"
                           " WHERE relid = 'public.jobs'::regclass"))
