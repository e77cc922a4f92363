"""Keys and webhooks for people's programs: made, seen once, used, and taken back."""
import pytest
import requests
from playwright.sync_api import expect

from rig.person import ok
from rig.receiver import Receiver
from rig.server import Server, wait_until
from studio.orders import MODELS
from studio.steps import button, heading
from studio.visitor import Visitor


@pytest.fixture
def page(visit, buyer):
    page = visit(buyer).open("settings")
    page.get_by_role("link", name="Keys and webhooks").click()
    expect(heading(page, "API and webhooks")).to_be_visible()
    return page


def asked(server, key, path):
    headers = {"Authorization": f"Bearer {key}"}
    return requests.get(f"{server.url}/v1/{path}", headers=headers, timeout=20)


def fold_out(page, name):
    page.locator("summary", has_text=name).click()


def test_a_key_is_shown_once_and_does_what_it_may_until_it_is_revoked(page, buyer):
    keys = page.get_by_role("region", name="API keys")
    expect(keys.get_by_text("No keys yet.")).to_be_visible()
    fold_out(keys, "New key")
    button(keys, "Make key").click()
    expect(keys.get_by_text("It is shown only now")).to_be_hidden()  # It needs a name.
    keys.get_by_label("Name").fill("Shop")
    keys.get_by_label("Make and read videos").uncheck()
    keys.get_by_label("Upload and read photos").uncheck()
    keys.get_by_label("Most credits a month").fill("40")
    keys.get_by_label("Ends after").select_option("30 days")
    button(keys, "Make key").click()
    expect(keys.get_by_text("It is shown only now")).to_be_visible()
    text = keys.locator("code").inner_text()
    expect(button(keys, "Make key")).to_be_hidden()

    [key] = ok(buyer.get("/v1/api_keys"))["data"]
    assert key["scopes"] == ["credits:read"] and key["monthly_credit_limit"] == 40
    assert 29 * 86_400 < key["expires_at"] - key["created_at"] <= 30 * 86_400
    assert ok(asked(buyer.server, text, "credits"))["balance"] == 500
    assert asked(buyer.server, text, "videos").status_code == 403

    page.reload()
    line = keys.get_by_role("listitem").filter(has_text="Shop")
    expect(line).to_contain_text(f"pm_…{text[-4:]} · credits:read · 40 credits a month · until")
    expect(line).to_contain_text("last used")
    assert text not in page.content()
    button(line, "Revoke").click()
    button(page.get_by_role("dialog"), "Cancel").click()
    assert asked(buyer.server, text, "credits").status_code == 200
    button(line, "Revoke").click()
    button(page.get_by_role("dialog"), "Revoke").click()
    expect(keys.get_by_text("No keys yet.")).to_be_visible()
    assert asked(buyer.server, text, "credits").status_code == 401


def test_what_the_server_refuses_is_said_and_nothing_typed_is_lost(visit, visitor):
    trip = visit(visitor)
    trip.expect_refusal(400, "/v1/webhook_endpoints")
    page = trip.open("programs")
    hooks = page.get_by_role("region", name="Webhooks")
    fold_out(hooks, "New webhook")
    hooks.get_by_label("Address").fill("https://192.168.0.1/hook")
    with page.expect_response(lambda answer: answer.status == 400):
        button(hooks, "Add webhook").click()
    expect(hooks.get_by_role("alert")).to_contain_text("url")
    expect(hooks.get_by_label("Address")).to_have_value("https://192.168.0.1/hook")
    expect(hooks.get_by_text("No webhooks yet.")).to_be_visible()


@pytest.fixture
def trusting(models):
    """A server that sends to this machine, too."""
    started = Server(WORKERS=1, WEBHOOK_TRUSTED_HOSTS="127.0.0.1", **MODELS.environment(models))
    yield started
    started.discard()


def test_a_webhook_is_tried_rolled_turned_off_and_deleted(visit, trusting):
    receiver = Receiver()
    page = visit(Visitor(trusting), at=trusting).open("programs")
    hooks = page.get_by_role("region", name="Webhooks")

    def choose(item):
        button(hooks, "More for").click()
        page.get_by_role("menuitem", name=item).click()

    fold_out(hooks, "New webhook")
    hooks.get_by_label("Address").fill(receiver.url)
    hooks.get_by_label("Failed videos").uncheck()
    button(hooks, "Add webhook").click()
    secret = hooks.locator("code").inner_text()
    line = hooks.get_by_role("listitem").first
    expect(line).to_contain_text("credits.low, video.completed")
    fold_out(line, "Deliveries")
    expect(line.get_by_text("Nothing was sent yet.")).to_be_visible()

    receiver.answers = [500]
    choose("Send a test")
    assert receiver.wait_for(1)[0].verified_by(secret)["type"] == "webhook.test"
    said = line.get_by_text("webhook.test")
    wait_until(lambda: refreshed(line, said, "failed after 1 try 500"), 30, "the first answer")
    button(line, "Send again").click()
    receiver.wait_for(2)
    wait_until(lambda: refreshed(line, said, "delivered 200"), 30, "the second answer")

    choose("New signing secret")
    expect(hooks.locator("code")).not_to_have_text(secret)
    choose("Turn off")
    expect(line).to_contain_text("Off")
    choose("Turn on")
    expect(line).to_contain_text("credits.low, video.completed")
    choose("Delete")
    button(page.get_by_role("dialog"), "Delete").click()
    expect(hooks.get_by_text("No webhooks yet.")).to_be_visible()


def refreshed(line, said, words):
    """Whether the log's entry says it now."""
    button(line, "Refresh").click()
    expect(said).to_be_visible()
    return words in " ".join(said.inner_text().split())
