"""The disk that files are kept on is full: clear errors, nothing half done, and on by itself."""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from rig import pictures
from rig.audit import audit
from rig.bucket import LIMIT, VIDEOS, order
from rig.person import Person, ok, refused
from rig.server import Server, wait_until

# Room for a clip of the stand-in's and some photos.
SIZE = 1 << 20
PHOTO = pictures.jpeg(600, 800)


@pytest.fixture
def folder():
    """A data folder whose objects lie on a disk of a megabyte."""
    folder = Path(tempfile.mkdtemp(prefix="placemint-e2e-"))
    objects = folder / "objects"
    objects.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "placemint-test", objects]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        shutil.rmtree(folder)
        pytest.skip("only who may mount can make a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", objects], check=True)
    shutil.rmtree(folder, ignore_errors=True)


def fill(folder):
    """Takes all the room there is. The file that holds it."""
    ballast = folder / "objects/.unfinished/ballast"
    with open(ballast, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    return ballast


def test_a_full_disk_is_said_and_waited_for(folder):
    with VIDEOS.start() as provider:
        server = Server(folder, WORKERS=1, **VIDEOS.environment(provider))
        try:
            person = Person(server).has_credits_for(3)
            file = person.upload(PHOTO)
            ballast = fill(folder)
            refused(person.send_photo(PHOTO), 507, "storage_full")
            video = order(person, input_reference={"file_id": file["id"]})
            wait_until(lambda: "The bucket failed" in server.log, LIMIT, "the attempt")
            assert "no space left on this machine's disk" in server.log
            assert person.video(video)["status"] == "in_progress"
            assert list(server.unfinished.iterdir()) == [ballast], "a part of a file stayed"
            assert len(ok(person.get("/v1/files"))["data"]) == 1
            ballast.unlink()
            assert person.wait(video, limit=LIMIT)["status"] == "completed"
            assert person.entries("refund") == [] and len(person.entries("generation")) == 1
            person.upload(PHOTO)
            audit(server)
            assert server.run("audit").returncode == 0 and server.run("sweep").returncode == 0
        finally:
            server.discard()
