"""What becomes of finished videos: names, filters, links, deletion and its undoing, crops."""
import io

import pytest
import requests
from PIL import Image

from rig import pictures
from rig.audit import audit
from rig.person import Person, ok, refused
from rig.server import Server


@pytest.fixture(scope="module")
def server():
    server = Server(WORKERS=2)
    try:
        yield server
        audit(server)
    finally:
        server.discard()


@pytest.fixture(scope="module")
def owner(server):
    """Somebody with a finished video."""
    person = Person(server)
    person.buy("creator")
    file = person.upload(pictures.jpeg(600, 800))
    person.clip = person.wait(person.create(
        format="unboxing", brief={"product": "Mug"}, input_reference={"file_id": file["id"]}))
    person.file = file
    return person


def rename(person, video, body):
    return person.call("PATCH", f"/v1/videos/{video['id']}", json=body)


def test_a_video_is_called_after_its_brief_until_it_gets_a_name(owner):
    assert owner.video(owner.clip)["title"] == "Mug, unboxing"
    assert ok(rename(owner, owner.clip, {"title": "  Spring \n ad "}))["title"] == "Spring ad"
    assert owner.video(owner.clip)["title"] == "Spring ad"
    assert ok(rename(owner, owner.clip, {"title": None}))["title"] == "Mug, unboxing"
    assert ok(rename(owner, owner.clip, {"title": "ü" * 80}))["title"] == "ü" * 80


@pytest.mark.parametrize(
    "body", [{}, {"title": ""}, {"title": "  "}, {"title": 5}, {"title": "x" * 81}], ids=str)
def test_what_is_no_name_is_refused(owner, body):
    refused(rename(owner, owner.clip, body), 400, "invalid_request", "title")


def test_nobody_names_another_persons_video(server, owner):
    refused(rename(Person(server), owner.clip, {"title": "Mine"}), 404, "not_found")


def test_a_video_says_what_it_was_ordered_with(owner):
    video = owner.video(owner.clip)
    assert video["brief"] == {"product": "Mug", "language": "en"}
    assert video["file_id"] == owner.file["id"]
    assert video["backdrop"] == "soft" and video["crop"] is None


def test_the_list_is_filtered_by_state_and_format(owner):
    def ids(query):
        return [video["id"] for video in ok(owner.get(f"/v1/videos?{query}"))["data"]]

    stopped = owner.create(seconds="12")
    assert ids("status=unfinished") == [stopped["id"]]
    owner.post(f"/v1/videos/{stopped['id']}/cancel")
    # A clip that is nearly done may be quicker than the wish to stop it.
    state = owner.wait(stopped)["status"]
    assert stopped["id"] in ids(f"status={state}") and ids("status=unfinished") == []
    assert owner.clip["id"] in ids("status=completed")
    assert owner.clip["id"] not in ids("status=failed")
    assert ids("format=unboxing") == [owner.clip["id"]]
    assert ids("format=unboxing&status=failed") == [] and ids("format=podcast-clip") == []
    refused(owner.get("/v1/videos?status=done"), 400, "invalid_request", "status")


def test_links_open_clip_poster_and_photo_without_a_token(owner):
    video = owner.video(owner.clip)
    clip = requests.get(video["clip_url"], timeout=20)
    assert clip.content == owner.get(f"/v1/videos/{video['id']}/content").content
    part = requests.get(video["clip_url"], headers={"Range": "bytes=10-19"}, timeout=20)
    assert part.status_code == 206 and part.content == clip.content[10:20]
    poster = Image.open(io.BytesIO(requests.get(video["poster_url"], timeout=20).content))
    assert poster.width / poster.height == pytest.approx(9 / 16, abs=0.01)
    photo = ok(owner.get(f"/v1/files/{owner.file['id']}"))["url"]
    assert Image.open(io.BytesIO(requests.get(photo, timeout=20).content)).size == (600, 800)
    named = requests.get(video["clip_url"] + "&filename=Mug%20%22one%22.mp4", timeout=20)
    assert named.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''Mug%20%22one%22.mp4")


@pytest.mark.parametrize("change", [
    lambda url: url.split("?")[0], lambda url: url[:-1], lambda url: url.replace("expires=", "expires=9"),
    lambda url: url.replace("signature=", "signature=A"), lambda url: url.replace("/media/", "/media/x"),
], ids=["bare", "cut", "longer", "forged", "other"])
def test_a_link_that_was_changed_opens_nothing(owner, change):
    url = change(owner.video(owner.clip)["clip_url"])
    assert requests.get(url, timeout=10).status_code == 404


def test_a_deletion_is_taken_back_whole(server, owner):
    video = owner.wait(owner.create())
    before = owner.video(video)
    ok(owner.delete(f"/v1/videos/{video['id']}"))
    assert requests.get(before["clip_url"], timeout=10).status_code == 404
    refused(Person(server).post(f"/v1/videos/{video['id']}/restore"), 404, "not_found")
    assert ok(owner.post(f"/v1/videos/{video['id']}/restore")) == before
    assert requests.get(before["clip_url"], timeout=10).status_code == 200
    # What is not deleted cannot be restored, nor what was deleted long ago.
    refused(owner.post(f"/v1/videos/{video['id']}/restore"), 404, "not_found")
    ok(owner.delete(f"/v1/videos/{video['id']}"))
    server.psql("UPDATE public.jobs SET deleted_at = deleted_at - interval '31 seconds'"
                " WHERE deleted_at IS NOT NULL")
    refused(owner.post(f"/v1/videos/{video['id']}/restore"), 404, "not_found")


# The part of a photo that is used

LEFT = {"x": 0, "y": 0, "width": 0.5, "height": 1}


def halves():
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (800, 600), (200, 30, 30))
    picture.paste((30, 30, 200), (400, 0, 800, 600))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def middle(jpeg):
    picture = Image.open(io.BytesIO(jpeg))
    return picture.getpixel((picture.width // 2, picture.height // 2))


def frame(owner, **order):
    answer = owner.post("/v1/previews", json={
        "prompt": "x", "backdrop": "plain", "input_reference": {"file_id": order.pop("file")},
        **order})
    assert answer.status_code == 200, answer.text
    return answer.content


def test_the_frame_and_the_clip_show_the_part_that_was_chosen(owner):
    file = owner.upload(halves())["id"]
    right = LEFT | {"x": 0.5}
    red, blue = frame(owner, file=file, crop=LEFT), frame(owner, file=file, crop=right)
    assert middle(red)[0] > 150 > 90 > middle(red)[2]
    assert middle(blue)[2] > 150 > 90 > middle(blue)[0]
    video = owner.create(input_reference={"file_id": file}, crop=right, backdrop="plain")
    assert video["crop"] == right
    video = owner.wait(video)
    assert video["crop"] == right
    poster = requests.get(video["poster_url"], timeout=20).content
    assert middle(poster)[2] > 120 > middle(poster)[0]
    # A remix keeps it.
    again = ok(owner.post(f"/v1/videos/{video['id']}/remix", json={"prompt": "Slower."}))
    assert again["crop"] == right


@pytest.mark.parametrize("crop", [
    {"x": 0, "y": 0, "width": 1}, {"x": -0.1, "y": 0, "width": 0.5, "height": 0.5},
    {"x": 0.6, "y": 0, "width": 0.5, "height": 1}, {"x": 0, "y": 0, "width": 0, "height": 1},
    {"x": "a", "y": 0, "width": 1, "height": 1}, [], "all", 1,
    {"x": 0, "y": 0, "width": 0.05, "height": 0.05},
], ids=str)
def test_what_is_no_part_of_the_photo_is_refused_before_anything_is_paid(owner, crop):
    file = owner.upload(halves())["id"]
    balance = owner.balance
    order = {"prompt": "x", "input_reference": {"file_id": file}, "crop": crop}
    for path in ("/v1/quotes", "/v1/videos"):
        refused(owner.post(path, json=order), 400, "invalid_request", "crop")
    assert owner.balance == balance
