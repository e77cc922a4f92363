"""On a Postgres that the operator brings, which is migrated when they say so."""
import threading

import pytest
import requests

from rig.audit import audit
from rig.cluster import Cluster
from rig.person import CLIP_CREDITS, Person, ok
from rig.server import free_port, rows, run, wait_until


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.discard()


@pytest.fixture
def database(cluster):
    """The address of a new, empty database."""
    if not cluster.is_running:
        cluster.start()
    return cluster.url(database=cluster.new_database())


def migrate(url, folder, *flags):
    return run("migrate", *flags, cwd=folder, DATABASE_URL=url, PLACEMINT_DATA=folder)


def test_serve_waits_for_the_operator_to_migrate(database, tmp_path):
    done = run("serve", cwd=tmp_path, DATABASE_URL=database, PLACEMINT_DATA=tmp_path,
               PORT=free_port())
    assert done.returncode == 1
    line = done.stderr.strip()
    assert "\n" not in line and "DATABASE_URL" in line and "placemint migrate" in line
    tables = rows(database, "SELECT FROM pg_tables WHERE schemaname = 'public'")
    assert tables == [], "nothing was written"


def test_migrations_are_recorded_as_the_supabase_cli_records_them(database, tmp_path):
    assert migrate(database, tmp_path, "--check").returncode == 1
    assert migrate(database, tmp_path).returncode == 0
    assert migrate(database, tmp_path, "--check").returncode == 0
    recorded = rows(database, "SELECT version FROM supabase_migrations.schema_migrations")
    assert len(recorded) >= 3 and all(len(row["version"]) == 14 for row in recorded)


def test_migrating_twice_at_once_applies_everything_once(database, tmp_path):
    results = []
    threads = [threading.Thread(target=lambda: results.append(migrate(database, tmp_path)))
               for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [done.returncode for done in results] == [0, 0, 0], [done.stderr for done in results]
    applied = [line for done in results for line in done.stdout.splitlines()
               if line.startswith("applied")]
    assert len(applied) == len(set(applied)) >= 3


@pytest.mark.parametrize("query", ["", "?prepared=false"])
def test_a_clip_is_made_on_it(database, start_server, tmp_path, query):
    assert migrate(database, tmp_path).returncode == 0
    server = start_server(DATABASE_URL=database + query)
    person = Person(server)
    person.buy()
    assert person.wait(person.create())["status"] == "completed"
    assert person.balance == 500 - CLIP_CREDITS
    assert not (server.folder / "postgres").exists(), "no database of its own"
    audit(server)


def test_without_prepared_statements_none_are_made(database, start_server, tmp_path):
    assert migrate(database, tmp_path).returncode == 0
    server = start_server(DATABASE_URL=database + "?prepared=false", WORKERS=0, DATABASE_POOL=1)
    person = Person(server)
    for _ in range(20):
        assert person.balance == 0
    # Behind a transaction pooler a name would be another session's.
    text = server.rows("SELECT query FROM pg_stat_activity WHERE application_name = 'placemint'")
    assert not any("PREPARE" in row["query"] for row in text)


def test_a_restart_of_the_database_is_survived(cluster, database, start_server, tmp_path):
    assert migrate(database, tmp_path).returncode == 0
    server = start_server(DATABASE_URL=database)
    person = Person(server)
    person.buy()
    video = person.create(seconds="8")
    cluster.stop()
    answer = person.get("/v1/credits", timeout=20)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "overloaded")
    assert int(answer.headers["retry-after"]) >= 1
    assert requests.get(server.url + "/healthz", timeout=5).status_code == 200
    assert requests.get(server.url + "/readyz", timeout=20).status_code == 503
    cluster.start()
    wait_until(server.is_ready, 20, "the server's recovery")
    assert person.balance == 500 - CLIP_CREDITS * 2
    server.end_leases()
    assert person.wait(video)["status"] == "completed"
    audit(server)


def test_a_quick_restart_of_the_database_is_not_noticed(cluster, database, start_server, tmp_path):
    assert migrate(database, tmp_path).returncode == 0
    server = start_server(DATABASE_URL=database, WORKERS=0)
    person = Person(server)
    person.buy()
    cluster.stop()
    cluster.start()
    assert [ok(person.get("/v1/credits"))["balance"] for _ in range(5)] == [500] * 5
    assert ok(person.order())["status"] == "queued"


def test_two_servers_share_one_database(database, start_server, tmp_path):
    assert migrate(database, tmp_path).returncode == 0
    first = start_server(DATABASE_URL=database, WORKERS=0)
    # Both under one address, as behind a balancer.
    second = start_server(DATABASE_URL=database, WORKERS=0, PUBLIC_URL=first.url)
    person = Person(first)
    person.buy()
    here = requests.get(second.url + "/v1/credits", headers=person.headers, timeout=10)
    assert ok(here)["balance"] == 500
    stream = requests.get(second.url + "/v1/events", headers=person.headers, stream=True,
                          timeout=20)
    lines = stream.iter_lines(chunk_size=1, decode_unicode=True)
    assert next(lines) == "event: credits"
    person.order()
    # What happened on one server is told by the other.
    assert next(line for line in lines if line == "event: video")
