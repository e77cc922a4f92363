"""Three servers and a worker on one database and one bucket: news reach whoever listens anywhere,
restarts in turn cost no request and no job, and a process that was frozen does no harm."""
import copy
import itertools
import json
import shutil
import signal
import tempfile
import threading
from pathlib import Path

import pytest
import requests

from rig.audit import audit, audit_halves, finished
from rig.cluster import Cluster
from rig.person import CLIP_CREDITS, Person, ok
from rig.providers import PROVIDERS, creates
from rig.scrape import scrape
from rig.server import STOP_LIMIT, Server, free_port, run, wait_until
from rig.wire import Wire

SERVERS = 3
# Long enough for the balancer below, which looks twenty times a second.
DRAIN_SECONDS = 1
PROVIDER = PROVIDERS["videos_api"]


class Fleet:
    """Servers that share a database and the folder of the bucket, as a mounted disk would be."""

    def __init__(self, **settings):
        self.cluster = Cluster()
        self.bucket = Path(tempfile.mkdtemp(prefix="placemint-bucket-"))
        self.servers, self.helpers = [], []
        try:
            database = self.cluster.url()
            assert run("migrate", cwd="/", DATABASE_URL=database).returncode == 0
            first = free_port()
            for number in range(SERVERS):
                folder = Path(tempfile.mkdtemp(prefix=f"placemint-fleet-{number}-"))
                (folder / "objects").symlink_to(self.bucket)
                # One address for all: sessions are the address's, not a server's.
                self.servers.append(Server(
                    folder, port=first if number == 0 else None, WORKERS=0, DATABASE_POOL=6,
                    DATABASE_URL=database, PUBLIC_URL=f"http://127.0.0.1:{first}",
                    DRAIN_SECONDS=DRAIN_SECONDS, **settings))
        except BaseException:
            self.discard()
            raise

    @property
    def home(self):
        return self.servers[0]

    def start_helper(self, **settings):
        """A process that works on jobs, with a log among the first server's."""
        self.helpers.append(self.home.spawn_worker(DATABASE_POOL=6, **settings))
        return self.helpers[-1]

    def discard(self):
        for helper in self.helpers:
            helper.kill()
            helper.wait()
        for server in self.servers:
            if server.is_running:
                # So that they go together.
                server.process.send_signal(signal.SIGTERM)
        for server in self.servers:
            server.discard()
        self.cluster.discard()
        shutil.rmtree(self.bucket)


@pytest.fixture(scope="module")
def provider():
    with PROVIDER.start(render_seconds=0.2) as fake:
        yield fake


@pytest.fixture(scope="module")
def fleet(provider):
    fleet = Fleet(**PROVIDER.environment(provider))
    yield fleet
    try:
        wait_until(lambda: finished(fleet.home), 60, "the end of all jobs")
        audit(fleet.home)
        audit_halves(fleet.home)
    finally:
        fleet.discard()


def at(person, server):
    """The same person, who asks another server, over connections of their own."""
    other = copy.copy(person)
    other.server = server
    other.session = requests.Session()
    return other


def stop(helper):
    helper.terminate()
    assert helper.wait(STOP_LIMIT) == 0


# News

class Listener:
    """An event stream, and the videos it has told of."""

    def __init__(self, person):
        self.videos = {}
        self.answer = requests.get(person.server.url + "/v1/events", headers=person.headers,
                                   stream=True, timeout=30)
        assert self.answer.status_code == 200
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def listen(self):
        event = None
        try:
            for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "data" and event == "video":
                    video = json.loads(value)
                    self.videos[video["id"]] = video["status"]
        except (OSError, AttributeError, ValueError):
            pass  # The connection was closed, by this side or the other.

    def close(self):
        # Closing alone would wait for what is being read.
        self.answer.raw._fp.fp.raw._sock.shutdown(2)
        self.thread.join(10)


def test_news_reach_a_stream_on_any_server(fleet):
    helper = fleet.start_helper()
    person = Person(fleet.home)
    person.has_credits_for(1)
    listeners = [Listener(at(person, server)) for server in fleet.servers]
    try:
        video = at(person, fleet.servers[1]).create()
        wait_until(lambda: all(listener.videos.get(video["id"]) == "completed"
                               for listener in listeners), 60, "the news on every stream")
    finally:
        for listener in listeners:
            listener.close()
        stop(helper)
    for server in fleet.servers:
        clip = at(person, server).get(f"/v1/videos/{video['id']}/content")
        assert clip.status_code == 200 and b"ftyp" in clip.content[:12]


# Restarts

class Balancer:
    """Sends requests to the servers in turn, and to none whose `/readyz` says no."""

    def __init__(self, servers):
        self.servers = servers
        self.ready = {server.url: True for server in servers}
        self.turn = itertools.count()
        self.ended = threading.Event()
        self.probes = [threading.Thread(target=self.probe, args=(server,)) for server in servers]
        for probe in self.probes:
            probe.start()

    def probe(self, server):
        while not self.ended.wait(0.05):
            try:
                status = requests.get(server.url + "/readyz", timeout=5).status_code
            except requests.RequestException:
                status = 0
            self.ready[server.url] = status == 200

    def pick(self):
        for _ in self.servers:
            server = self.servers[next(self.turn) % len(self.servers)]
            if self.ready[server.url]:
                return server
        raise AssertionError("no server is ready")

    def end(self):
        self.ended.set()
        for probe in self.probes:
            probe.join(10)


class Load:
    """People who read and order all the time, each over kept connections. No failure is forgiven."""

    def __init__(self, balancer, people):
        self.balancer = balancer
        self.failures, self.taken, self.count = [], [], 0
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.keep_asking, args=(person,))
                        for person in people]
        for thread in self.threads:
            thread.start()

    def keep_asking(self, person):
        person = at(person, person.server)
        for number in itertools.count():
            if self.ended.wait(0.01):
                return
            try:
                person.server = self.balancer.pick()
                self.ask(person, number)
            except Exception as error:
                self.failures.append(f"{person.server.url}: {error!r}")

    def ask(self, person, number):
        self.count += 1
        if number % 100 == 5:
            order = PROVIDER.order | {"prompt": f"Clip {number} of {person.email}."}
            self.taken.append((person, ok(person.post("/v1/videos", json=order))))
        else:
            ok(person.get(["/v1/credits", "/v1/videos", "/v1/credits/ledger"][number % 3]))

    def end(self):
        self.ended.set()
        for thread in self.threads:
            thread.join(30)


def test_restarts_in_turn_drop_no_request_and_lose_no_job(fleet, provider):
    helper = fleet.start_helper()
    people = [Person(fleet.home) for _ in range(3)]
    for person in people:
        person.has_credits_for(100)
    before = len(creates(provider))
    balancer = Balancer(fleet.servers)
    load = Load(balancer, people)
    try:
        for server in fleet.servers:
            asked = load.count
            server.restart()
            wait_until(lambda: balancer.ready[server.url], 10, "the balancer's notice")
            assert load.count > asked, "nobody stood still meanwhile"
        # The worker is renewed too, the old one first.
        stop(helper)
        helper = fleet.start_helper()
    finally:
        load.end()
        balancer.end()
    assert load.failures == []
    assert len(load.taken) >= 3, load.count
    for person, video in load.taken:
        assert at(person, fleet.home).wait(video)["status"] == "completed"
    assert len(creates(provider)) - before == len(load.taken), "each clip was paid for once"
    stop(helper)
    print(f"{load.count} requests, {len(load.taken)} of them orders, during {SERVERS} restarts")


def test_a_server_that_is_told_to_stop_says_so_and_answers_a_while(fleet):
    server = fleet.servers[2]
    person = at(Person(fleet.home), server)
    stream = Listener(person)
    with Wire(server) as wire:
        wire.send_head("GET", "/v1/formats", {})
        status, headers, _ = wire.answer()
        assert status == 200 and headers.get("connection", "keep-alive") != "close"
        server.process.send_signal(signal.SIGTERM)
        refusal = wait_until(lambda: not_ready(server), 5, "its word")
        assert refusal["code"] == "shutting_down"
        # It still answers, and ends the connection after the answer.
        wire.send_head("GET", "/v1/formats", {})
        status, headers, body = wire.answer()
        assert (status, headers["connection"]) == (200, "close") and body
        wire.socket.settimeout(5)
        assert wire.socket.recv(1) == b""
    assert server.process.wait(STOP_LIMIT) == 0
    stream.thread.join(5)
    assert not stream.thread.is_alive(), "streams end with their server"
    server.start()


def not_ready(server):
    answer = requests.get(server.url + "/readyz", timeout=5)
    return answer.json()["error"] if answer.status_code == 503 else None


# The frozen

def test_a_worker_that_was_frozen_past_its_lease_changes_nothing(fleet):
    person = Person(fleet.home)
    person.has_credits_for(2)
    frozen = fleet.start_helper(WORKERS=1)
    video = person.create(seconds="8")
    person.wait(video, until=lambda video: video["progress"] > 0)
    frozen.send_signal(signal.SIGSTOP)
    fleet.home.end_leases()
    other = fleet.start_helper(WORKERS=1)
    done = person.wait(video)
    assert done["status"] == "completed"
    frozen.send_signal(signal.SIGCONT)
    wait_until(lambda: "Another worker has this job now" in fleet.home.log, 30, "it finds out")
    stop(frozen)
    stop(other)
    assert person.video(video) == done
    assert len(person.entries("generation")) == 1 and person.entries("refund") == []
    assert person.balance == 0
    clips = fleet.home.rows(f"""
        SELECT asset.id FROM public.assets AS asset JOIN public.users ON users.id = user_id
        WHERE email = '{person.email}' AND kind = 'video'""")
    assert len(clips) == 1
    assert CLIP_CREDITS * 2 == -person.entries("generation")[0]["amount"]
    # That no object is without a row is looked after when the fleet ends.


# A database that goes away

def test_a_database_that_is_away_is_said_so_everywhere(fleet):
    fleet.cluster.stop()
    try:
        for server in fleet.servers:
            assert wait_until(lambda: not_ready(server), 10, "its word")["code"] == "overloaded"
            assert requests.get(server.url + "/healthz", timeout=20).status_code == 200
        page = wait_until(unanswered(fleet.home), 30, "the absence in the metrics")
        [stage] = page.all("placemint_jobs", stage="queued")
        assert stage.value != stage.value, "no number is better than an old one"
    finally:
        fleet.cluster.start()
    for server in fleet.servers:
        wait_until(lambda: not not_ready(server), 30, "its return")
    wait_until(lambda: scrape(fleet.home.url).sum("placemint_database_up") == 1, 30, "its return")


def unanswered(server):
    def look():
        page = scrape(server.url)
        return page if page.sum("placemint_database_up") == 0 else None
    return look
