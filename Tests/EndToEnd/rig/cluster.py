"""A throw-away Postgres of the kind an operator brings along."""
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from .server import free_port, psql


def programs():
    """Where initdb and pg_ctl are; Debian keeps them out of the search path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    return versions[-1] if versions else Path(shutil.which("initdb")).parent


class Cluster:
    """Listens on TCP. Its owner may do everything in it, and the password is checked."""

    password = "an operator's secret"
    owner = "operator"

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="placemint-pg-"))
        self.port = free_port()
        secret = self.folder / "password"
        secret.write_text(self.password)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            shutil.chown(secret, "postgres")
        self.run("initdb", "-D", self.data, "-U", self.owner, "--auth=scram-sha-256",
                 f"--pwfile={secret}", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync")
        self.start()

    @property
    def data(self):
        return self.folder / "data"

    @property
    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def url(self, query="", user=None, database="postgres", port=None):
        password = self.password.replace(" ", "%20").replace("'", "%27")
        return (f"postgres://{user or self.owner}:{password}@127.0.0.1:{port or self.port}"
                f"/{database}{query}")

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -k {self.folder}"
        self.run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.folder / "log",
                 "-o", options)

    def new_database(self):
        """The name of a new, empty database."""
        name = f"studio_{time.monotonic_ns()}"
        psql(self.url(), f"CREATE DATABASE {name}")
        return name

    @property
    def is_running(self):
        return (self.data / "postmaster.pid").exists()

    def stop(self, mode="fast"):
        self.run("pg_ctl", "stop", "-w", "-m", mode, "-D", self.data)

    def discard(self):
        if self.is_running:
            self.stop()
        shutil.rmtree(self.folder)

    def run(self, program, *arguments):
        done = as_postgres(programs() / program, *arguments)
        assert done.returncode == 0, f"{program}: status {done.returncode}"


def as_postgres(*command, **options):
    """Runs a program that refuses to run as root."""
    account = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*account, *command], cwd="/", timeout=60, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, **options)
