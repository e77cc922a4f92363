"""Coming back from the checkout: cancelled, pending, paid."""
from playwright.sync_api import expect

from rig.person import ok
from studio import steps
from studio.steps import button

OPEN = "Nothing was paid."


def at_checkout(visit, visitor):
    """On the checkout's page, on which nothing was pressed. The page, and the checkout."""
    page = visit(visitor).open("credits")
    button(page, "500 credits").click()
    expect(button(page, "Pay")).to_be_visible()
    session = page.url.rsplit("/", 1)[1]
    found, = visitor.server.rows(
        f"SELECT id FROM public.purchases WHERE checkout_session = '{session}'")
    return page, found["id"]


def set_status(visitor, purchase, status):
    visitor.server.psql(
        f"UPDATE public.purchases SET status = '{status}' WHERE id = '{purchase}'")


def test_a_cancelled_checkout_costs_nothing(visit, visitor):
    page, _ = at_checkout(visit, visitor)
    button(page, "Cancel").click()
    expect(page.get_by_text("The checkout was cancelled. You were not charged.")).to_be_visible()
    steps.expect_balance(page, 0)
    expect(button(page, "500 credits")).to_be_visible()
    assert visitor.ledger == []


def test_a_pending_payment_is_told_and_then_its_end_without_a_reload(visit, visitor):
    page, purchase = at_checkout(visit, visitor)
    checkout = page.url
    set_status(visitor, purchase, "awaiting_payment")
    page.get_by_role("link", name="Back to Placemint").click()
    expect(page.get_by_text("Your bank is still confirming.")).to_be_visible()
    steps.expect_balance(page, 0)
    page.evaluate("window.wasNotReloaded = true")
    set_status(visitor, purchase, "open")
    assert visitor.press("pay", {"url": checkout}).status_code == 200
    expect(page.get_by_text("Paid. 500 credits are yours.")).to_be_visible()
    steps.expect_balance(page, 500)
    expect(page.get_by_role("listitem").filter(has_text="500 credits bought")).to_be_visible()
    assert page.evaluate("window.wasNotReloaded")


def test_a_paid_checkout_is_told_once(visit, visitor):
    page, _ = at_checkout(visit, visitor)
    button(page, "Pay").click()
    expect(page.get_by_text("Paid. 500 credits are yours.")).to_be_visible()
    steps.expect_balance(page, 500)
    button(page, "Close").click()
    page.reload()
    expect(page.get_by_role("listitem").filter(has_text="500 credits bought")).to_be_visible()
    expect(page.get_by_text("Paid. 500 credits are yours.")).to_be_hidden()


def test_a_checkout_left_alone_can_be_gone_on_with(visit, visitor):
    page, _ = at_checkout(visit, visitor)
    page.clock.install()
    page.get_by_role("link", name="Back to Placemint").click()
    expect(page.get_by_text("Looking whether the payment went through…")).to_be_visible()
    page.clock.fast_forward(10_000)
    expect(page.get_by_text(OPEN)).to_be_visible()
    page.get_by_role("link", name="Back to the checkout").click()
    expect(button(page, "Pay")).to_be_visible()
    assert ok(visitor.get("/v1/credits"))["balance"] == 0
