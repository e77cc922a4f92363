"""PgBouncer in transaction mode: each transaction may get another of few sessions."""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

from .server import free_port, wait_until


class Pooler:
    """Stands in front of a cluster. Few sessions, short-lived, so that they are mixed well."""

    def __init__(self, cluster, sessions=3, **options):
        self.cluster = cluster
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="placemint-pooler-"))
        settings = {
            "listen_addr": "127.0.0.1", "listen_port": self.port, "unix_socket_dir": "",
            "auth_type": "scram-sha-256", "auth_file": self.folder / "users",
            "admin_users": cluster.owner, "pool_mode": "transaction",
            "default_pool_size": sessions, "server_lifetime": 1, "server_login_retry": 1,
            "query_wait_timeout": 5, "max_client_conn": 200, "pidfile": self.folder / "pid",
        } | options
        lines = [f"{name} = {value}" for name, value in settings.items()]
        databases = f"* = host=127.0.0.1 port={cluster.port}"
        (self.folder / "pooler.ini").write_text(
            f"[databases]\n{databases}\n[pgbouncer]\n" + "\n".join(lines) + "\n")
        (self.folder / "users").write_text("".join(
            f'"{user}" "{cluster.password}"\n' for user in {cluster.owner, "postgres"}))
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                shutil.chown(path, "postgres")
        self.start()

    def start(self):
        account = ["-u", "postgres"] if os.geteuid() == 0 else []
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [shutil.which("pgbouncer", path="/usr/sbin:/usr/local/bin:/opt/homebrew/bin"),
                 *account, self.folder / "pooler.ini"],
                cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self.answers, 10, "the pooler's start")

    def answers(self):
        assert self.process.poll() is None, (self.folder / "log").read_text()[-1000:]
        try:
            self.command("SHOW VERSION")
            return True
        except psycopg.OperationalError:
            return False

    def command(self, text):
        """Says something to its administration's own database."""
        url = self.url(user=self.cluster.owner, database="pgbouncer")
        with psycopg.ClientCursor(psycopg.connect(url, autocommit=True)) as cursor:
            with cursor.connection:
                cursor.execute(text)
                return cursor.fetchall() if cursor.description else []

    def url(self, query="", user=None, database="postgres"):
        return self.cluster.url(query, user=user, database=database, port=self.port)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def restart(self):
        self.kill()
        self.start()

    def discard(self):
        self.kill()
        shutil.rmtree(self.folder)
