"""One's own account: its other devices, all that is kept of it, and its end."""
import io
import json
import zipfile

from playwright.sync_api import expect

from rig.person import ok
from studio.steps import button, heading
from studio.visitor import Visitor


def test_another_device_is_signed_out_from_here(visit, visitor):
    there = visit(visitor.again()).open("videos")
    expect(heading(there, "Videos")).to_be_visible()
    here = visit(visitor).open("settings")
    devices = here.get_by_role("listitem").filter(has_text="Sign out")
    expect(devices).to_have_count(1)
    devices.get_by_role("button").click()
    expect(here.get_by_text("Signed out there, within the hour at the latest.")).to_be_visible()
    expect(devices).to_have_count(0)
    assert [device["current"] for device in ok(visitor.get("/v1/me/sessions"))["data"]] == [True]
    expect(heading(here, "Settings")).to_be_visible()


def test_all_that_is_kept_is_saved_as_one_file(visit, owner, tmp_path):
    page = visit(owner).open("settings")
    with page.expect_download() as download:
        button(page, "Export my data").click()
    expect(page.get_by_text("Saved to your downloads.")).to_be_visible()
    assert download.value.suggested_filename == "placemint.zip"
    download.value.save_as(tmp_path / "all.zip")
    archive = zipfile.ZipFile(io.BytesIO((tmp_path / "all.zip").read_bytes()))
    assert archive.testzip() is None
    kept = json.loads(archive.read("videos.json"))
    assert owner.clip["id"] in [video["id"] for video in kept]
    assert any(name.endswith(".mp4") for name in archive.namelist())


def test_an_account_ends_when_its_address_is_typed(visit, server):
    person = Visitor(server).has_credits_for(2)
    trip = visit(person)
    page = trip.open("settings")
    button(page, "Delete my account").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Your remaining 40 credits are lost.")).to_be_visible()
    proof, sure = dialog.get_by_label("to confirm"), button(dialog, "Delete for good")
    proof.fill("somebody@example.com")
    expect(sure).to_be_disabled()
    proof.fill(person.email.upper())
    sure.click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()
    expect(heading(page, "Sign in")).to_be_visible()
    assert page.evaluate("JSON.stringify({ ...localStorage })").count("placemint.session") == 0
    assert person.get("/v1/me").status_code == 401
    found = server.rows(f"SELECT 1 FROM public.users WHERE email = '{person.email}'")
    assert found == []


def test_with_supabase_all_devices_are_signed_out_and_none_is_listed(visit, visitor):
    trip = visit(visitor)
    settings = ok(visitor.get("/config.json"))
    settings["auth"] |= {"kind": "supabase", "key": "publishable"}
    trip.page.route("**/config.json", lambda route: route.fulfill(json=settings))
    page = trip.open("settings")
    expect(button(page, "Sign out everywhere")).to_be_visible()
    expect(page.get_by_text("Signed-in devices")).to_be_hidden()
    with page.expect_request("**/auth/v1/logout?scope=global") as asked:
        button(page, "Sign out everywhere").click()
    assert asked.value.headers["apikey"] == "publishable"
    assert asked.value.headers["x-supabase-api-version"] == "2024-01-01"
    expect(heading(page, "Sign in")).to_be_visible()
