"""The real server with a Supabase project beside it, and the people who sign in there."""
import uuid

from supabase import create_client

from .person import Person
from .server import free_port, psql, rows, run


class Member(Person):
    """Signs in at the project with Supabase's own client, unmodified."""

    def __init__(self, server, project, email=None):
        self.project = project
        self.client = create_client(project.url, project.publishable_key)
        super().__init__(server, email)

    def sign_in(self):
        # As if a minute had passed since the last mail.
        self.project.auth.sent_at.pop(self.email, None)
        self.client.auth.sign_in_with_otp({"email": self.email})
        answer = self.client.auth.verify_otp({
            "type": "email", "email": self.email, "token": self.project.code(self.email)})
        self.token, self.id = answer.session.access_token, answer.user.id

    def refresh(self):
        self.token = self.client.auth.refresh_session().session.access_token

    @property
    def user(self):
        """What the project knows of them, None when it knows nothing any more."""
        return self.project.auth.users.get(self.id)


# What a project's database has before anything of ours, as far as we can tell the difference:
# its schema belongs to Auth's own role, and the operator's role is no superuser.
PROJECT = """
CREATE ROLE anon NOLOGIN NOINHERIT; CREATE ROLE authenticated NOLOGIN NOINHERIT;
CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
CREATE ROLE supabase_auth_admin NOLOGIN NOINHERIT;
CREATE ROLE project_owner LOGIN CREATEROLE CREATEDB BYPASSRLS PASSWORD 'project';
GRANT anon, authenticated, service_role TO project_owner;
"""
AUTH = """
GRANT ALL ON SCHEMA public TO project_owner;
CREATE SCHEMA auth AUTHORIZATION supabase_auth_admin;
GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
GRANT ALL ON SCHEMA auth TO project_owner;
SET ROLE supabase_auth_admin;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email varchar(255));
CREATE TABLE auth.identities (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE);
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.identities ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
GRANT ALL ON ALL TABLES IN SCHEMA auth TO project_owner;
"""


class ProjectDatabase:
    """A database as a project brings it, on a cluster of the operator's, with our migrations."""

    def __init__(self, cluster, folder):
        self.cluster = cluster
        known = rows(cluster.url(), "SELECT FROM pg_roles WHERE rolname = 'project_owner'")
        if not known:
            psql(cluster.url(), PROJECT)
        name = "project_" + uuid.uuid4().hex
        psql(cluster.url(), f"CREATE DATABASE {name} OWNER project_owner")
        self.admin = cluster.url().replace("/postgres", f"/{name}")
        psql(self.admin, AUTH)
        self.url = f"postgres://project_owner:project@127.0.0.1:{cluster.port}/{name}"
        done = run("migrate", cwd=folder, DATABASE_URL=self.url, PLACEMINT_DATA=folder,
                   PORT=free_port())
        assert done.returncode == 0, done.stderr

    def add(self, member):
        """What Auth writes when somebody signs up."""
        psql(self.admin, f"""
            INSERT INTO auth.users VALUES ('{member.id}', '{member.email}');
            INSERT INTO auth.identities (user_id) VALUES ('{member.id}');""")

    def rows(self, query):
        return rows(self.admin, query)
