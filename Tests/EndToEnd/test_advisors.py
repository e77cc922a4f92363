"""A migrated database as Supabase's advisors would look at it, plain and on Supabase alike."""
import psycopg
import pytest

from rig.advisors import RULES, SERVICE_TABLES
from rig.cluster import Cluster
from rig.server import run
from rig.supabase import SupabaseCluster


@pytest.fixture(scope="module", params=[Cluster, SupabaseCluster], ids=["plain", "supabase"])
def connection(request, tmp_path_factory):
    """The operator's, to a migrated database."""
    cluster = request.param()
    folder = tmp_path_factory.mktemp("advisors")
    try:
        if request.param is SupabaseCluster:
            url = cluster.database("studio").url
        else:
            url = cluster.url()
        done = run("migrate", cwd=folder, DATABASE_URL=url, PLACEMINT_DATA=folder)
        assert done.returncode == 0, done.stderr
        with psycopg.connect(url) as connection:
            yield connection
    finally:
        cluster.discard()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_advisor_finds_nothing_but_what_is_planted(connection, rule):
    with connection.transaction(force_rollback=True):
        assert rule.breaches(connection) == set()
        connection.execute(rule.planted)
        assert len(rule.breaches(connection)) >= 1, "a rule that finds nothing"


def test_every_table_that_is_excused_exists(connection):
    known = {row[0] for row in connection.execute(
        "SELECT format('%s.%s', schemaname, tablename) FROM pg_tables")}
    on_supabase = connection.execute("SELECT to_regclass('auth.identities')").fetchone()[0]
    missing = {name for name in SERVICE_TABLES - known
               if not (on_supabase and name.startswith("auth."))}
    assert not missing
