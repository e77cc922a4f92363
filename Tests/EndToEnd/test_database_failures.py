"""The database dies, connections are cut, the pooler restarts: while people order and pay."""
import random
import time

import psycopg
import pytest

from rig.cluster import Cluster
from rig.crowd import Crowd
from rig.person import Person
from rig.pooler import Pooler
from rig.server import run, wait_until

# Sessions that are cut. At each moment of an order one of them is, sooner or later.
CUTS = 40


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
    name = cluster.new_database()
    done = run("migrate", cwd=tmp_path, DATABASE_URL=cluster.url(database=name),
               PLACEMINT_DATA=tmp_path)
    assert done.returncode == 0, done.stderr
    return name


def crowd(server):
    return Crowd([Person(server) for _ in range(2)])


def test_a_database_that_crashes_under_load_costs_nobody_anything(
        cluster, database, start_server):
    server = start_server(DATABASE_URL=cluster.url(database=database), WORKERS=0)
    people = crowd(server)

    def crash(people):
        people.wait_for_more(orders=6)
        cluster.stop("immediate")
        # Longer than what the server bridges by itself, so that people are told.
        wait_until(lambda: people.refusals, 20, "a refusal")
        cluster.start()
        people.wait_for_more(orders=6)

    people.work_while(crash)
    people.audit(server)


@pytest.mark.parametrize("way", ["direct", "pooled"])
def test_connections_that_are_cut_at_random_cost_nobody_anything(
        cluster, pooler, database, start_server, way):
    url = (cluster.url(database=database) if way == "direct"
           else pooler.url("?prepared=false", database=database))
    server = start_server(DATABASE_URL=url, WORKERS=0)
    people = crowd(server)

    def cut_connections(people):
        dice = random.Random(7)
        cut = 0
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            while cut < CUTS:
                # One at work rather than one that idles.
                found = connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = %s ORDER BY state = 'idle' LIMIT 1", (database,)).fetchone()
                cut += found == (True,)
                time.sleep(dice.uniform(0, 0.04))
        people.wait_for_more(orders=6)

    people.work_while(cut_connections)
    people.audit(server)


def test_a_pooler_that_restarts_under_load_costs_nobody_anything(
        pooler, database, start_server):
    server = start_server(
        DATABASE_URL=pooler.url("?prepared=false", database=database), WORKERS=0)
    people = crowd(server)

    def restart(people):
        for _ in range(3):
            people.wait_for_more(orders=4)
            pooler.restart()
        people.wait_for_more(orders=4)

    people.work_while(restart)
    people.audit(server)
