"""A backup is what can be restored: every command of docs/backup.md, as it stands there, against a
server that works meanwhile, into a cluster that is empty."""
import re
import shutil
import subprocess
import tempfile
import textwrap
from pathlib import Path

import pytest

from rig import pictures
from rig.audit import audit
from rig.cluster import Cluster, programs
from rig.person import CLIP_CREDITS, Person, ok
from rig.providers import PROVIDERS, creates
from rig.server import BINARY, ROOT, environment, rows, run, wait_until

PROVIDER = PROVIDERS["videos_api"]
# The longest that a lease of the dead server's holds up a job, and the render itself.
LIMIT = 120


def commands():
    """The page's code blocks by the names that stand above them."""
    text = (ROOT / "docs/backup.md").read_text()
    blocks = re.findall(r"^ *<!-- test: ([\w-]+) -->\n *```sh\n(.*?)^ *```", text, re.S | re.M)
    return {name: textwrap.dedent(block) for name, block in blocks}


COMMANDS = commands()


def carry_out(name, tmp_path, **settings):
    """Runs a block as an operator would, in a shell that stops at the first error."""
    tools = tmp_path / "bin"
    tools.mkdir(exist_ok=True)
    if not (tools / "placemint").exists():
        (tools / "placemint").symlink_to(BINARY)
    own = environment(**settings)
    own["PATH"] = f"{tools}:{programs()}:{own['PATH']}"
    done = subprocess.run(["bash", "-eu", "-c", COMMANDS[name]], env=own, cwd=tmp_path, timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def clusters():
    """Two: the one that is lost, and the empty one."""
    made = [Cluster(), Cluster()]
    yield made
    for cluster in made:
        cluster.discard()


@pytest.fixture
def fake():
    with PROVIDER.start(render_seconds=None) as fake:
        yield fake


def test_the_page_has_every_command():
    assert set(COMMANDS) == {"dump", "objects", "folder", "roles", "restore", "look",
                             "assume-submitted"}


class Disaster:
    """A server, its backup, and the server that is made of the backup."""

    def __init__(self, clusters, fake, tmp_path, start_server):
        self.lost, self.new = clusters
        self.tmp_path = tmp_path
        self.start_server = start_server
        self.providers = PROVIDER.environment(fake)
        self.backup = tmp_path / "backup"
        done = run("migrate", cwd=tmp_path, DATABASE_URL=self.lost.url())
        assert done.returncode == 0, done.stderr

    def start(self, **settings):
        self.server = self.start_server(DATABASE_URL=self.lost.url(), **self.providers, **settings)
        return self.server

    def settings(self, cluster, folder):
        return {"DATABASE_URL": cluster.url(), "PLACEMINT_DATA": folder, "BACKUP": self.backup}

    def dump(self):
        for name in ("dump", "objects"):
            carry_out(name, self.tmp_path, **self.settings(self.lost, self.server.folder))

    def strike(self):
        """Nothing is left of the server or of its cluster."""
        self.server.kill9()
        self.server.discard()
        self.lost.stop()

    def restore(self, *more):
        folder = self.tmp_path / "restored"
        said = [carry_out(name, self.tmp_path, **self.settings(self.new, folder))
                for name in ("roles", "restore", *more, "look")]
        assert "up to date" in said[-1] and "all is right" in said[-1]
        self.unfinished = rows(
            self.new.url(), "SELECT id FROM public.jobs WHERE stage <> 'done'")
        # As if nobody had come since the dead server's leases ended.
        restored = self.start_server(
            folder, DATABASE_URL=self.new.url(), PUBLIC_URL=self.server.url, **self.providers)
        restored.end_leases()
        return restored


@pytest.fixture
def disaster(clusters, fake, tmp_path, start_server):
    return Disaster(clusters, fake, tmp_path, start_server)


def moved(person, server):
    """The same person with the same token, at the server's new place."""
    person.server = server
    return person


def provider_order(person):
    return ok(person.post("/v1/videos", json=PROVIDER.order))


def test_everything_is_there_after_a_restore_and_jobs_go_on(disaster, fake):
    server = disaster.start()
    person, other = Person(server), Person(server)
    person.buy()
    other.buy()
    file = person.upload(pictures.jpeg(600, 800))
    done = person.wait(person.create(input_reference={"file_id": file["id"]}))
    content = person.get(f"/v1/videos/{done['id']}/content").content
    away = provider_order(person)
    wait_until(lambda: fake.creates, 30, "the provider's job")
    here = other.create(seconds="12")
    other.wait(here, until=lambda video: video["status"] == "in_progress")
    before = person.ledger, other.ledger
    disaster.dump()
    disaster.strike()

    restored = disaster.restore()
    assert len(disaster.unfinished) == 2, "the dump was made in the middle of two jobs"
    person, other = moved(person, restored), moved(other, restored)
    # The tokens still open the door, and the books are the same.
    assert (person.ledger, other.ledger) == before
    assert person.get(f"/v1/videos/{done['id']}/content").content == content
    assert person.get(f"/v1/files/{file['id']}/content").status_code == 200
    # What was rendering elsewhere is asked for, not ordered again; what was made here is made.
    assert person.wait(away, until=lambda video: video["status"] != "queued")["progress"] >= 0
    fake.finish(fake.creates[0].id)
    assert person.wait(away, limit=LIMIT)["status"] == "completed"
    assert len(creates(fake)) == 1
    assert other.wait(here, limit=LIMIT)["status"] == "completed"
    assert (person.ledger, other.ledger) == before, "nothing was refunded or debited again"
    # And somebody new, and somebody old, can sign in.
    restored.psql("DELETE FROM auth.one_time_codes")
    assert Person(restored, email=person.email).balance == person.balance
    assert Person(restored).balance == 0
    audit(restored)


def test_a_job_that_was_sent_after_the_dump_is_not_sent_again(disaster, fake):
    server = disaster.start(WORKERS=0)
    person = Person(server)
    person.buy()
    sent, here = provider_order(person), person.create()
    disaster.dump()
    worker = server.spawn_worker()
    try:
        wait_until(lambda: fake.creates, 30, "the provider's job")
    finally:
        worker.kill()
        worker.wait()
    disaster.strike()

    person = moved(person, disaster.restore("assume-submitted"))
    failed = person.wait(sent, limit=LIMIT)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "submit_unknown")
    assert len(creates(fake)) == 1, "the clip was not ordered twice"
    assert [entry["amount"] for entry in person.entries("refund")] == [sent["credits"]]
    # What is made on this machine could not have been sent anywhere.
    assert person.wait(here, limit=LIMIT)["status"] == "completed"
    assert person.balance == 500 - CLIP_CREDITS
    audit(person.server)


@pytest.fixture
def shelf():
    """A folder that the account which Postgres runs as can get through."""
    shelf = Path(tempfile.mkdtemp(prefix="placemint-shelf-"))
    shelf.chmod(0o755)
    yield shelf
    shutil.rmtree(shelf)


def test_a_copied_folder_is_a_server_again(shelf, start_server):
    server = start_server(WORKERS=0)
    person = Person(server)
    person.buy()
    file = person.upload(pictures.jpeg(600, 800))
    before = [person.ledger, person.get(f"/v1/files/{file['id']}/content").content]
    video = person.create()
    server.terminate()
    backup = shelf / "backup"
    carry_out("folder", shelf, PLACEMINT_DATA=server.folder, BACKUP=backup)
    backup.chmod(0o711)
    server.discard()
    copy = start_server(backup / "data", PUBLIC_URL=server.url)
    try:
        moved(person, copy)
        assert person.get(f"/v1/files/{file['id']}/content").content == before[1]
        assert person.wait(video)["status"] == "completed"
        assert [entry for entry in person.ledger if entry["kind"] == "purchase"] == before[0]
        audit(copy)
    finally:
        copy.discard()
