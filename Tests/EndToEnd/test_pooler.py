"""Through PgBouncer in transaction mode, where no two transactions need to share a session."""
import threading

import psycopg
import pytest
import requests

from rig.audit import audit
from rig.cluster import Cluster
from rig.person import CLIP_CREDITS, Person, ok
from rig.pooler import Pooler
from rig.server import run, wait_until


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.discard()


@pytest.fixture(scope="module")
def pooler(cluster):
    pooler = Pooler(cluster)
    yield pooler
    pooler.discard()


@pytest.fixture
def pooled(cluster, pooler, tmp_path):
    """The pooled address of a new database, which was migrated through the pooler."""
    name = cluster.new_database()
    url = pooler.url("?prepared=false", database=name)
    done = run("migrate", cwd=tmp_path, DATABASE_URL=url, PLACEMINT_DATA=tmp_path)
    assert done.returncode == 0, done.stderr
    return url


def direct(cluster, pooled):
    return cluster.url(database=pooled.rsplit("/", 1)[1].split("?")[0])


class Stream:
    """A person's event stream, read as it comes until the server ends it."""

    def __init__(self, person, server=None):
        self.events = []
        self.answer = requests.get(
            (server or person.server).url + "/v1/events", headers=person.headers, stream=True,
            timeout=30)
        assert self.answer.status_code == 200
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        try:
            for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("event: "):
                    self.events.append(line.removeprefix("event: "))
        except requests.RequestException:
            pass  # The server went.

    def wait_for(self, event, count=1):
        wait_until(lambda: self.events.count(event) >= count, 20, f"event '{event}'")


def listening(cluster):
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        return connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'").fetchone()[0]


def test_the_whole_path_goes_through_it_and_streams_tell_of_it(cluster, pooled, start_server):
    server = start_server(DATABASE_URL=pooled)
    person = Person(server)
    stream = Stream(person)
    stream.wait_for("credits", 2)  # Its own beginning, and what the first question tells.
    before = len(stream.events)
    person.buy()
    wait_until(lambda: "credits" in stream.events[before:], 20, "news of the credits")
    video = person.create()
    assert person.wait(video)["status"] == "completed"
    wait_until(lambda: stream.events.count("video") >= 2, 20, "news of the video")
    assert person.balance == 500 - CLIP_CREDITS
    assert listening(cluster) == 0, "nobody tried to listen"
    for command in (("audit",), ("migrate", "--check")):
        done = server.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "Lost the notice channel" not in server.log
    audit(server)


def test_two_servers_tell_of_each_others_doings(pooled, start_server):
    first = start_server(DATABASE_URL=pooled, WORKERS=0)
    second = start_server(DATABASE_URL=pooled, WORKERS=0, PUBLIC_URL=first.url)
    person = Person(first)
    stream = Stream(person, second)
    stream.wait_for("credits", 2)
    person.buy()
    stream.wait_for("credits", 3)
    video = ok(person.order())
    stream.wait_for("video")
    ok(person.post(f"/v1/videos/{video['id']}/cancel"))
    stream.wait_for("video", 2)


def test_a_direct_address_is_listened_on(cluster, pooled, start_server):
    server = start_server(
        DATABASE_URL=pooled, DATABASE_DIRECT_URL=direct(cluster, pooled), WORKERS=0)
    wait_until(lambda: listening(cluster) == 1, 20, "the listener")
    person = Person(server)
    stream = Stream(person)
    stream.wait_for("credits")
    person.buy()
    stream.wait_for("credits", 2)
    server.terminate()
    assert listening(cluster) == 0


def test_a_statement_is_cancelled_through_it(cluster, pooled, start_server):
    server = start_server(DATABASE_URL=pooled, WORKERS=0)
    with psycopg.connect(direct(cluster, pooled)) as connection:
        # Housekeeping looks here every two seconds, and waits then.
        connection.execute("LOCK TABLE public.stripe_events IN ACCESS EXCLUSIVE MODE")
        with psycopg.connect(cluster.url(), autocommit=True) as watching:
            wait_until(lambda: watching.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            ).fetchone()[0], 20, "a statement that waits")
        server.terminate()
    assert "canceling statement due to user request" in cluster.log


@pytest.mark.parametrize("query, settings, line", [
    ("?prepared=false", {}, "note    news: asked for every second"),
    # A statement that another session has prepared, or a notice that never comes.
    ("", {}, "BROKEN  news: "),
    ("?prepared=false", {"DATABASE_DIRECT_URL": True}, "ok      news: "),
], ids=["asked", "mistaken", "direct"])
def test_the_doctor_says_how_news_come(cluster, pooled, tmp_path, query, settings, line):
    if settings:
        settings = {"DATABASE_DIRECT_URL": direct(cluster, pooled)}
    done = run("doctor", cwd=tmp_path, DATABASE_URL=pooled.split("?")[0] + query,
               PLACEMINT_DATA=tmp_path, **settings)
    assert any(found.startswith(line) for found in done.stdout.splitlines()), done.stdout


@pytest.fixture
def narrow(cluster):
    """A pooler with one session; whoever waits a second for it is turned away."""
    pooler = Pooler(cluster, sessions=1, query_wait_timeout=1)
    yield pooler
    pooler.discard()


def test_a_pooler_without_free_sessions_is_a_busy_server(narrow, pooled, start_server):
    name = pooled.rsplit("/", 1)[1].split("?")[0]
    server = start_server(DATABASE_URL=narrow.url("?prepared=false", database=name), WORKERS=0)
    person = Person(server)
    with psycopg.connect(narrow.url(database=name)) as connection:
        connection.execute("SELECT 1")  # Begins a transaction, and keeps the session.
        answer = person.get("/v1/credits", timeout=30)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "overloaded")
        assert int(answer.headers["retry-after"]) >= 1
    wait_until(lambda: person.get("/v1/credits").status_code == 200, 20, "the recovery")
