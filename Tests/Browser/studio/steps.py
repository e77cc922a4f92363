"""What people do in the studio, by the words they see."""
import re

from playwright.sync_api import expect

from rig.person import CLIP_CREDITS, CLIP_LIMIT
from rig.server import ROOT

PHOTO = {"name": "bottle.jpg", "mimeType": "image/jpeg",
         "buffer": (ROOT / "docs/images/sample-product.jpg").read_bytes()}
CODE = "Code from the mail"
PRICED = f"Make video · {CLIP_CREDITS} credits"
# Clips are made by encoders that other tests may keep busy.
CLIP_TIMEOUT = CLIP_LIMIT * 1000
# Ends when a clip has moved on.
WAS_PLAYED = """clip => new Promise((done) => {
  const look = () => clip.currentTime > 0.2 && done();
  clip.addEventListener("timeupdate", look);
  look();
})"""


def button(page, name, **options):
    return page.get_by_role("button", name=name, **options)


def heading(page, name):
    return page.get_by_role("heading", name=name, exact=True)


def radio(page, name):
    return page.get_by_role("radio", name=name)


def sign_in(page, hand, person):
    hand.write(page.get_by_label("E-mail address"), person.email)
    hand.press(button(page, "Send the code"))
    expect(page.get_by_label(CODE)).to_be_focused()
    page.keyboard.type(person.mailed_code())


def add_photo(page, hand, photo=PHOTO):
    hand.attach(button(page, "Choose a photo"), photo)
    expect(button(page, "Crop")).to_be_visible()


def add_brief(page, hand, format="Hero shot", product="Bottle"):
    hand.choose(radio(page, format))
    hand.write(page.get_by_label("Product", exact=True), product)
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(re.compile(product))


def balance(page):
    """The link in the header that tells the balance."""
    return page.get_by_role("link", name=re.compile("^Your balance"))


def expect_balance(page, credits):
    expect(balance(page)).to_have_accessible_name(f"Your balance: {credits} credits")


def clip(page):
    """The player of a video's page, once there is a clip."""
    player = page.locator("video")
    expect(player).to_be_visible(timeout=CLIP_TIMEOUT)
    return player


def facts(player):
    """What the browser knows of a clip: its size and its length."""
    return player.evaluate("""async (clip) => {
      if (clip.readyState < 2) await new Promise((done, fail) => {
        clip.onloadeddata = done;
        clip.onerror = () => fail(clip.error);
        clip.preload = 'auto';
      });
      return { size: [clip.videoWidth, clip.videoHeight], seconds: clip.duration };
    }""")
