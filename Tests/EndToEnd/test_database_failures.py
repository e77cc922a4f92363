"""The database dies, connections are cut, the pooler restarts, all while people order and pay."""
import random
import time

import psycopg
import pytest

from rig.cluster import Cluster
from rig.crowd import Crowd, is_served
from rig.person import Person
from rig.pooler import Pooler
from rig.server import run, wait_until

# Fewer than what a person may have unfinished, and all of it paid by one pack.
ORDERS = 12


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
def database(cluster, tmp_path):
    """The name of a new, migrated database."""
    if not cluster.is_running:
        cluster.start()
    name = f"studio_{time.monotonic_ns()}"
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    done = run("migrate", cwd=tmp_path, DATABASE_URL=cluster.url(database=name),
               PLACEMINT_DATA=tmp_path)
    assert done.returncode == 0, done.stderr
    return name


def crowd(server):
    people = [Person(server) for _ in range(2)]
    for person in people:
        person.buy()
    return Crowd(people, ORDERS)


def audit_by_command(server):
    done = server.run("audit")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_database_that_crashes_under_load_costs_nobody_anything(
        cluster, database, start_server):
    server = start_server(DATABASE_URL=cluster.url(database=database), WORKERS=0)
    people = crowd(server)

    def crash(people):
        time.sleep(0.3)
        cluster.stop("immediate")
        # Longer than what the server bridges by itself, so that people are told.
        wait_until(lambda: people.refusals, 20, "a refusal")
        cluster.start()

    people.run(crash)
    wait_until(lambda: is_served(server), 20, "the server's recovery")
    assert people.refusals, "nobody noticed: the test tests nothing"
    people.audit(server)
    audit_by_command(server)


@pytest.mark.parametrize("way", ["direct", "pooled"])
def test_connections_that_are_cut_at_random_cost_nobody_anything(
        cluster, pooler, database, start_server, way):
    url = (cluster.url(database=database) if way == "direct"
           else pooler.url("?prepared=false", database=database))
    server = start_server(DATABASE_URL=url, WORKERS=0)
    people = crowd(server)
    cut = []

    def cut_connections(people):
        dice = random.Random(7)
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            while not people.over.is_set():
                sessions = connection.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = %s", (database,)).fetchall()
                if sessions:
                    cut.extend(connection.execute(
                        "SELECT pg_terminate_backend(%s)", dice.choice(sessions)).fetchone())
                people.over.wait(dice.uniform(0, 0.06))

    people.run(cut_connections)
    assert sum(cut) > 10, "too few were cut for anything to be tested"
    people.audit(server)
    audit_by_command(server)


def test_a_pooler_that_restarts_under_load_costs_nobody_anything(
        pooler, database, start_server):
    server = start_server(
        DATABASE_URL=pooler.url("?prepared=false", database=database), WORKERS=0)
    people = crowd(server)

    def restart(people):
        for _ in range(3):
            time.sleep(0.2)
            pooler.restart()

    people.run(restart)
    people.audit(server)
    audit_by_command(server)
