"""The library: videos are looked at, named, saved, deleted and brought back."""
import re

import pytest
from playwright.sync_api import expect

from rig import pictures
from studio import steps
from studio.orders import finished
from studio.steps import button
from studio.visitor import Visitor


@pytest.fixture
def shelf(server, models):
    """Somebody with one finished video, "Mug, unboxing"."""
    person = Visitor(server).has_credits_for(3)
    person.clip = finished(
        person, models, prompt=None, format="unboxing", brief={"product": "Mug"})
    return person


def tile(page, title):
    return page.locator(".tile").filter(has_text=title)


def choose(page, title, action):
    """An action of a video's menu."""
    button(page, f"Actions for {title}").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_video_gets_a_name_and_loses_it(visit, shelf):
    page = visit(shelf).open("videos")
    choose(page, "Mug, unboxing", "Rename")
    page.get_by_label("Title").fill("Spring ad")
    button(page, "Save").click()
    expect(tile(page, "Spring ad")).to_be_visible()
    page.reload()
    choose(page, "Spring ad", "Rename")
    page.get_by_label("Title").fill("")
    button(page, "Save").click()
    expect(tile(page, "Mug, unboxing")).to_be_visible()


def test_a_deleted_video_comes_back_on_wish_and_goes_for_good_without(visit, shelf):
    page = visit(shelf).open("videos")
    choose(page, "Mug, unboxing", "Delete")
    expect(page.get_by_text("“Mug, unboxing” is deleted.")).to_be_visible()
    expect(tile(page, "Mug, unboxing")).to_be_hidden()
    button(page, "Undo").click()
    expect(tile(page, "Mug, unboxing")).to_be_visible()
    page.reload()
    choose(page, "Mug, unboxing", "Delete")
    expect(steps.heading(page, "Your videos will be here")).to_be_visible()
    page.reload()
    expect(steps.heading(page, "Your videos will be here")).to_be_visible()


def test_a_clip_and_its_poster_are_saved(visit, shelf, tmp_path):
    page = visit(shelf).open("videos")
    for action, name in ("Download clip", "Mug-unboxing.mp4"), ("Download poster", "Mug-unboxing.jpg"):
        with page.expect_download() as download:
            choose(page, "Mug, unboxing", action)
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
    pictures.assert_clip(tmp_path / "Mug-unboxing.mp4", (720, 1280), 4)
    assert (tmp_path / "Mug-unboxing.jpg").read_bytes()[:3] == b"\xff\xd8\xff"


def test_a_poster_plays_under_the_mouse(visit, shelf):
    page = visit(shelf).open("videos")
    tile(page, "Mug, unboxing").hover()
    tile(page, "Mug, unboxing").locator("video").evaluate(steps.WAS_PLAYED)
    page.mouse.move(0, 0)
    expect(tile(page, "Mug, unboxing").locator("video")).to_have_count(0)


def test_filters_leave_what_was_asked_for(visit, owner):
    page = visit(owner).open("videos")
    expect(page.locator(".tile")).to_have_count(3)
    for state, title in ("Ready", "Mug"), ("Under way", "Bag"), ("Failed", "Lamp"):
        page.get_by_role("radio", name=state).locator("xpath=..").click()
        expect(page.locator(".tile")).to_have_count(1)
        expect(tile(page, title)).to_be_visible()
    page.get_by_label("Format").select_option(label="Podcast clip")
    expect(page.get_by_text("No video fits this choice.")).to_be_visible()
    assert re.search(r"status=failed&format=podcast-clip$", page.url)
