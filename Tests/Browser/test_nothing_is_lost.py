"""What somebody entered stays: on reload, in two tabs, offline, when a session ends."""
import re

from playwright.sync_api import expect

from rig.person import CLIP_CREDITS
from studio import steps
from studio.hands import Mouse
from studio.steps import PRICED, button, heading, radio

OFFLINE = "You are offline. What you entered is kept, and videos go on without you."
GONE_SESSION = """() => {
  const kept = JSON.parse(localStorage.getItem("placemint.session"));
  const gone = { ...kept, accessToken: "gone", refreshToken: "gone", expiresAt: 0 };
  localStorage.setItem("placemint.session", JSON.stringify(gone));
}"""


def product(page):
    return page.get_by_label("Product", exact=True)


def crop(page, hand):
    hand.press(button(page, "Crop"))
    hand.press(radio(page, "9:16").locator("xpath=.."))
    hand.press(button(page, "Use this part"))


def write_prompt(page, hand):
    page.get_by_label("Prompt", exact=True).fill("A bottle on a shelf.")
    expect(button(page, "Follow the brief again")).to_be_visible()


# Each: what somebody does, and what has to be seen then and ever after.
STEPS = [
    (steps.add_photo, lambda page: expect(page.get_by_text("bottle.jpg")).to_be_visible()),
    (crop, lambda page: expect(page.get_by_text("cropped")).to_be_visible()),
    (lambda page, hand: hand.choose(radio(page, "Plain")),
     lambda page: expect(radio(page, "Plain")).to_be_checked()),
    (steps.add_brief, lambda page: expect(product(page)).to_have_value("Bottle")),
    (write_prompt, lambda page: expect(page.get_by_label("Prompt", exact=True))
        .to_have_value("A bottle on a shelf.")),
    (lambda page, hand: hand.choose(radio(page, "Landscape")),
     lambda page: expect(radio(page, "Landscape")).to_be_checked()),
    (lambda page, hand: hand.choose(radio(page, "8 s")),
     lambda page: expect(button(page, "Make video · 40 credits")).to_be_enabled()),
]


def test_a_reload_at_each_step_keeps_all_steps_before(visit, buyer):
    page = visit(buyer).open("new")
    seen = []
    for act, see in STEPS:
        act(page, Mouse(page))
        seen.append(see)
        see(page)
        page.reload()
        for see in seen:
            see(page)


def test_two_tabs_show_one_draft(visit, buyer):
    trip = visit(buyer)
    first, second = trip.open("new"), trip.new_tab("new")
    steps.add_brief(first, Mouse(first))
    expect(product(second)).to_have_value("Bottle")
    expect(radio(second, "Hero shot")).to_be_checked()
    product(second).fill("Lamp")
    expect(product(first)).to_have_value("Lamp")
    expect(first.get_by_label("Prompt", exact=True)).to_have_value(re.compile("Lamp"))


def test_two_tabs_order_one_video(visit, buyer):
    """The orders leave both tabs before either is answered."""
    trip = visit(buyer)
    held = []

    def hold(route):
        held.append(route)
        if len(held) == 2:
            for one in held:
                one.continue_()

    trip.context.route(
        "**/v1/videos", lambda route: hold(route) if route.request.method == "POST"
        else route.continue_())
    tabs = [trip.open("new"), trip.new_tab("new")]
    steps.add_brief(tabs[0], Mouse(tabs[0]))
    for tab in tabs:
        expect(button(tab, PRICED)).to_be_enabled()
    for tab in tabs:
        button(tab, PRICED).click()
    for tab in tabs:
        expect(heading(tab, "Bottle, hero shot")).to_be_visible()
    assert len(held) == 2 and tabs[0].url == tabs[1].url
    assert [entry["amount"] for entry in buyer.entries("generation")] == [-CLIP_CREDITS]
    for tab in tabs:
        steps.expect_balance(tab, 500 - CLIP_CREDITS)


def test_signing_out_in_one_tab_signs_out_the_other(visit, visitor):
    trip = visit(visitor)
    first, second = trip.open("settings"), trip.new_tab("videos")
    expect(heading(second, "Videos")).to_be_visible()
    button(first, "Sign out", exact=True).click()
    for page in first, second:
        expect(heading(page, "Sign in")).to_be_visible()
        expect(page.get_by_text("Your session ended.")).to_be_hidden()


def test_who_signs_in_again_goes_on_where_the_session_ended(visit, buyer):
    trip = visit(buyer)
    page = trip.open("new?from=somewhere")
    steps.add_brief(page, Mouse(page))
    buyer.let_mail_pause_pass()
    trip.expect_refusal(400, "/auth/v1/token")
    page.evaluate(GONE_SESSION)
    page.reload()
    expect(page.get_by_text("Your session ended. Sign in again and go on")).to_be_visible()
    steps.sign_in(page, Mouse(page), buyer)
    expect(product(page)).to_have_value("Bottle")
    expect(button(page, PRICED)).to_be_enabled()
    assert page.url.endswith("#/new?from=somewhere")
    trip.open("settings")
    button(page, "Sign out", exact=True).click()
    expect(page.get_by_label("E-mail address")).to_be_visible()
    expect(page.get_by_label(steps.CODE)).to_have_count(0)


def test_offline_is_said_and_nothing_entered_is_lost(visit, buyer):
    trip = visit(buyer)
    trip.expect_silence()
    page = trip.open("new")
    steps.add_brief(page, Mouse(page))
    trip.context.set_offline(True)
    expect(page.get_by_text(OFFLINE)).to_be_visible()
    product(page).fill("Lamp")
    trip.context.set_offline(False)
    expect(page.get_by_text(OFFLINE)).to_be_hidden()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(re.compile("Lamp"))
    expect(button(page, PRICED)).to_be_enabled()
    page.reload()
    expect(product(page)).to_have_value("Lamp")
