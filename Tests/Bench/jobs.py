"""Thousands of jobs at a provider: what asking about them costs, how soon their users are told of
the end, and how many a second are carried from the order to the stored clip."""
import contextlib
import json
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from ledger import run
from release_server import CONNECTIONS, ROOT, Server, report, wrk

sys.path.append(str(ROOT / "Tests/Fakes"))

from video_fakes import clips
from video_fakes.videos_api import SECRET, FakeVideosAPI

MODEL, KEY = "sora-2", "a-key-of-the-operators"
ORDER = json.dumps({"model": MODEL, "prompt": "The mug on a table.", "seconds": "4"})
CLIP_SIZE, CLIP_BYTES = (720, 1280, 4), 1_000_000
WORKERS = 16
# As many as one person may have under way.
JOBS_EACH = 20
JOBS = 10_000
# The longest pause between two questions about a job, and the age from which on it is taken.
LONGEST_PAUSE, SETTLED_AGE = 15, 150
FLIGHT_SECONDS = 30
LISTENERS, TOLD, TOLD_PER_SECOND = 10, 60, 1
CARRIED = 150
TICKS = os.sysconf("SC_CLK_TCK")

DOWNLOAD_LUA = """
local paths = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
local n = 0
function request()
  n = n + 1
  return wrk.format("GET", paths[n %% #paths + 1], {["Authorization"] = "Bearer %s"})
end
"""


def bench_jobs():
    clip = clips.clip(*CLIP_SIZE)
    with Provider(clip, render_seconds=None) as provider, studio(provider) as server:
        bench_flight(server, provider)
        for is_announced in (True, False):
            bench_telling(server, provider, is_announced)
        bench_failing(server, provider)
        check_ends(server, completed=2 * TOLD, failed=JOBS - 2 * TOLD)
    clip = clip_of(CLIP_BYTES)
    with Provider(clip, render_seconds=0) as provider, studio(provider) as server:
        bench_carrying(server, provider, clip)
        check_ends(server, completed=CARRIED, failed=0)


# Jobs under way


def bench_flight(server, provider):
    """All jobs are at the provider, and each is asked about as rarely as ever."""
    began = time.monotonic()
    order(server, JOBS)
    wait_for(server, "stage = 'rendering' AND provider_job_id IS NOT NULL", JOBS, 240)
    report("ordered", JOBS / (time.monotonic() - began), "jobs/s ordered and submitted")
    # Questions become rarer with a job's age, for which nobody waits here. The lock keeps the
    # poller, which takes rows in another order, from waiting for us while we wait for it.
    server.psql(f"""BEGIN;
                    LOCK TABLE public.jobs IN SHARE ROW EXCLUSIVE MODE;
                    UPDATE public.jobs
                    SET started_at = started_at - interval '{SETTLED_AGE} seconds';
                    COMMIT""")
    time.sleep(LONGEST_PAUSE)
    polls, load = provider.ask("polls"), Load(server, provider)
    time.sleep(FLIGHT_SECONDS)
    shares, rate = load.shares(), (provider.ask("polls") - polls) / load.seconds
    report("polls", rate, "polls/s", JOBS / LONGEST_PAUSE, f"one each in {LONGEST_PAUSE} s", "1",
           f"{JOBS:,} jobs, the latest {latest(server):.1f} s late")
    report("flight", shares["server"] * 1000 / rate, "% of a core at 1,000 polls/s", aim="25",
           more=f"at {rate:,.0f} polls/s " + listed(shares, "{:.1f} %"))
    report("memory", server.resident(), f"MB with {JOBS:,} jobs under way")


def latest(server):
    """By how many seconds the job that waits longest should have been asked about before."""
    return float(server.psql("""
        SELECT greatest(0, max(extract(epoch FROM now() - next_step_at))) FROM public.jobs
        WHERE stage = 'rendering' AND lease_until IS NULL"""))


def bench_failing(server, provider):
    """All jobs that are left fail at once, and nobody announces it."""
    began = time.monotonic()
    count = provider.ask("fail_the_rest")
    wait_for(server, "stage = 'done'", JOBS, 120)
    report("failed", count / (time.monotonic() - began), "jobs/s found failed and refunded",
           more=f"{count:,} that failed at once, unannounced")


# Telling users


def bench_telling(server, provider, is_announced):
    """Some people's jobs are finished in turn, while they listen."""
    first = 1 if is_announced else 1 + LISTENERS
    people = range(first, first + LISTENERS)
    names = some_jobs(server, people)
    listeners = [Listener(server, server.tokens[person - 1]) for person in people]
    finished = provider.ask("finish_in_turn", list(names.values()), is_announced)
    told = heard(listeners, names.keys())
    delays = [told[id] - finished[name] for id, name in names.items()]
    p50, p99 = (statistics.quantiles(delays, n=100, method="inclusive")[n] for n in (49, 98))
    report("told", p99 * 1000, "ms after the end, " + (
        "by webhook" if is_announced else "by polling alone"),
        aim=f"{1000 if is_announced else 1000 * (LONGEST_PAUSE + 1):,}",
        more=f"p99 of {TOLD}, p50 {p50 * 1000:,.0f} ms; {TOLD_PER_SECOND} a second end,"
             f" {LISTENERS} people listen")


def some_jobs(server, people):
    """The provider's names of some of these people's jobs, by ours."""
    rows = server.psql(f"""
        SELECT 'video_' || replace(job.id::text, '-', ''), provider_job_id FROM public.jobs AS job
        JOIN bench_users AS person ON person.id = user_id
        WHERE n BETWEEN {people[0]} AND {people[-1]} ORDER BY md5(job.id::text) LIMIT {TOLD}""")
    return dict(row.split("|") for row in rows.splitlines())


class Listener(threading.Thread):
    """Reads a person's events. told: when it was first heard of each completed video."""

    def __init__(self, server, token):
        super().__init__(daemon=True)
        self.told = {}
        self.connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.connection.request("GET", "/v1/events", headers=bearer(token))
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.read()
        self.start()

    def run(self):
        # The server ends the stream when it goes.
        with contextlib.suppress(OSError, HTTPException):
            for line in self.answer:
                if line.startswith(b"data: ") and b'"completed"' in line:
                    video = json.loads(line.removeprefix(b"data: "))
                    self.told.setdefault(video["id"], time.time())


def heard(listeners, videos, limit=90):
    """When each of the videos was heard of, once all were."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        told = {id: at for listener in listeners for id, at in listener.told.copy().items()}
        if videos <= told.keys():
            return told
        time.sleep(0.1)
    sys.exit(f"nobody was told of {len(videos - told.keys())} videos in {limit} s")


# From the order to the stored clip


def bench_carrying(server, provider, clip):
    load = Load(server, provider)
    order(server, CARRIED)
    wait_for(server, "status = 'completed'", CARRIED, 120)
    each = {name: 1000 * seconds / CARRIED for name, seconds in load.used().items()}
    rate = CARRIED / load.seconds
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        file.write(clip)
        file.flush()
        alone, costs = tools_alone(file.name)
    report("carried", rate, "jobs/s with clips of 1 MB", alone, "tools alone", more=(
        f"each took {sum(each.values()):.0f} ms of processors: " + listed(each, "{:.0f}")))
    report("tools", sum(costs.values()), "ms of processors for a clip",
           more=listed(costs, "{:.0f}"))
    downloads = downloads_alone(server, provider)
    report("downloads", downloads, "clips/s of 1 MB", more=f"{downloads / rate:,.0f} for each job")


def tools_alone(file):
    """How many clips a second the tools get done, as many at a time as in the server, and the
    milliseconds of processors that each tool takes."""
    commands = tools(file)
    costs = {name: 1000 * processors_of(command) for name, command in commands.items()}
    count, began = CARRIED // 3, time.monotonic()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda _: [call(command) for command in commands.values()],
                      range(count)))
    return count / (time.monotonic() - began), costs


def processors_of(command):
    before = os.times()
    call(command)
    after = os.times()
    return (after.children_user + after.children_system
            - before.children_user - before.children_system)


def call(command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def downloads_alone(server, provider):
    """How many clips a second somebody gets who does nothing else with them."""
    with tempfile.NamedTemporaryFile("w") as paths:
        paths.write(server.psql(
            "SELECT '/v1/videos/' || provider_job_id || '/content' FROM public.jobs"))
        paths.flush()
        rate, _, _ = wrk(DOWNLOAD_LUA % KEY, provider.url, 5, BENCH_PATHS=paths.name)
    return rate


def tools(file):
    """What the server runs for each clip, but for what keeps it safe."""
    ffmpeg = ["ffmpeg", "-nostdin", "-v", "error", "-threads", "4"]
    picture = ["-frames:v", "1", "-c:v", "png", "-f", "image2pipe", "pipe:1"]
    return {
        "ffprobe": ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", file],
        "decode": [*ffmpeg, "-i", file, "-f", "null", "-"],
        "poster": [*ffmpeg, "-ss", "2", "-i", file, *picture],
        "sheet": [*ffmpeg, "-i", file, "-vf", "fps=2:round=up,scale=180:320,tile=4x2", *picture]}


def clip_of(size):
    """A clip of about that many bytes: a grainy picture that moves."""
    width, height, seconds = CLIP_SIZE
    rate = str(size * 8 // seconds)
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
             f"testsrc2=size={width}x{height}:rate=24:duration={seconds},noise=alls=20:allf=t",
             "-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-pix_fmt", "yuv420p",
             "-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-movflags", "+faststart",
             file.name],
            check=True)
        clip = Path(file.name).read_bytes()
    assert 0.9 * size < len(clip) < 1.1 * size, f"{len(clip)} bytes"
    return clip


# The server


@contextlib.contextmanager
def studio(provider):
    """A server with people, whose only model is at the provider and takes all jobs at once."""
    server = Server(
        WORKERS=str(WORKERS), VIDEOS_API_BASE=provider.url, VIDEOS_API_KEY=KEY,
        VIDEOS_API_WEBHOOK_SECRET=SECRET)
    catalogue = json.loads((ROOT / "config/catalogue.json").read_text())
    model = next(model for model in catalogue["models"] if model["id"] == MODEL)
    catalogue |= {"default_model": MODEL, "models": [model | {"concurrency": JOBS}]}
    file = server.folder / "catalogue.json"
    file.write_text(json.dumps(catalogue))
    server.environment["PLACEMINT_CATALOGUE"] = str(file)
    with server:
        server.wait()
        server.seed()
        provider.ask("report_to", f"http://127.0.0.1:{server.port}/webhooks/videos/videos_api")
        yield server


def order(server, count):
    """Orders that many clips over HTTP, as many from each person as they may."""
    people = -(-count // JOBS_EACH)
    shares = [min(JOBS_EACH, count - JOBS_EACH * n) for n in range(people)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda token, share: order_as(server, token, share), server.tokens, shares))


def order_as(server, token, count):
    with contextlib.closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        for _ in range(count):
            connection.request("POST", "/v1/videos", ORDER, bearer(token) | {
                "Content-Type": "application/json"})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def wait_for(server, condition, count, limit):
    """Waits until that many jobs fulfil a condition."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if int(server.psql(f"SELECT count(*) FROM public.jobs WHERE {condition}")) == count:
            return
        time.sleep(0.5)
    sys.exit(f"not {count} jobs with {condition} in {limit} s: {standing(server)}")


def standing(server):
    """How many jobs there are of each stage and status."""
    return server.psql("""
        SELECT coalesce(json_object_agg(stage || ' ' || status, n), '{}')
        FROM (SELECT stage, status, count(*) AS n FROM public.jobs GROUP BY 1, 2) AS found""")


def check_ends(server, completed, failed):
    """Every job has ended as it should, and the books are right."""
    wanted = {"done completed": completed, "done failed": failed}
    found = json.loads(standing(server))
    assert found == {name: count for name, count in wanted.items() if count}, found
    audit = run(["audit", "--json"], DATABASE_URL=server.database)
    assert audit["breaches"] == 0, audit


class Load:
    """What processors have done for the server, its tools, its database and the provider since."""

    def __init__(self, server, provider):
        self.server, self.provider = server, provider
        self.began, self.before = time.monotonic(), self.total()

    def total(self):
        main = Processor(self.server.process.pid)
        pid = int((self.server.folder / "postgres/cluster/postmaster.pid").read_text().split()[0])
        # Of backends that have ended only the postmaster knows.
        database = Processor(pid).own + Processor(pid).ended + sum(
            backend.own for backend in Processor.children(pid))
        return {"server": main.own, "tools": main.ended, "database": database,
                "provider": Processor(self.provider.pid).own}

    def used(self):
        """Seconds of processors since the beginning, by name. `seconds`: of a clock."""
        self.seconds, after = time.monotonic() - self.began, self.total()
        return {name: after[name] - before for name, before in self.before.items()}

    def shares(self):
        """Percents of a core, by name."""
        return {name: 100 * used / self.seconds for name, used in self.used().items()}


class Processor:
    """A process's seconds of processors. own: its threads'; ended: its children's that ended."""

    def __init__(self, pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        self.parent = int(fields[1])
        own, ended = fields[11:13], fields[13:15]
        self.own, self.ended = (sum(map(int, ticks)) / TICKS for ticks in (own, ended))

    @classmethod
    def children(cls, parent):
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            # It may end while we look.
            with contextlib.suppress(OSError):
                found.append(cls(entry.name))
        return [process for process in found if process.parent == parent]


def listed(numbers, form):
    return ", ".join(f"{name} {form.format(number)}" for name, number in numbers.items())


# The provider


class Provider:
    """A fake in a process of its own, which does what it is asked to."""

    def __init__(self, clip, **options):
        context = multiprocessing.get_context("spawn")
        self.pipe, end = context.Pipe()
        self.process = context.Process(target=provide, args=(end, clip, options), daemon=True)

    def __enter__(self):
        self.process.start()
        self.pid, self.url = self.process.pid, self.answer()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.join(10)

    def ask(self, method, *arguments):
        """What a method of `SteeredProvider` says."""
        self.pipe.send((method, *arguments))
        return self.answer()

    def answer(self, limit=120):
        if not self.pipe.poll(limit):
            sys.exit(f"the provider did not answer in {limit} s")
        return self.pipe.recv()


def provide(pipe, clip, options):
    """The provider's process, until it is terminated."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with SteeredProvider(clip, **options) as provider:
        pipe.send(provider.url)
        while True:
            method, *arguments = pipe.recv()
            pipe.send(getattr(provider, method)(*arguments))


class SteeredProvider(FakeVideosAPI):
    """every_clip: the bytes of each."""

    def __init__(self, clip, **options):
        super().__init__(KEY, **options)
        self.every_clip = clip

    def clip_bytes(self, job, fault=None):
        return self.every_clip

    def report_to(self, url):
        self.webhook_url = url

    def polls(self):
        """How many polls there were."""
        with self.lock:
            return sum(job.polls for job in self.creates)

    def finish_in_turn(self, ids, is_announced):
        """Finishes jobs one after the other. When each was finished."""
        began = time.monotonic()
        for number, id in enumerate(ids):
            time.sleep(max(0, began + number / TOLD_PER_SECOND - time.monotonic()))
            self.finish_one(id, is_announced)
        return {id: self._jobs[id].ended_at for id in ids}

    def finish_one(self, id, is_announced):
        with self.lock:
            if not is_announced:
                self._jobs[id].webhook_url = None
            self.finish(id)

    def fail_the_rest(self):
        """Fails what has not ended, and tells nobody. How many they were."""
        with self.lock:
            rest = [job for job in self.creates if not job.has_ended]
            for job in rest:
                job.webhook_url = None
                self.fail(job.id)
        return len(rest)
