"""What a person can see, take away and end of their own account."""
import csv
import io
import json
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from rig import pictures
from rig.audit import audit
from rig.person import Person, ok, refused
from rig.server import Server, wait_until


@pytest.fixture(scope="module")
def server():
    server = Server(WORKERS=2)
    try:
        yield server
        audit(server)
    finally:
        server.discard()


def with_clip(server):
    person = Person(server)
    person.buy()
    file = person.upload(pictures.jpeg(600, 800))
    video = person.create(
        format="unboxing", brief={"product": "Mug"}, input_reference={"file_id": file["id"]})
    return person, file, person.wait(video)


# What is known of somebody


def test_an_account_says_who_it_is(server):
    person = Person(server)
    me = ok(person.get("/v1/me"))
    assert me["email"] == person.email and me["id"].startswith("user_")
    assert abs(me["created_at"] - time.time()) < 60


def forget_mails(person):
    """As if a minute had passed since the last code was sent to this person."""
    person.server.psql(f"DELETE FROM auth.one_time_codes WHERE email = '{person.email}'")
    for mail in person.server.outbox.glob("*.eml"):
        if person.email in mail.read_text():
            mail.unlink()


def sign_in_again(person, **headers):
    """Another session of the same person's."""
    forget_mails(person)
    site = person.server.url + "/auth/v1"
    ok(requests.post(site + "/otp", json={"email": person.email}, timeout=20))
    proof = {"type": "email", "email": person.email, "token": person.mailed_code()}
    person.token = ok(
        requests.post(site + "/verify", json=proof, headers=headers, timeout=20))["access_token"]


def test_devices_are_listed_and_signed_out_one_by_one(server):
    person = Person(server)
    first = person.token
    sign_in_again(person)
    here, other = ok(person.get("/v1/me/sessions"))["data"]
    assert here["current"] and not other["current"]
    ok(person.delete(f"/v1/me/sessions/{other['id']}"))
    refused(person.delete(f"/v1/me/sessions/{other['id']}"), 404, "not_found")
    assert ok(person.get("/v1/me/sessions"))["data"] == [here]
    # The one signed out cannot ask the sign-in any more.
    answer = requests.get(
        server.url + "/auth/v1/user", headers={"Authorization": f"Bearer {first}"}, timeout=10)
    assert answer.status_code == 403


def test_a_device_has_the_name_its_browser_gave(server):
    person = Person(server)
    agent = "Mozilla/5.0 (X11; Linux) " + "x" * 500
    sign_in_again(person, **{"User-Agent": agent})
    here, other = ok(person.get("/v1/me/sessions"))["data"]
    assert here["user_agent"] == agent[:400] and here["system"] == "Linux"
    assert "browser" not in here and "system" not in other


def test_nobody_sees_or_ends_another_persons_devices(server):
    person, stranger = Person(server), Person(server)
    device = ok(person.get("/v1/me/sessions"))["data"][0]
    refused(stranger.delete(f"/v1/me/sessions/{device['id']}"), 404, "not_found")
    assert ok(person.get("/v1/me/sessions"))["data"] == [device]
    refused(person.delete("/v1/me/sessions/nonsense"), 404, "not_found")


# Taking everything away


def test_an_export_has_every_word_and_every_file(server):
    person, file, video = with_clip(server)
    answer = person.get("/v1/me/export")
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    names = archive.namelist()
    assert names[:8] == ["account.json", "purchases.json", "videos.json", "ledger.csv",
                         "photos.json", "api_keys.json", "webhook_endpoints.json", "devices.json"]
    assert json.loads(archive.read("account.json"))["email"] == person.email
    assert json.loads(archive.read("purchases.json"))[0]["credits"] == 500
    assert json.loads(archive.read("videos.json"))[0]["brief"]["product"] == "Mug"
    ledger = list(csv.DictReader(io.StringIO(archive.read("ledger.csv").decode())))
    assert [int(line["amount"]) for line in ledger] == [-video["credits"], 500]
    photo, = [name for name in names if name.startswith("photos/")]
    assert archive.read(photo) == person.get(f"/v1/files/{file['id']}/content").content
    clips = [name for name in names if name.startswith("videos/")]
    whole = person.get(f"/v1/videos/{video['id']}/content").content
    assert len(clips) == 2 and whole in [archive.read(name) for name in clips]


def test_an_export_of_nothing_is_whole_too(server):
    archive = zipfile.ZipFile(io.BytesIO(Person(server).get("/v1/me/export").content))
    assert json.loads(archive.read("videos.json")) == []
    assert archive.read("ledger.csv").decode().count("\n") == 1


def test_one_export_at_a_time(server):
    person, _, _ = with_clip(server)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(
            lambda _: person.call("GET", "/v1/me/export", patient=False), range(8)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 200 and set(codes) <= {200, 429}
    # And afterwards it is free again.
    assert person.get("/v1/me/export").status_code == 200


def test_an_export_whose_body_nobody_takes_does_not_stand_in_the_way(server):
    person = Person(server)
    assert person.call("HEAD", "/v1/me/export").status_code == 200
    assert person.call("GET", "/v1/me/export", patient=False).status_code == 200


# The end of an account


def test_a_closed_account_leaves_the_money_and_nothing_else(server):
    person, file, video = with_clip(server)
    user = server.psql(f"SELECT id FROM public.users WHERE email = '{person.email}'").strip()
    ledger = server.psql(
        f"SELECT seq, amount, kind FROM public.credit_ledger WHERE user_id = '{user}' ORDER BY 1")
    ended = ok(person.delete("/v1/me"))
    assert ended["deleted"] is True and ended["object"] == "user"
    for path in ("/v1/me", "/v1/credits", "/v1/videos", f"/v1/files/{file['id']}"):
        refused(person.get(path), 401, "unauthorized")
    assert requests.get(video["clip_url"], timeout=10).status_code == 404
    assert server.psql(
        "SELECT seq, amount, kind FROM public.credit_ledger"
        f" WHERE user_id = '{user}' ORDER BY 1") == ledger
    # Nothing that names the person, or that they wrote, is in any table.
    server.psql("UPDATE public.assets SET deleted_at = deleted_at - interval '2 minutes'"
                " WHERE deleted_at IS NOT NULL AND purged_at IS NULL")
    own = user.replace("-", "")
    wait_until(lambda: not any(own in str(name) for name in server.objects), 20, "all files gone")
    tables = ("public.users", "public.jobs", "public.assets", "public.purchases",
              "public.stripe_events", "auth.users", "auth.sessions", "auth.one_time_codes")
    for table in tables:
        assert server.psql(
            f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE '%{person.email}%'").strip() == "0"
    assert server.psql(f"SELECT prompt, brief, title, crop, idempotency_key FROM public.jobs"
                       f" WHERE user_id = '{user}'").strip() == "(deleted)||||"
    assert server.psql(f"SELECT count(*) FROM auth.users WHERE id = '{user}'").strip() == "0"


def test_an_account_with_videos_under_way_stays(server):
    person = Person(server)
    person.buy()
    video = person.create()
    refused(person.delete("/v1/me"), 409, "not_finished")
    assert ok(person.get("/v1/me"))["email"] == person.email
    person.wait(video)
    ok(person.delete("/v1/me"))


def test_the_same_address_begins_anew(server):
    person, _, _ = with_clip(server)
    ok(person.delete("/v1/me"))
    forget_mails(person)
    again = Person(server, email=person.email)
    assert again.balance == 0 and ok(again.get("/v1/videos"))["data"] == []
    assert ok(again.get("/v1/me"))["email"] == person.email


def test_closing_twice_at_once_is_closing_once(server):
    person = Person(server)
    person.buy()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(
            lambda _: person.call("DELETE", "/v1/me", patient=False), range(6)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 200 and set(codes[1:]) == {401}


def test_welcome_credits_are_not_given_twice_to_one_address():
    server = Server(WORKERS=0, WELCOME_CREDITS=30)
    try:
        person = Person(server)
        assert person.balance == 30
        ok(person.delete("/v1/me"))
        forget_mails(person)
        assert Person(server, email=person.email).balance == 0
        assert Person(server).balance == 30
        audit(server)
    finally:
        server.discard()


def test_an_order_and_the_end_of_an_account_do_not_pass_each_other(server):
    for _ in range(6):
        person = Person(server)
        person.buy()
        with ThreadPoolExecutor(4) as pool:
            orders = [pool.submit(person.call, "POST", "/v1/videos", patient=False, json={
                "prompt": "The mug.", "seconds": "4"}) for _ in range(3)]
            end = pool.submit(person.call, "DELETE", "/v1/me", patient=False)
        made = [order.result() for order in orders if order.result().status_code == 200]
        # Either there are videos and the account stays, or it has ended and there are none.
        assert end.result().status_code == (409 if made else 200)
