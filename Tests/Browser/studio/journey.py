"""The way from a sign-in to a clip on one's own disk, step by step."""
import pytest
from playwright.sync_api import expect

from rig import pictures
from rig.person import CLIP_CREDITS

from . import steps
from .steps import PRICED, button, radio

PACK = 500


def from_sign_in_to_clip(page, hand, newcomer, path):
    """The page is at the sign-in."""
    steps.sign_in(page, hand, newcomer)
    expect(steps.heading(page, "New video")).to_be_visible()
    prepare(page, hand)
    buy(page, hand)
    make(page, hand)
    watch(page, hand)
    save(page, hand, path)
    find_in_history(page, hand)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def prepare(page, hand):
    steps.add_photo(page, hand)
    steps.add_brief(page, hand)
    hand.choose(radio(page, "8 s 40"))
    expect(button(page, "Make video · 40 credits")).to_be_visible()
    hand.choose(radio(page, "4 s 20"))
    expect(button(page, PRICED)).to_be_disabled()
    expect(page.get_by_text(f"You need {CLIP_CREDITS} credits and have 0.")).to_be_visible()
    frame = page.get_by_role("img", name="First frame of the clip")
    expect(frame).to_be_visible()
    assert frame.evaluate("one => [one.naturalWidth, one.naturalHeight]") == [720, 1280]


def buy(page, hand):
    expect(page.get_by_text("Test payments: no real money.")).to_be_visible()
    hand.press(button(page, f"{PACK} credits"))
    hand.press(button(page, "Pay"))
    expect(page.get_by_text(f"Paid. {PACK} credits are yours.")).to_be_visible()
    steps.expect_balance(page, PACK)
    hand.press(page.get_by_role("link", name="Go on with your video"))
    expect(page.get_by_label("Product", exact=True)).to_have_value("Bottle")
    expect(page.get_by_text("bottle.jpg")).to_be_visible()
    expect(radio(page, "Hero shot")).to_be_checked()


def make(page, hand):
    expect(button(page, PRICED)).to_be_enabled()
    hand.press(button(page, PRICED))
    expect(steps.heading(page, "Bottle, hero shot")).to_be_visible()
    expect(page.get_by_text("You can close this page.")).to_be_visible()
    steps.expect_balance(page, PACK - CLIP_CREDITS)


def watch(page, hand):
    player = steps.clip(page)
    assert steps.facts(player) == {"size": [720, 1280], "seconds": pytest.approx(4, abs=0.1)}
    hand.play(player)
    player.evaluate(steps.WAS_PLAYED)


def save(page, hand, path):
    with page.expect_download() as download:
        hand.press(button(page, "Download clip"))
    assert download.value.suggested_filename == "Bottle-hero-shot.mp4"
    download.value.save_as(path)
    pictures.assert_clip(path, (720, 1280), 4)


def find_in_history(page, hand):
    hand.press(steps.balance(page))
    lines = page.get_by_role("listitem")
    video = lines.filter(has_text="Video “Bottle, hero shot”")
    expect(video).to_contain_text(f"-{CLIP_CREDITS}")
    expect(lines.filter(has_text=f"{PACK} credits bought")).to_contain_text(f"+{PACK}")
