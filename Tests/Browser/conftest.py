"""The studio in Debian's Chromium, served by the real server."""
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from rig.audit import audit
from rig.server import Server
from studio.orders import MODELS, handed_over
from studio.steps import PHOTO
from studio.visit import Visit
from studio.visitor import Visitor

# A browser and two encoders share the machine with other tests.
PATIENCE = 30_000
# Quiet: no phoning home, nothing that needs a graphics card or an account of its own.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def models():
    """A provider of models whose clips are ready when a test says so, and not before."""
    with MODELS.start(render_seconds=None) as fake:
        yield fake


@pytest.fixture(scope="session")
def server(models):
    """A server that many tests use at once in turns: nobody changes it or stops it."""
    shared = Server(WORKERS=2, **MODELS.environment(models))
    try:
        yield shared
        audit(shared)
    finally:
        shared.discard()


@pytest.fixture
def visit(browser, server):
    """Opens browsers: `visit(visitor, width=390)`. None of them may have found a surprise."""
    visits = []

    def open_browser(visitor=None, at=server, **options):
        visits.append(Visit(browser, at, visitor, **options))
        visits[-1].context.set_default_timeout(PATIENCE)
        return visits[-1]

    yield open_browser
    for visit in visits:
        surprises = visit.surprises
        visit.context.close()
        assert surprises == []


@pytest.fixture
def visitor(server):
    """Somebody new who is signed in, without credits."""
    return Visitor(server)


@pytest.fixture
def buyer(visitor):
    """Somebody new who is signed in and has 500 credits."""
    visitor.buy()
    return visitor


@pytest.fixture(scope="session")
def owner(server, models):
    """Somebody with a finished, a refused and an unfinished video, who leaves them as they are."""
    owner = Visitor(server)
    owner.paid = owner.buy()
    file = owner.upload(PHOTO["buffer"], PHOTO["name"])
    fields = {"prompt": None, "format": "unboxing", "input_reference": {"file_id": file["id"]}}
    clip = owner.create(brief={"product": "Bottle"}, **fields)
    owner.refused, job = handed_over(owner, models, brief={"product": "Bath oil"}, **fields)
    models.refuse(job.id)
    assert owner.wait(owner.refused)["error"]["code"] == "content_rejected"
    owner.unfinished, job = handed_over(owner, models, brief={"product": "Travel size"}, **fields)
    models.advance(job.id, 40)
    owner.clip = owner.wait(clip)
    return owner
