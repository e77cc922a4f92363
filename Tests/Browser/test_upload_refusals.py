"""Files that are no photo of a product are refused with the reason, and the next one is taken."""
import pytest
from playwright.sync_api import expect

from rig import pictures
from studio import steps
from studio.hands import Mouse
from studio.steps import button

NO_PICTURE = "This is not a picture we can read."
UNUSABLE = "This picture cannot be used: it is damaged, cut off, or smaller than 64 pixels."
TOO_LARGE = "This file is larger than 20 MB."
# Name, content, what is said, and with which status by the server, if it comes to that.
REFUSED = {
    "a text": ("notes.txt", b"Buy milk.", NO_PICTURE, None),
    "a text called a picture": ("notes.jpg", b"Buy milk. " * 99, NO_PICTURE, 415),
    "too large a file": ("bottle.jpg", bytes(20_000_001), TOO_LARGE, None),
    "too small a picture": ("bottle.jpg", pictures.jpeg(40, 40), UNUSABLE, 400),
    "a damaged picture": ("bottle.jpg", pictures.jpeg()[:5000], UNUSABLE, 400),
    "an empty file": ("bottle.jpg", b"", UNUSABLE, None),
    "too many pixels": ("bottle.png", pictures.empty_png(8000),
                        "This picture has more than 50 megapixels.", 413),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_said_why_a_file_is_refused(visit, visitor, tmp_path, what):
    name, content, reason, status = REFUSED[what]
    (tmp_path / name).write_bytes(content)
    trip = visit(visitor)
    if status:
        trip.expect_refusal(status, "/v1/files")
    page = trip.open("new")
    hand = Mouse(page)
    hand.attach(button(page, "Choose a photo"), tmp_path / name)
    alert = page.get_by_role("alert").filter(has_text=reason)
    expect(alert).to_be_visible()
    steps.add_photo(page, hand)
    expect(alert).to_be_hidden()
    assert len(visitor.get("/v1/files").json()["data"]) == 1
