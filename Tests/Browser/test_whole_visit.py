"""From the front page to a clip on the visitor's disk: by keyboard, on a phone, and by mouse where
the client's files are on a host of their own."""
import pytest

from studio.hands import Keyboard, Mouse, Touch
from studio.host import Host
from studio.journey import from_sign_in_to_clip
from studio.visitor import Newcomer

WAYS = {"keyboard": (Keyboard, {"width": 1280}),
        "touch": (Touch, {"width": 390, "height": 844, "touch": True})}


@pytest.mark.parametrize("way", WAYS)
def test_a_stranger_comes_and_leaves_with_a_clip(visit, server, tmp_path, way):
    hand, screen = WAYS[way]
    page = visit(**screen).page
    come_in(page, hand(page), Newcomer(server), tmp_path / "clip.mp4")


def test_the_client_works_from_another_host(visit, start_server, tmp_path):
    with Host() as host:
        server = start_server(WORKERS=2, ALLOWED_ORIGINS=host.url, WEB_URL=host.url)
        host.point_to(server)
        page = visit(at=server, host=host).page
        come_in(page, Mouse(page), Newcomer(server), tmp_path / "clip.mp4")
        assert page.url.startswith(host.url + "/studio/")


def come_in(page, hand, newcomer, clip):
    page.goto("/")
    hand.press(page.get_by_role("link", name="Make a video"))
    from_sign_in_to_clip(page, hand, newcomer, clip)
