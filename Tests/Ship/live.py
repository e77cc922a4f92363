"""The program as it is shipped: in the image that the Dockerfile describes, and under the
restrictions of the systemd unit. Run by Tests/Ship/check, as root."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dockerfile
from image import Image, host
from rig import pictures
from rig.audit import audit
from rig.cluster import Cluster
from rig.person import Person
from rig.server import BINARY, ROOT, Server, environment, wait_until

MEGABYTE = 1_000_000


def say(text):
    print(f"   {text}", flush=True)


def make_a_clip(server):
    """The whole way: sign-in, credits, a photo, a clip that plays, the books."""
    person = Person(server)
    person.buy()
    file = person.upload(pictures.jpeg(600, 800))
    video = person.wait(person.create(input_reference={"file_id": file["id"]}))
    assert video["status"] == "completed", video
    clip = person.get(f"/v1/videos/{video['id']}/content").content
    assert clip[4:8] == b"ftyp"
    audit(server)
    return len(clip)


class ImageServer(Server):
    """The server in an image's folder, as the account and with the settings that the image has."""

    def __init__(self, image, **settings):
        self.image = image
        super().__init__(image.root / "data", **settings)

    def spawn(self, command, **settings):
        own = {"PORT": self.port, "HOST": "127.0.0.1", "PUBLIC_URL": self.url, "LOG_FORMAT": "text"}
        line = self.image.inside(["placemint", command], **(own | self.settings | settings))
        with open(self.log_file, "ab") as log:
            return subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def placemint(image, *arguments, status=0, **settings):
    line = image.inside(["placemint", *arguments], LOG_LEVEL="warning", **settings)
    done = subprocess.run(line, capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def check_libraries(image):
    listing = host(image.inside(["ldd", "/usr/local/bin/placemint"]))
    tools = host(image.inside(["ldd", "/usr/bin/ffmpeg"]))
    assert "not found" not in listing + tools, listing + tools
    assert "swift" not in listing.lower(), f"Swift's libraries are not in the program:\n{listing}"
    say(f"{len(listing.splitlines())} shared libraries, all there, none of Swift's")


def check_account(image):
    user = host(image.inside(["id", "-u"])).strip()
    assert user == "10001", user
    refused = subprocess.run(image.inside(["sh", "-c", "echo > /usr/share/placemint/x"]),
                             capture_output=True)
    assert refused.returncode != 0, "the image can be written to"
    say("runs as 10001, on a folder that it cannot write to")


def check_with_a_database(image):
    cluster = Cluster()
    server = None
    try:
        url = cluster.url()
        assert "applied" in placemint(image, "migrate", DATABASE_URL=url)
        report = placemint(image, "doctor", DATABASE_URL=url)
        assert "BROKEN" not in report, report
        say("migrate, doctor: nothing broken")
        server = ImageServer(image, DATABASE_URL=url)
        assert placemint(image, "health", PORT=server.port) == "ready\n"
        say(f"serve, health, a clip of {make_a_clip(server)} bytes; books audited")
        port = server.port
        server.terminate()
        assert "readyz" in placemint(image, "health", status=1, PORT=port)
        say("SIGTERM: ended with status 0; health then says that it is not ready")
    finally:
        if server and server.is_running:
            server.kill9()
        cluster.discard()


def check_embedded(image):
    host(["find", image.root / "data", "-mindepth", "1", "-delete"])
    server = ImageServer(image)
    try:
        say(f"embedded: serve, a clip of {make_a_clip(server)} bytes; books audited")
        server.terminate()
    finally:
        if server.is_running:
            server.kill9()


def check_image(root, binary):
    began = time.monotonic()
    image = Image(root, binary)
    if not (image.root / "etc/debian_version").exists():
        image.bootstrap()
        say(f"Debian, as slim as its image: {image.size() / MEGABYTE:.0f} MB")
    image.mount()
    image.carry_out(dockerfile.stage("runtime"))
    say(f"runtime: {image.size() / MEGABYTE:.0f} MB, of which the program "
        f"{Path(binary).stat().st_size / MEGABYTE:.0f} MB; made in "
        f"{time.monotonic() - began:.0f} s")
    assert placemint(image, "--help").startswith("OVERVIEW")
    check_libraries(image)
    image.carry_out(dockerfile.stage("embedded"))
    say(f"embedded: {image.size() / MEGABYTE:.0f} MB")
    image.close()
    check_account(image)
    check_with_a_database(image)
    check_embedded(image)


class ConfinedServer(Server):
    """The server under the restrictions of the systemd unit, with a Postgres of its own."""

    account = "nobody"

    def __init__(self, **settings):
        self.unit = ROOT / "deploy/systemd/placemint.service"
        super().__init__(Path("/var/lib") / f"placemint-confined-{os.getpid()}", **settings)

    def spawn(self, command, **settings):
        confine = Path(__file__).with_name("confine.py")
        with open(f"/tmp/{self.folder.name}.log", "ab") as log:
            return subprocess.Popen(
                ["unshare", "--mount", "/usr/bin/python3", confine, self.unit, self.folder,
                 self.account, BINARY, command],
                env=environment(**(self.environment | settings)), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)

    @property
    def log_file(self):
        return Path(f"/tmp/{self.folder.name}.log")


def check_unit():
    folder = Path("/var/lib") / f"placemint-confined-{os.getpid()}"
    folder.mkdir()
    host(["chown", ConfinedServer.account, folder])
    server = None
    try:
        server = ConfinedServer()
        say(f"under the unit's restrictions: a clip of {make_a_clip(server)} bytes, Postgres of "
            "its own; books audited")
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        assert "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status, status
        server.terminate()
        say("SIGTERM: ended with status 0")
    finally:
        log = Path(f"/tmp/{folder.name}.log")
        if server and server.is_running:
            server.process.send_signal(signal.SIGKILL)
        if sys.exc_info()[0] and log.exists():
            print(log.read_text()[-2000:])
        log.unlink(missing_ok=True)
        host(["rm", "-rf", folder])


if __name__ == "__main__":
    check_unit() if sys.argv[1] == "unit" else check_image(sys.argv[2], sys.argv[3])
