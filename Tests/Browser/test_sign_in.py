"""Signing in when it does not go straight: another address, a code that is wrong, one that is
pasted as the mail has it."""
import pytest
from playwright.sync_api import expect

from studio.steps import CODE, button, heading
from studio.visitor import Newcomer


@pytest.fixture
def newcomer(server):
    return Newcomer(server)


def test_a_code_may_be_wrong_once_and_pasted_with_what_is_around_it(visit, newcomer):
    trip = visit()
    trip.expect_refusal(403, "/auth/v1/verify")
    page = trip.open()
    page.get_by_label("E-mail address").fill(newcomer.email)
    page.keyboard.press("Enter")
    code = newcomer.mailed_code()
    page.get_by_label(CODE).fill(str((int(code) + 1) % 1_000_000).zfill(6))
    expect(page.get_by_text("That code is wrong or too old.")).to_be_visible()
    expect(page.get_by_label(CODE)).to_be_focused()
    expect(page.get_by_label(CODE)).to_have_value("")
    page.get_by_label(CODE).fill(f"Your code: {code[:3]} {code[3:]}")
    expect(heading(page, "New video")).to_be_visible()


def test_another_address_can_be_given(visit, newcomer):
    page = visit().open()
    field = page.get_by_label("E-mail address")
    field.fill(f"other-{newcomer.email}")
    button(page, "Send the code").click()
    expect(page.get_by_label(CODE)).to_be_visible()
    button(page, "Other address").click()
    expect(field).to_be_focused()
    expect(field).to_have_value(f"other-{newcomer.email}")
    field.fill(newcomer.email)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"It is on its way to {newcomer.email}.")).to_be_visible()
