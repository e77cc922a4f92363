"""What programs ask of the API, many at once: each speed beside a baseline of the same run."""
import io
import tempfile
import time

from growth_server import Stream
from PIL import Image
from release_server import CONNECTIONS, Server, report, wrk

MANY = 64
STREAMS = 5_000
STREAMS_EACH = 10
# LiteLLM's proxy, which people put in front of `/v1/videos`, on two cores and without accounting.
PROXY_CREATES = 105
BARE_LUA = "function request() return wrk.format('GET', '/healthz') end"
UPLOAD_LUA = """
local tokens = {}
for line in io.lines(os.getenv("BENCH_TOKENS")) do tokens[#tokens + 1] = line end
local file = io.open(os.getenv("BENCH_BODY"), "rb")
local body = file:read("*a")
local threads = 0
function setup(thread) thread:set("offset", threads); threads = threads + 1 end
local n = 0
function request()
  n = n + 1
  local headers = {["Authorization"] = "Bearer " .. tokens[((n * 2 + offset) % #tokens) + 1],
                   ["Content-Type"] = "multipart/form-data; boundary=bench"}
  return wrk.format("POST", "/v1/files", headers, body)
end
"""


def bench_api(seconds, bench_spend, bench_balance):
    with Server() as server:
        server.wait()
        server.seed()
        # Everybody's first request makes their account; that is not what is measured.
        server.wrk("GET", "/v1/credits", "nil", 3)
        bare = measure_bare(server, seconds)
        for connections in (CONNECTIONS, MANY):
            made = bench_spend(server, seconds, connections)
            report("creates", made / PROXY_CREATES, f"times {PROXY_CREATES} /s", aim="15")
            bench_balance(server, seconds, connections)
            rate, p50, p99 = server.wrk(
                "GET", "/v1/videos?limit=20", "nil", seconds, connections)
            report("list", rate, "lists of 20 /s", bare, "bare route",
                   more=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms at {connections} connections")
        measure_uploads(server, seconds, bare)
        measure_streams(server)


def measure_bare(server, seconds):
    """A route that asks nobody anything."""
    rate, p50, p99 = wrk(BARE_LUA, f"http://127.0.0.1:{server.port}", seconds)
    report("bare", rate, "answers/s", more=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    return rate


def measure_uploads(server, seconds, bare):
    """Photos as phones send them to programs: looked at, turned upright, written anew, stored."""
    picture = io.BytesIO()
    Image.effect_noise((1080, 1440), 60).convert("RGB").save(picture, "JPEG", quality=85)
    with tempfile.NamedTemporaryFile() as body:
        body.write(b"--bench\r\nContent-Disposition: form-data; name=\"file\"; "
                   b"filename=\"a.jpg\"\r\n\r\n" + picture.getvalue() + b"\r\n--bench--\r\n")
        body.flush()
        rate, p50, p99 = wrk(
            UPLOAD_LUA, f"http://127.0.0.1:{server.port}", seconds, 8,
            BENCH_TOKENS=server.folder / "tokens", BENCH_BODY=body.name)
    report("uploads", rate, "photos/s", bare, "bare route",
           more=f"{len(picture.getvalue()) // 1000} kB each, p50 {p50:.0f} ms, p99 {p99:.0f} ms")


def measure_streams(server):
    time.sleep(2)
    before = server.resident()
    streams = [Stream(server, token) for token in server.tokens[:STREAMS // STREAMS_EACH]
               for _ in range(STREAMS_EACH)]
    for stream in streams:
        stream.hear()
    time.sleep(2)
    report("streams", 1024 * (server.resident() - before) / STREAMS, "KB a stream",
           more=f"{STREAMS:,} event streams open, {server.resident():,.0f} MB in all")
    began = time.monotonic()
    assert server.wait("/healthz", 5) < 1, f"busy for {time.monotonic() - began:.1f} s"
    for stream in streams:
        stream.connection.close()
