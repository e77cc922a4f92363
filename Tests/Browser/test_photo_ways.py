"""A photo comes by being dropped on the page, or pasted into it, and not only by a button."""
import base64

import pytest
from playwright.sync_api import expect

from rig import pictures
from studio import steps
from studio.steps import button

COPY = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
  const type = "image/png";
  await navigator.clipboard.write([new ClipboardItem({ [type]: new Blob([bytes], { type }) })]);
}"""


@pytest.fixture
def page(visit, visitor):
    page = visit(visitor, permissions=["clipboard-read", "clipboard-write"]).open("new")
    expect(button(page, "Choose a photo")).to_be_visible()
    return page


def drag(page, kind, path):
    """What the system tells a browser while a file is dragged over its window."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.dispatchDragEvent", {
        "type": kind, "x": 640, "y": 600,
        "data": {"items": [], "files": [str(path)], "dragOperationsMask": 1}})


def test_a_photo_is_dropped_anywhere(page, tmp_path):
    path = tmp_path / steps.PHOTO["name"]
    path.write_bytes(steps.PHOTO["buffer"])
    drag(page, "dragEnter", path)
    drag(page, "dragOver", path)
    expect(page.get_by_text("Drop the photo anywhere")).to_be_visible()
    drag(page, "drop", path)
    expect(button(page, "Crop")).to_be_visible()
    expect(page.get_by_text("bottle.jpg")).to_be_visible()
    expect(page.get_by_text("Drop the photo anywhere")).to_be_hidden()


def test_a_photo_is_pasted(page):
    picture = pictures.encoded(pictures.product(300, 400), "PNG")
    page.evaluate(COPY, base64.b64encode(picture).decode())
    page.keyboard.press("Control+V")
    expect(button(page, "Crop")).to_be_visible()
    expect(page.get_by_text("300 × 400")).to_be_visible()
