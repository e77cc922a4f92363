"""The library: videos are looked at, named, saved, deleted and brought back."""
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from rig import pictures
from studio import steps
from studio.orders import MODEL_CREDITS, finished, submitted
from studio.steps import button
from studio.visitor import Visitor


@pytest.fixture
def shelf(server, models):
    """Somebody with one finished video, "Bottle, unboxing"."""
    person = Visitor(server).has_credits_for(3)
    person.clip = finished(
        person, models, prompt=None, format="unboxing", brief={"product": "Bottle"})
    return person


def tile(page, title):
    return page.locator(".tile").filter(has_text=title)


def choose(page, title, action):
    """An action of a video's menu."""
    button(page, f"Actions for {title}").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_video_gets_a_name_and_loses_it(visit, shelf):
    page = visit(shelf).open("videos")
    choose(page, "Bottle, unboxing", "Rename")
    page.get_by_label("Title").fill("Spring ad")
    button(page, "Save").click()
    expect(tile(page, "Spring ad")).to_be_visible()
    page.reload()
    choose(page, "Spring ad", "Rename")
    page.get_by_label("Title").fill("")
    button(page, "Save").click()
    expect(tile(page, "Bottle, unboxing")).to_be_visible()


def test_a_deleted_video_comes_back_on_wish_and_goes_for_good_without(visit, shelf):
    page = visit(shelf).open("videos")
    choose(page, "Bottle, unboxing", "Delete")
    expect(page.get_by_text("“Bottle, unboxing” is deleted.")).to_be_visible()
    expect(tile(page, "Bottle, unboxing")).to_be_hidden()
    button(page, "Undo").click()
    expect(tile(page, "Bottle, unboxing")).to_be_visible()
    page.reload()
    choose(page, "Bottle, unboxing", "Delete")
    expect(steps.heading(page, "Your videos will be here")).to_be_visible()
    page.reload()
    expect(steps.heading(page, "Your videos will be here")).to_be_visible()


def test_a_clip_and_its_poster_are_saved(visit, shelf, tmp_path):
    page = visit(shelf).open("videos")
    clip, poster = (save(page, action, tmp_path) for action in ("Download clip", "Download poster"))
    assert clip.name == "Bottle-unboxing.mp4"
    pictures.assert_clip(clip, (720, 1280), 4)
    assert poster.stem == "Bottle-unboxing"
    assert Image.registered_extensions()[poster.suffix] == Image.open(poster).format


def save(page, action, folder):
    """Where the file is that an action of the video's menu saves."""
    with page.expect_download() as download:
        choose(page, "Bottle, unboxing", action)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_remix_is_ordered_and_watched_to_its_end(visit, shelf, models):
    page = visit(shelf.has_credits_for(4)).open("videos")
    choose(page, "Bottle, unboxing", "Remix")
    send = button(page, f"Remix · {MODEL_CREDITS} credits")
    expect(send).to_be_disabled()
    page.get_by_label("Changed prompt").fill("The bottle on a beach.")
    send.click()
    expect(page.get_by_text("You can close this page.")).to_be_visible()
    models.finish(submitted(models).id)
    steps.facts(steps.clip(page))
    expect(page.get_by_text("The bottle on a beach.").first).to_be_visible()
    page.get_by_role("link", name=re.compile("^An earlier")).click()
    expect(page).to_have_url(re.compile(shelf.clip["id"]))


def test_a_poster_plays_under_the_mouse(visit, shelf):
    page = visit(shelf).open("videos")
    tile(page, "Bottle, unboxing").hover()
    tile(page, "Bottle, unboxing").locator("video").evaluate(steps.WAS_PLAYED)
    page.mouse.move(0, 0)
    expect(tile(page, "Bottle, unboxing").locator("video")).to_have_count(0)


def test_filters_leave_what_was_asked_for(visit, owner):
    page = visit(owner).open("videos")
    expect(page.locator(".tile")).to_have_count(3)
    for state, title in ("Ready", "Bottle"), ("Under way", "Travel size"), ("Failed", "Bath oil"):
        page.get_by_role("radio", name=state).locator("xpath=..").click()
        expect(page.locator(".tile")).to_have_count(1)
        expect(tile(page, title)).to_be_visible()
    page.get_by_label("Format").select_option(label="Podcast clip")
    expect(page.get_by_text("No video fits this choice.")).to_be_visible()
    assert re.search(r"status=failed&format=podcast-clip$", page.url)
