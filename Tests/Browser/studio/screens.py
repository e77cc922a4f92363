"""Every screen of the studio in its main states, and how one gets there.

`SCREENS[name](crowd)` opens a screen and returns its `Visit` once there is nothing to wait for.
"""
from dataclasses import dataclass
from typing import Callable

from playwright.sync_api import expect

from . import steps
from .hands import Mouse
from .steps import button, heading
from .visitor import Newcomer

SCREENS = {}
NOBODY = "video_" + "0" * 32


@dataclass
class Crowd:
    """Who may be in front of a screen.

    visit: opens browsers. stranger: without credits and videos. owner: with all kinds of videos.
    """

    visit: Callable
    stranger: object
    owner: object


def screen(act):
    SCREENS[act.__name__.replace("_", "-")] = act
    return act


# Before signing in

@screen
def front(crowd):
    trip = crowd.visit()
    trip.page.goto("/")
    expect(trip.page.get_by_role("columnheader", name="Credits per second")).to_be_visible()
    expect(trip.page.get_by_role("row", name="Starter 500 $5.00")).to_be_visible()
    return trip


@screen
def sign_in(crowd):
    trip = crowd.visit()
    expect(trip.open().get_by_label("E-mail address")).to_be_visible()
    return trip


@screen
def sign_in_code(crowd):
    trip = crowd.visit()
    page = trip.open()
    page.get_by_label("E-mail address").fill(Newcomer(trip.server).email)
    button(page, "Send the code").click()
    expect(page.get_by_label(steps.CODE)).to_be_visible()
    return trip


@screen
def sign_in_refused(crowd):
    trip = sign_in_code(crowd)
    trip.expect_refusal(403, "/auth/v1/verify")
    trip.page.keyboard.type("000000")
    expect(trip.page.get_by_text("That code is wrong or too old.")).to_be_visible()
    return trip


# New video

@screen
def new(crowd):
    return at(crowd, crowd.stranger, "new", "Format")


@screen
def new_ready(crowd):
    trip = new_begun(crowd, crowd.owner)
    expect(button(trip.page, steps.PRICED)).to_be_enabled()
    return trip


@screen
def new_short_of_credits(crowd):
    trip = new_begun(crowd, crowd.stranger)
    expect(button(trip.page, "500 credits")).to_be_visible()
    return trip


@screen
def new_own_prompt(crowd):
    trip = at(crowd, crowd.owner, "new", "Format")
    Mouse(trip.page).choose(steps.radio(trip.page, "Your own"))
    trip.page.get_by_label("Prompt", exact=True).fill("A bottle on a shelf.")
    expect(button(trip.page, steps.PRICED)).to_be_enabled()
    return trip


@screen
def new_photo_refused(crowd):
    trip = at(crowd, crowd.stranger, "new", "Format")
    Mouse(trip.page).attach(
        button(trip.page, "Choose a photo"),
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Buy milk."})
    expect(trip.page.get_by_text("This is not a picture we can read.")).to_be_visible()
    return trip


@screen
def new_crop(crowd):
    trip = at(crowd, crowd.owner, "new", "Format")
    steps.add_photo(trip.page, Mouse(trip.page))
    button(trip.page, "Crop").click()
    expect(heading(trip.page, "Crop the photo")).to_be_visible()
    return trip


@screen
def new_loading(crowd):
    trip = crowd.visit(crowd.stranger)
    trip.page.route("**/v1/formats", lambda route: None)
    trip.open("new")
    expect(trip.page.locator(".decide .skeleton").first).to_be_visible()
    return trip


@screen
def new_failed_to_load(crowd):
    trip = failing(crowd, "/v1/formats")
    trip.open("new")
    expect(button(trip.page, "Try again")).to_be_visible()
    return trip


# One video

@screen
def video_under_way(crowd):
    trip = at(crowd, crowd.owner, f"videos/{crowd.owner.unfinished['id']}", "Travel size, unboxing")
    expect(trip.page.get_by_text("Rendering, usually about a minute.")).to_be_visible()
    expect(trip.page.get_by_role("img", name="First frame of the clip")).to_be_visible()
    return trip


@screen
def video_stop(crowd):
    trip = video_under_way(crowd)
    button(trip.page, "Stop this video").click()
    expect(heading(trip.page, "Stop this video?")).to_be_visible()
    return trip


@screen
def video_ready(crowd):
    trip = at(crowd, crowd.owner, f"videos/{crowd.owner.clip['id']}", "Bottle, unboxing")
    steps.facts(steps.clip(trip.page))
    return trip


@screen
def video_remix(crowd):
    trip = at(crowd, crowd.owner, f"videos/{crowd.owner.clip['id']}?remix=1", "Bottle, unboxing")
    expect(trip.page.get_by_label("Changed prompt")).to_be_visible()
    return trip


@screen
def video_refused(crowd):
    trip = at(crowd, crowd.owner, f"videos/{crowd.owner.refused['id']}", "Bath oil, unboxing")
    expect(trip.page.get_by_text("The model declined this picture or text.")).to_be_visible()
    expect(trip.page.get_by_role("img", name="First frame of the clip")).to_be_visible()
    return trip


@screen
def video_missing(crowd):
    trip = crowd.visit(crowd.stranger)
    trip.expect_refusal(404, f"/v1/videos/{NOBODY}")
    expect(heading(trip.open(f"videos/{NOBODY}"), "There is nothing here")).to_be_visible()
    return trip


# Videos

@screen
def videos(crowd):
    trip = at(crowd, crowd.owner, "videos", "Videos")
    expect(trip.page.locator(".tile")).to_have_count(3)
    return trip


@screen
def videos_menu(crowd):
    trip = videos(crowd)
    button(trip.page, "Actions for Bottle, unboxing").click()
    expect(trip.page.get_by_role("menuitem", name="Rename")).to_be_visible()
    return trip


@screen
def videos_rename(crowd):
    trip = videos_menu(crowd)
    trip.page.get_by_role("menuitem", name="Rename").click()
    expect(trip.page.get_by_label("Title")).to_be_visible()
    return trip


@screen
def videos_none(crowd):
    return at(crowd, crowd.stranger, "videos", "Your videos will be here")


@screen
def videos_filtered_away(crowd):
    trip = crowd.visit(crowd.stranger)
    expect(trip.open("videos?status=failed").get_by_text("No video fits")).to_be_visible()
    return trip


@screen
def videos_failed_to_load(crowd):
    trip = failing(crowd, "/v1/videos")
    trip.open("videos")
    expect(button(trip.page, "Try again")).to_be_visible()
    return trip


@screen
def videos_offline(crowd):
    trip = videos(crowd)
    trip.expect_silence()
    trip.context.set_offline(True)
    expect(trip.page.get_by_text("You are offline.")).to_be_visible()
    return trip


# Credits

@screen
def credits(crowd):
    trip = at(crowd, crowd.owner, "credits", "History")
    expect(trip.page.get_by_text("Refund: model declined")).to_be_visible()
    return trip


@screen
def credits_none(crowd):
    trip = at(crowd, crowd.stranger, "credits", "History")
    expect(trip.page.get_by_text("Nothing here yet.")).to_be_visible()
    return trip


@screen
def credits_paid(crowd):
    trip = crowd.visit(crowd.owner)
    page = trip.open(f"credits?checkout={crowd.owner.paid['id']}&return_to=new")
    expect(page.get_by_text("Paid. 500 credits are yours.")).to_be_visible()
    expect(page.get_by_text("Refund: model declined")).to_be_visible()
    return trip


@screen
def credits_not_paid(crowd):
    trip = crowd.visit(crowd.stranger)
    checkout = crowd.stranger.checkout()
    page = trip.open(f"credits?checkout={checkout['id']}&cancelled=1")
    expect(page.get_by_text("Nothing was paid.")).to_be_visible()
    expect(button(page, "500 credits")).to_be_visible()
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    return trip


@screen
def checkout(crowd):
    trip = crowd.visit()
    trip.page.goto(crowd.stranger.checkout()["url"])
    expect(button(trip.page, "Pay")).to_be_visible()
    return trip


# Settings, and nothing

@screen
def settings(crowd):
    trip = at(crowd, crowd.stranger, "settings", "Signed-in devices")
    expect(trip.page.get_by_text("Since ")).to_be_visible()
    expect(trip.page.get_by_text("This device")).to_be_visible()
    return trip


@screen
def settings_delete(crowd):
    trip = settings(crowd)
    button(trip.page, "Delete my account").click()
    expect(heading(trip.page, "Delete your account?")).to_be_visible()
    return trip


@screen
def programs(crowd):
    trip = at(crowd, crowd.owner, "programs", "API and webhooks")
    keys = trip.page.get_by_role("region", name="API keys")
    if keys.get_by_role("listitem").count() == 0:
        keys.locator("summary").click()
        keys.get_by_label("Name").fill("Shop")
        button(keys, "Make key").click()
        expect(keys.get_by_text("It is shown only now")).to_be_visible()
    hooks = trip.page.get_by_role("region", name="Webhooks")
    hooks.locator("summary", has_text="New webhook").click()
    expect(button(hooks, "Add webhook")).to_be_visible()
    return trip


@screen
def programs_none(crowd):
    trip = at(crowd, crowd.stranger, "programs", "API and webhooks")
    expect(trip.page.get_by_text("No keys yet.")).to_be_visible()
    expect(trip.page.get_by_text("No webhooks yet.")).to_be_visible()
    trip.page.locator("summary", has_text="New key").click()
    return trip


@screen
def missing(crowd):
    return at(crowd, crowd.stranger, "nowhere", "There is nothing here")


# Ways there

def at(crowd, visitor, place, title):
    trip = crowd.visit(visitor)
    expect(heading(trip.open(place), title)).to_be_visible()
    return trip


def new_begun(crowd, visitor):
    trip = at(crowd, visitor, "new", "Format")
    steps.add_photo(trip.page, Mouse(trip.page))
    steps.add_brief(trip.page, Mouse(trip.page))
    expect(trip.page.get_by_role("img", name="First frame of the clip")).to_be_visible()
    return trip


def failing(crowd, path):
    """A visit to a server that breaks when it is asked for that path."""
    trip = crowd.visit(crowd.stranger)
    trip.expect_refusal(500, path)
    trip.page.route(lambda url: path in url, lambda route: route.fulfill(status=500, body="{}"))
    return trip
