"""On a database that is set up as a Supabase project's: roles, schemas, rights and timeouts."""
import time
import uuid

import psycopg
import pytest
from psycopg import errors

from rig import pictures
from rig.audit import audit
from rig.books import Books
from rig.person import CLIP_CREDITS
from rig.pooler import Pooler
from rig.server import complaint, free_port, run
from rig.supabase import HS256_PROJECT, MIGRATIONS, SupabaseCluster, SupabasePerson

VERSIONS = {file.name.split("_")[0] for file in MIGRATIONS}
# What people may read of their own, and the column that says whose it is.
READABLE = {"users": "id", "credit_ledger": "user_id", "purchases": "user_id",
            "assets": "user_id", "jobs": "user_id", "webhook_deliveries": "user_id"}


@pytest.fixture(scope="module")
def cluster():
    cluster = SupabaseCluster()
    yield cluster
    cluster.discard()


@pytest.fixture
def database(cluster):
    return cluster.database(f"studio_{time.monotonic_ns()}")


@pytest.fixture
def pooler(cluster):
    pooler = Pooler(cluster)
    yield pooler
    pooler.discard()


def migrate(database, folder, *flags):
    return run("migrate", *flags, cwd=folder, DATABASE_URL=database.url, PLACEMINT_DATA=folder)


def schema(database):
    """All that migrations make, as the catalogs describe it."""
    with database.connect() as connection:
        return connection.execute("""
            SELECT 'column', format('%s.%s %s', attrelid::regclass, attname, atttypid::regtype)
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND attnum > 0
            UNION ALL SELECT 'rights', format('%s %s', oid::regclass, relacl) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace
            UNION ALL SELECT 'policy', format('%s %s', polrelid::regclass, polname) FROM pg_policy
            UNION ALL SELECT 'trigger', format('%s %s', tgrelid::regclass, tgname) FROM pg_trigger
            WHERE NOT tgisinternal
            UNION ALL SELECT 'function', format('%s %s', oid::regprocedure, proacl) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
            ORDER BY 1, 2""").fetchall()


# Migrations


def test_placemint_and_the_supabase_cli_make_the_same_and_see_each_others_work(
        cluster, tmp_path):
    ours, theirs, mixed = (cluster.database(f"studio_{time.monotonic_ns()}") for _ in range(3))
    done = migrate(ours, tmp_path)
    assert done.returncode == 0, done.stderr
    assert ours.push() == [], "the CLI finds nothing to do after us"
    assert theirs.push() == MIGRATIONS
    assert migrate(theirs, tmp_path, "--check").returncode == 0, "nor we after the CLI"
    assert mixed.push(MIGRATIONS[:3]) == MIGRATIONS[:3]
    done = migrate(mixed, tmp_path)
    assert done.stdout.count("applied") == len(MIGRATIONS) - 3
    assert schema(ours) == schema(theirs) == schema(mixed)
    assert len(schema(ours)) > 100


def test_what_is_supabases_own_is_left_alone(database, tmp_path):
    before = rights_of_others(database)
    assert migrate(database, tmp_path).returncode == 0
    assert rights_of_others(database) == before
    with database.connect() as connection:
        assert connection.execute("""
            SELECT count(*) FROM pg_class
            WHERE relnamespace IN ('auth'::regnamespace, 'storage'::regnamespace)
              AND pg_get_userbyid(relowner) NOT LIKE 'supabase%'""").fetchone() == (0,)


def rights_of_others(database):
    with database.connect() as connection:
        return connection.execute("""
            SELECT oid::regclass::text, relacl::text, relowner::text FROM pg_class
            WHERE relnamespace IN ('auth'::regnamespace, 'storage'::regnamespace)
            UNION ALL
            SELECT oid::regprocedure::text, proacl::text, md5(prosrc) FROM pg_proc
            WHERE pronamespace IN ('auth'::regnamespace, 'storage'::regnamespace)
            UNION ALL
            SELECT rolname, rolsuper::text, rolbypassrls::text FROM pg_roles
            ORDER BY 1""").fetchall()


def test_a_project_whose_auth_has_not_started_is_left_alone(cluster, database, tmp_path):
    cluster.execute("DROP SCHEMA auth CASCADE", as_role="supabase_admin", database=database.name)
    done = migrate(database, tmp_path)
    assert done.returncode == 1 and "Auth has made no tables yet" in done.stderr
    with database.connect() as connection:
        assert connection.execute("SELECT to_regnamespace('auth')").fetchone() == (None,)


def test_the_built_in_sign_in_does_not_start_on_it(database, tmp_path):
    assert migrate(database, tmp_path).returncode == 0
    done = run("serve", cwd=tmp_path, DATABASE_URL=database.url, PLACEMINT_DATA=tmp_path,
               PORT=free_port())
    assert done.returncode == 1
    assert complaint(done).startswith("SUPABASE_URL: must be set")


def test_a_clip_is_made_on_it_through_its_pooler(database, pooler, start_server):
    database.push()
    server = start_server(
        DATABASE_URL=pooler.url("?prepared=false", user="postgres", database=database.name),
        **HS256_PROJECT)
    person = SupabasePerson(server, database)
    person.buy()
    file = person.upload(pictures.jpeg(600, 800))
    video = person.create(input_reference={"file_id": file["id"]})
    assert person.wait(video)["status"] == "completed"
    assert person.balance == 500 - CLIP_CREDITS
    # What Supabase's own clients see of it.
    job = database.request(
        "authenticated", person.id, "SELECT status, credits FROM public.jobs", read_only=True)
    assert job == [{"status": "completed", "credits": CLIP_CREDITS}]
    assert server.run("audit").returncode == 0
    audit(server)


# The Data API


@pytest.fixture(scope="module", params=["grants of today", "grants of old projects"])
def filled(request, cluster):
    """A migrated database with the books of two people."""
    database = cluster.database(f"studio_{time.monotonic_ns()}")
    if request.param == "grants of old projects":
        # Until October 2026 whatever was made in public was granted to all three roles.
        with database.connect() as connection:
            for things in ("tables", "functions", "sequences"):
                connection.execute(
                    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON {things} "
                    "TO anon, authenticated, service_role")
    database.push()
    with database.connect(autocommit=True) as connection:
        people = [Books.fill(connection, VERSIONS).user for _ in range(2)]
    return database, people


def tables(database):
    with database.connect() as connection:
        return [row[0] for row in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def test_people_read_their_own_rows_and_nobody_elses(filled):
    database, people = filled
    for person in people:
        for table, owner in READABLE.items():
            rows = database.request(
                "authenticated", person, f"SELECT * FROM public.{table}", read_only=True)
            assert rows and {row[owner] for row in rows} == {person}, table
    for table in READABLE:
        assert database.request("authenticated", uuid.uuid4(), f"SELECT * FROM {table}") == []
        assert database.request("authenticated", None, f"SELECT * FROM {table}") == []


def test_everything_else_is_the_servers_alone(filled):
    database, people = filled
    service = set(tables(database)) - set(READABLE)
    assert {"stripe_events", "server_secrets", "operator_actions"} <= service
    for table in service:
        with pytest.raises(errors.InsufficientPrivilege):
            database.request("authenticated", people[0], f"SELECT * FROM public.{table}")
        database.request("service_role", None, f"SELECT * FROM public.{table}")
    for table in tables(database):
        with pytest.raises(errors.InsufficientPrivilege):
            database.request("anon", None, f"SELECT * FROM public.{table}")


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_nobody_writes_through_the_data_api(filled, role):
    database, people = filled
    for table in tables(database):
        for write in (f"INSERT INTO public.{table} DEFAULT VALUES",
                      f"UPDATE public.{table} SET {column(database, table)} = DEFAULT",
                      f"DELETE FROM public.{table}", f"TRUNCATE public.{table} CASCADE"):
            with pytest.raises(errors.InsufficientPrivilege):
                database.request(role, people[0], write)


def column(database, table):
    with database.connect() as connection:
        return connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 LIMIT 1",
            (f"public.{table}",)).fetchone()[0]


def test_no_function_can_be_called_through_the_data_api(filled):
    database, people = filled
    with database.connect() as connection:
        callable = connection.execute("""
            SELECT oid::regprocedure::text FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND (
              has_function_privilege('anon', oid, 'EXECUTE')
              OR has_function_privilege('authenticated', oid, 'EXECUTE'))""").fetchall()
    assert callable == []
    with pytest.raises(errors.InsufficientPrivilege):
        database.request("authenticated", people[0], "SELECT public.users_check_balance()")


def test_the_server_may_do_what_its_role_may_and_no_more(filled):
    database, people = filled
    for forbidden in ("DELETE FROM public.users", "UPDATE public.credit_ledger SET amount = 1",
                      "DELETE FROM public.credit_ledger", "TRUNCATE public.jobs CASCADE"):
        with pytest.raises(errors.InsufficientPrivilege):
            database.request("service_role", None, forbidden)


# Storage


def put(connection, bucket, name):
    connection.execute(
        "INSERT INTO storage.objects (bucket_id, name) VALUES (%s, %s)", (bucket, name))


@pytest.fixture
def shelf(database):
    """Two people's objects in our bucket, and one in another that has a policy for everybody."""
    database.push()
    people = [uuid.uuid4(), uuid.uuid4()]
    with database.connect() as connection:
        connection.execute("INSERT INTO storage.buckets (id, name) VALUES ('other', 'other')")
        connection.execute("""
            CREATE POLICY "anything goes" ON storage.objects TO anon, authenticated
            USING (bucket_id IS NOT NULL) WITH CHECK (bucket_id IS NOT NULL)""")
        for person in people:
            put(connection, "placemint", f"{person.hex}/video/{uuid.uuid4().hex}.mp4")
        put(connection, "other", "something")
    return database, people


def test_the_bucket_is_private_and_limited(database):
    database.push()
    with database.connect() as connection:
        assert connection.execute(
            "SELECT public, file_size_limit, 'video/*' = ANY (allowed_mime_types) "
            "FROM storage.buckets WHERE id = 'placemint'").fetchone() == (False, 209_715_200, True)


def test_people_read_their_own_folder_of_the_bucket(shelf):
    database, people = shelf
    objects = "SELECT name FROM storage.objects WHERE bucket_id = 'placemint'"
    for person in people:
        names = [row["name"] for row in database.request("authenticated", person, objects)]
        assert len(names) == 1 and names[0].startswith(person.hex + "/")
    assert database.request("anon", None, objects) == []
    assert database.request("authenticated", None, objects) == []
    assert len(database.request("service_role", None, objects)) == 2


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_nobody_changes_the_bucket_through_the_api(shelf, role):
    database, people = shelf
    user = people[0] if role == "authenticated" else None
    own = f"{people[0].hex}/video/new.mp4"
    insert = "INSERT INTO storage.objects (bucket_id, name) VALUES (%s, %s)"
    with pytest.raises(errors.InsufficientPrivilege):
        database.request(role, user, insert, ("placemint", own))
    for verb in ("UPDATE storage.objects SET name = 'x'", "DELETE FROM storage.objects"):
        statement = f"SELECT set_config('storage.allow_delete_query', 'true', true)"
        with database.connect("authenticator") as connection:
            connection.execute("SELECT set_config('role', %s, true)", (role,))
            connection.execute(statement)
            changed = connection.execute(f"{verb} WHERE bucket_id = 'placemint'")
            assert changed.rowcount == 0
            connection.rollback()
    # An object of another bucket, which is somebody else's business, cannot be moved in either.
    with pytest.raises(errors.InsufficientPrivilege):
        database.request(role, user, "UPDATE storage.objects SET bucket_id = 'placemint', "
                         f"name = '{own}' WHERE bucket_id = 'other'")
    assert database.request("service_role", None, insert + " RETURNING name", ("placemint", own))


def test_migrations_apply_where_policies_cannot_be_made_and_the_doctor_says_so(tmp_path):
    cluster = SupabaseCluster()
    try:
        cluster.execute("REVOKE supabase_storage_admin FROM postgres", as_role="supabase_admin")
        database = cluster.database("studio")
        assert migrate(database, tmp_path).returncode == 0
        done = run("doctor", cwd=tmp_path, DATABASE_URL=database.url, PLACEMINT_DATA=tmp_path)
        line = next(line for line in done.stdout.splitlines() if "storage policies" in line)
        assert line.startswith("BROKEN"), done.stdout
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            with database.connect() as connection:
                connection.execute("CREATE POLICY p ON storage.objects FOR SELECT USING (false)")
    finally:
        cluster.discard()
