"""The studio signs its visitors in at Supabase when the server says so."""
import re

import pytest
from playwright.sync_api import expect

from rig.audit import audit
from rig.server import Server
from studio import steps
from studio.hands import Mouse
from studio.visitor import Newcomer
from supabase_fake import FakeSupabase


@pytest.fixture
def project():
    with FakeSupabase() as project:
        yield project


@pytest.fixture
def site(project):
    server = Server(WORKERS=0, WELCOME_CREDITS=30, **project.environment)
    try:
        yield server
        audit(server)
    finally:
        server.discard()


class Member(Newcomer):
    """Has their mail from the project."""

    def __init__(self, server, project):
        super().__init__(server)
        self.project = project

    def mailed_code(self):
        return self.project.code(self.email)


def test_a_visitor_signs_in_at_the_project_and_out_again(visit, site, project):
    trip = visit(at=site)
    trip.expected.append(f"asked elsewhere: {re.escape(project.url)}/auth/v1/")
    page, hand, member = trip.open(), Mouse(trip.page), Member(site, project)
    hand.write(page.get_by_label("E-mail address"), member.email)
    hand.press(steps.button(page, "Send the code"))
    field = page.locator("[autocomplete=one-time-code]").first
    expect(field).to_be_focused()
    code = member.mailed_code()
    trip.expect_refusal(403, "/auth/v1/verify")
    page.keyboard.type("000000" if code != "000000" else "000001")
    expect(page.get_by_text("That code is wrong or too old.")).to_be_visible()
    field.fill("")
    field.press_sequentially(code)
    steps.expect_balance(page, 30)
    page.reload()
    steps.expect_balance(page, 30)
    asked = [request for request in project.requests if request.method == "POST"]
    assert {request.headers["apikey"] for request in asked} == {project.publishable_key}
    assert any(request.method == "OPTIONS" for request in project.requests)
    page.evaluate("import('/app/session.js').then((module) => module.auth.signOut('local'))")
    expect(page.get_by_label("E-mail address")).to_be_visible()
    assert project.auth.sessions == {}
