"""A Postgres that is set up as a Supabase project's, and how Supabase's own services use it."""
import json
import subprocess
import time
import uuid
from pathlib import Path

import jwt
import psycopg

from .cluster import Cluster
from .person import Person
from .server import ROOT

SETUP = Path(__file__).with_name("supabase.sql")
MIGRATIONS = sorted((ROOT / "supabase/migrations").glob("*.sql"))


class SupabaseCluster(Cluster):
    """The operator gets the role postgres, which is no superuser."""

    owner = "supabase_admin"

    def __init__(self):
        super().__init__()
        # Quoted by us, as psql's variables are not replaced in what -c is given.
        done = subprocess.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", f"password={self.password}",
             "-d", self.url(), "-f", SETUP], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        self.execute("ALTER DATABASE postgres IS_TEMPLATE true", as_role="supabase_admin")

    def database(self, name):
        """Makes another such database; its roles are the cluster's."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE postgres OWNER supabase_admin',
                     as_role="supabase_admin", database="template1")
        for statement in (f'GRANT ALL ON DATABASE "{name}" TO postgres',
                          f"""ALTER DATABASE "{name}" SET statement_timeout = '2min'"""):
            self.execute(statement, as_role="supabase_admin", database=name)
        return Database(self, name)

    def execute(self, statement, as_role="postgres", database="postgres"):
        with psycopg.connect(self.url(user=as_role, database=database),
                             autocommit=True) as connection:
            connection.execute(statement)


class Database:
    """One database of a cluster, as the operator and as Supabase's services see it."""

    def __init__(self, cluster, name):
        self.cluster = cluster
        self.name = name

    @property
    def url(self):
        """The operator's."""
        return self.cluster.url(user="postgres", database=self.name)

    def connect(self, user="postgres", **options):
        return psycopg.connect(
            self.cluster.url(user=user, database=self.name), **options)

    def request(self, role, user, statement, parameters=(), read_only=False):
        """Runs one statement as the Data API does: its login role takes the person's, for one
        transaction, and gives the token's claims along. The rows, as dictionaries."""
        claims = {"role": role} | ({"sub": str(user)} if user else {})
        with self.connect("authenticator") as connection:
            connection.read_only = read_only
            cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
            cursor.execute(
                "SELECT set_config('search_path', 'public, extensions', true), "
                "set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
                (role, json.dumps(claims)))
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def push(self, files=MIGRATIONS):
        """Applies migrations as 'supabase db push' does: the history first, then each file as one
        pipeline of statements, which is one implicit transaction, with its line of history."""
        with self.connect(autocommit=True) as connection:
            connection.execute("SET lock_timeout = '4s'")
            connection.execute("CREATE SCHEMA IF NOT EXISTS supabase_migrations")
            history = "supabase_migrations.schema_migrations"
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {history} (version text NOT NULL PRIMARY KEY)")
            for column in ("statements text[]", "name text"):
                connection.execute(f"ALTER TABLE {history} ADD COLUMN IF NOT EXISTS {column}")
            done = {row[0] for row in connection.execute(f"SELECT version FROM {history}")}
            applied = [file for file in files if file.name.split("_")[0] not in done]
            for file in applied:
                version, _, name = file.stem.partition("_")
                statements = list(split(file.read_text()))
                with connection.pipeline():
                    for statement in statements:
                        connection.execute(statement, prepare=False)
                    connection.execute(
                        f"INSERT INTO {history} (version, name, statements) VALUES (%s, %s, %s)",
                        (version, name, statements))
            return applied


class SupabasePerson(Person):
    """Somebody whom Supabase Auth signed in.

    The server of the test checks tokens by keys of its own, which the database has to keep: see
    `keep_keys`."""

    def __init__(self, server, database):
        self.database = database
        super().__init__(server)

    def sign_in(self):
        self.id = uuid.uuid4()
        with self.database.connect("supabase_auth_admin") as connection:
            connection.execute(
                "INSERT INTO auth.users (id, aud, role, email, created_at) "
                "VALUES (%s, 'authenticated', 'authenticated', %s, now())", (self.id, self.email))
        with self.database.connect("supabase_admin") as connection:
            name, key = connection.execute(
                "SELECT kid, private_key FROM auth.signing_keys").fetchone()
        now = int(time.time())
        self.token = jwt.encode({
            "iss": self.server.url + "/auth/v1", "sub": str(self.id), "aud": "authenticated",
            "exp": now + 3600, "iat": now, "email": self.email, "phone": "",
            "app_metadata": {"provider": "email", "providers": ["email"]}, "user_metadata": {},
            "role": "authenticated", "aal": "aal1", "amr": [{"method": "otp", "timestamp": now}],
            "session_id": str(uuid.uuid4()), "is_anonymous": False,
        }, key, algorithm="ES256", headers={"kid": name})


def keep_keys(database):
    """Makes the two tables without which a server cannot check tokens by itself."""
    script = (ROOT / "db/local-supabase.sql").read_text()
    with database.connect("supabase_admin") as connection:
        for statement in split(script):
            if "auth.signing_keys" in statement or "auth.secrets" in statement:
                connection.execute(statement)


def split(script):
    """A script's statements. Knows comments, quoted text and bodies between dollars."""
    start = position = 0
    while position < len(script):
        if script.startswith("--", position):
            position = script.find("\n", position)
        elif script[position] in "'\"":
            position = script.index(script[position], position + 1)
        elif script[position] == "$" and (tag := dollar_tag(script, position)):
            position = script.index(tag, position + len(tag)) + len(tag) - 1
        elif script[position] == ";":
            yield script[start:position].strip()
            start = position + 1
        position += 1
    rest = [line for line in script[start:].splitlines() if not line.strip().startswith("--")]
    assert not "".join(rest).strip(), "a file ends with its last statement"


def dollar_tag(script, position):
    end = script.find("$", position + 1)
    word = script[position + 1:end]
    return script[position:end + 1] if end > 0 and (not word or word.isidentifier()) else None
