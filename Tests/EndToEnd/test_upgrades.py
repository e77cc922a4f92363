"""From every earlier state of the schema, with what people had then, to the newest."""

import psycopg
import pytest

from rig.books import Books
from rig.cluster import Cluster
from rig.server import ROOT, run
from rig.supabase import MIGRATIONS

LOCAL_SUPABASE = ROOT / "db/local-supabase.sql"


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.discard()


def database_at(cluster, files):
    """A database with so many migrations, and two people's books as they were written then."""
    url = cluster.url(database=cluster.new_database())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(LOCAL_SUPABASE.read_text())
        connection.execute(
            "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations "
            "(version text PRIMARY KEY, statements text[], name text)")
        for file in files:
            version, _, name = file.stem.partition("_")
            connection.execute(file.read_text())
            connection.execute("INSERT INTO supabase_migrations.schema_migrations "
                               "VALUES (%s, %s, %s)", (version, [file.read_text()], name))
        versions = {file.name.split("_")[0] for file in files}
        people = [Books.fill(connection, versions) for _ in range(2)]
    return url, people


@pytest.mark.parametrize("count", range(1, len(MIGRATIONS)))
def test_books_of_every_state_are_whole_in_the_newest(cluster, tmp_path, start_server, count):
    url, people = database_at(cluster, MIGRATIONS[:count])
    settings = {"DATABASE_URL": url, "PLACEMINT_DATA": tmp_path}
    done = run("serve", cwd=tmp_path, **settings)
    assert done.returncode == 1 and "placemint migrate" in done.stderr
    done = run("migrate", cwd=tmp_path, **settings)
    assert done.stdout.count("applied") == len(MIGRATIONS) - count, done.stderr
    done = run("audit", cwd=tmp_path, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    server = start_server(DATABASE_URL=url, WORKERS=0)
    assert server.run("audit").returncode == 0, "the server changed nothing that it should not"
    for books in people:
        found = server.rows(
            f"SELECT balance, seq FROM public.users WHERE id = '{books.user}'")
        assert found == [{"balance": books.balance, "seq": books.entries}]
    server.terminate()
