"""What all tests of the whole server share: one server for those that leave it as it was, and
servers of their own for those that do not."""
import os
import tempfile

import pytest

from rig.audit import audit, finished
from rig.person import Person
from rig.server import Server, free_port, wait_until

FOLDER = tempfile.TemporaryDirectory(prefix="placemint-shared-", ignore_cleanup_errors=True)
SHARED = {"folder": FOLDER.name, "port": free_port()}
# Tests that use an official client alone find the shared server here.
os.environ["PLACEMINT_DATA"] = SHARED["folder"]
os.environ["PLACEMINT_URL"] = f"http://127.0.0.1:{SHARED['port']}"


@pytest.fixture(scope="session")
def server():
    """A server that many tests use at once in turns: nobody changes it or stops it."""
    shared = Server(**SHARED)
    yield shared
    try:
        wait_until(lambda: finished(shared), 240, "the end of all jobs")
        audit(shared)
    finally:
        shared.discard()


@pytest.fixture(scope="session")
def idle_server():
    """Like `server`, but nobody works on its jobs: they stay queued."""
    shared = Server(WORKERS=0)
    yield shared
    try:
        audit(shared)
    finally:
        shared.discard()


@pytest.fixture(autouse=True)
def conformance_server(request):
    """Has the shared server running for the tests that look for it in the environment."""
    if "Conformance" in request.path.parts:
        request.getfixturevalue("server")


@pytest.fixture
def start_server():
    """Starts servers of the test's own: `start_server(WORKERS=0)`. Their books are audited."""
    servers = []

    def start(folder=None, **settings):
        servers.append(Server(folder, **settings))
        return servers[-1]

    yield start
    try:
        for started in servers:
            if started.is_running:
                audit(started)
    finally:
        for started in servers:
            started.discard()


@pytest.fixture
def person(server):
    """Somebody new on the shared server, without credits."""
    return Person(server)


@pytest.fixture
def buyer(server):
    """Somebody new on the shared server, with 500 credits."""
    buyer = Person(server)
    buyer.buy()
    return buyer
