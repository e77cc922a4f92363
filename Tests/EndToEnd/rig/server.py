"""The real program, started on a folder of its own and stopped in every way a program can end."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("PLACEMINT_BINARY", ROOT / ".build/debug/placemint")).resolve()

# A new database takes two seconds alone, and several times that beside other tests.
START_LIMIT = 60
# Eight seconds for jobs under way, and some for what comes after them.
STOP_LIMIT = 15


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**settings):
    """Nothing of the caller's own settings, which might change what is tested."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {name: str(value) for name, value in settings.items() if value is not None}


def run(*arguments, cwd, timeout=60, **settings):
    """Runs a command of the program to its end."""
    return subprocess.run(
        [BINARY, *arguments], env=environment(**settings), cwd=cwd, timeout=timeout,
        stdin=subprocess.DEVNULL, capture_output=True, text=True)


def complaint(done):
    """The one line a command ends with when it cannot do what it should."""
    assert done.returncode == 1, f"status {done.returncode}: {done.stdout}{done.stderr}"
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("placemint: "), done.stderr
    return lines[0].removeprefix("placemint: ")


def processes(folder, name):
    """The running processes of a program that were started for this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # It ended while we looked.
        if Path(words[0]).name == name and any(str(folder) in word for word in words):
            found.append(int(entry.name))
    return found


def wait_until(condition, limit, what):
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {limit} s")


def rows(database, query):
    """What a query finds, as dictionaries."""
    return json.loads(psql(
        database, f"SELECT coalesce(json_agg(found), '[]') FROM ({query}) AS found"))


def psql(database, script):
    done = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database.split("?")[0]],
        input=script, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Server:
    """One server and its data folder. Settings are the environment's; None unsets one."""

    def __init__(self, folder=None, port=None, **settings):
        self.folder = Path(folder or tempfile.mkdtemp(prefix="placemint-e2e-"))
        # Postgres may run as another account, which has to get through.
        self.folder.chmod(0o755)
        self.settings = settings
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.start()

    @property
    def environment(self):
        own = {"PORT": self.port, "PLACEMINT_DATA": self.folder}
        return own | self.settings

    # Starting and stopping

    def start(self, **settings):
        self.settings |= settings
        self.process = self.spawn("serve")
        try:
            wait_until(self.is_ready, START_LIMIT, "the server's start")
        except BaseException:
            self.kill9()
            raise
        return self

    def spawn(self, command, **settings):
        with open(self.log_file, "ab") as log:
            return subprocess.Popen(
                [BINARY, command], env=environment(**(self.environment | settings)),
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def spawn_worker(self, **settings):
        """A process that only works on jobs, beside this server."""
        return self.spawn("work", **({"WORKERS": 4} | settings))

    def run(self, *arguments, **settings):
        """Runs a command with this server's settings, to its end."""
        return run(*arguments, cwd=self.folder, **(self.environment | settings))

    def is_ready(self):
        status = self.process.poll()
        assert status is None, f"the server ended with {status}: {self.log[-1000:]}"
        try:
            return requests.get(self.url + "/readyz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def terminate(self):
        """Asks it to stop. It has to do so in time, cleanly, and take its database along."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(STOP_LIMIT)
        assert status == 0, f"stopped with status {status}: {self.log[-1000:]}"
        assert not processes(self.folder, "postgres"), "its database still runs"
        assert not processes(self.folder, "ffmpeg"), "a render still runs"

    def kill9(self):
        self.process.kill()
        self.process.wait()

    def restart(self, **settings):
        if self.is_running:
            self.terminate()
        return self.start(**settings)

    @property
    def is_running(self):
        return self.process.poll() is None

    def discard(self):
        """Ends it however it stands, and removes its folder. Nothing of it may run on by itself."""
        try:
            if self.is_running:
                self.terminate()
            else:
                wait_until(
                    lambda: not processes(self.folder, "postgres"), 20, "the end of its database")
        finally:
            if self.is_running:
                self.kill9()
            for name in ("postgres", "ffmpeg"):
                for left in processes(self.folder, name):
                    os.kill(left, signal.SIGKILL)
            shutil.rmtree(self.folder, ignore_errors=True)

    # Looking inside

    @property
    def log_file(self):
        return self.folder / "server.log"

    @property
    def log(self):
        return self.log_file.read_text(errors="replace")

    @property
    def outbox(self):
        return self.folder / "outbox"

    @property
    def objects(self):
        """The stored files by their keys."""
        folder = self.folder / "objects"
        return {str(file.relative_to(folder)): file
                for file in folder.rglob("*") if file.is_file() and file.parent != self.unfinished}

    @property
    def unfinished(self):
        """Where the halves of files are, until they are whole."""
        return self.folder / "objects/.unfinished"

    def age_unfinished(self):
        """Lets the time pass after which half a file is nobody's."""
        long_ago = time.time() - 2 * 3600
        for part in self.unfinished.iterdir():
            os.utime(part, (long_ago, long_ago))

    @property
    def database(self):
        """How psql reaches the database."""
        return self.settings.get("DATABASE_URL") or (
            f"host={self.folder}/postgres/socket user=postgres dbname=placemint")

    def rows(self, query):
        """Asks the database itself, past everything the server does."""
        return rows(self.database, query)

    def psql(self, script):
        return psql(self.database, script)

    def end_leases(self):
        """Lets the time pass after which a dead worker's jobs may be taken over."""
        self.psql("UPDATE public.jobs SET lease_until = now() WHERE lease_until > now()")

    def memory(self, field):
        """VmRSS or VmHWM of the server's process, in bytes."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in text.splitlines() if line.startswith(field + ":"))
        return int(line.split()[1]) * 1024

    def forget_memory_peak(self):
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
