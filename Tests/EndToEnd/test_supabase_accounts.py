"""Accounts that end, in a Supabase project's own database and beside it."""
import pytest
import requests
from supabase_auth.errors import AuthApiError
from supabase_fake import FakeSupabase

from rig.cluster import Cluster
from rig.person import Person, ok, refused
from rig.server import Server, complaint, free_port, run, wait_until
from rig.project import Member, ProjectDatabase


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.discard()


@pytest.fixture
def database(cluster, tmp_path):
    return ProjectDatabase(cluster, tmp_path)


@pytest.fixture
def project():
    with FakeSupabase() as project:
        yield project


def test_closing_an_account_removes_the_sign_in_too(database, project, start_server):
    server = start_server(DATABASE_URL=database.url, WORKERS=0, WELCOME_CREDITS=30,
                          **project.environment)
    member, other = Member(server, project), Member(server, project)
    for one in (member, other):
        database.add(one)
        assert one.balance == 30
    ended = ok(member.delete("/v1/me"))
    assert ended["deleted"] is True and ended["sign_in_deleted"] is True
    assert [row["id"] for row in database.rows("SELECT id FROM auth.users")] == [other.id]
    assert len(database.rows("SELECT FROM auth.identities")) == 1
    # The token is good for most of an hour, and opens nothing.
    for _ in range(2):
        refused(member.get("/v1/credits"), 401, "unauthorized")
    refused(member.delete("/v1/me"), 401, "unauthorized")
    project.delete(member.user)
    with pytest.raises(AuthApiError):
        member.refresh()
    again = Member(server, project, member.email)
    assert again.id != member.id and again.balance == 0, "welcome credits are given once"
    assert other.balance == 30
    assert "still at Supabase" not in server.log
    doctor = server.run("doctor")
    assert doctor.returncode == 0 and "by hand" not in doctor.stdout, doctor.stdout


def test_a_closed_account_is_closed_on_every_server(database, project, start_server):
    settings = {"DATABASE_URL": database.url, "WORKERS": 0} | project.environment
    first = start_server(**settings)
    second = start_server(PUBLIC_URL=first.url, **settings)
    member = Member(first, project)
    database.add(member)
    there = second.url + "/v1/credits"
    assert member.balance == 0
    assert requests.get(there, headers=member.headers, timeout=10).status_code == 200
    ok(member.delete("/v1/me"))
    wait_until(lambda: requests.get(there, headers=member.headers, timeout=10).status_code == 401,
               10, "the news")
    refused(member.get("/v1/credits"), 401, "unauthorized")


def test_a_rule_of_the_operators_does_not_keep_an_account_open(database, project, start_server):
    server = start_server(DATABASE_URL=database.url, WORKERS=0, **project.environment)
    member = Member(server, project)
    database.add(member)
    server.psql("CREATE TABLE public.friends (id uuid REFERENCES auth.users (id))")
    server.psql(f"INSERT INTO public.friends VALUES ('{member.id}')")
    ended = ok(member.delete("/v1/me"))
    assert ended["deleted"] is True and ended["sign_in_deleted"] is False
    assert "still at Supabase" in server.log and "23503" in server.log
    assert member.email not in server.log
    refused(member.get("/v1/credits"), 401, "unauthorized")


def test_with_a_database_elsewhere_the_operator_is_told(project, start_server):
    server = start_server(WORKERS=0, **project.environment)
    member = Member(server, project)
    assert member.balance == 0
    ended = ok(member.delete("/v1/me"))
    assert ended["deleted"] is True and ended["sign_in_deleted"] is False
    assert "still at Supabase" in server.log and member.id in server.log
    # The project still lets them in, and the account stays closed.
    member.sign_in()
    refused(member.get("/v1/me"), 401, "unauthorized")
    [row] = server.rows(f"SELECT email FROM public.users WHERE id = '{member.id}'")
    assert row["email"].endswith("@placemint.invalid")


def test_the_built_in_sign_in_is_not_for_a_projects_database(database, tmp_path):
    done = run("serve", cwd=tmp_path, DATABASE_URL=database.url, PLACEMINT_DATA=tmp_path,
               PORT=free_port())
    assert complaint(done).startswith("SUPABASE_URL: must be set")


def test_closing_a_built_in_account_says_that_all_is_gone(idle_server):
    assert ok(Person(idle_server).delete("/v1/me"))["sign_in_deleted"] is True
