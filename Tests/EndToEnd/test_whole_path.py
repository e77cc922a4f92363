"""What a customer does on a first visit, from the mailed code to the downloaded clip."""
import csv
import hashlib
import io
import json
import threading

import pytest
import requests
from PIL import Image

from rig import pictures
from rig.audit import audit
from rig.person import CLIP, CLIP_CREDITS, Person, ok, refused
from rig.server import wait_until

BRIEF = {"product": "Enamel mug", "holder": "a woman in her thirties",
         "setting": "a bright kitchen", "line": "I take it everywhere.",
         "call_to_action": "Get yours"}


class EventStream:
    """Reads server-sent events in the background, as they come."""

    def __init__(self, person):
        self.answer = person.get("/v1/events", stream=True, timeout=(10, 120))
        assert self.answer.headers["content-type"] == "text/event-stream"
        self.events = []
        self.arrived = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        name = None
        try:
            for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    self.arrive(name, json.loads(line.removeprefix("data: ")))
        except (requests.RequestException, AttributeError):
            pass  # The server stopped.
        self.arrive("closed", {})

    def arrive(self, name, data):
        with self.arrived:
            self.events.append((name, data))
            self.arrived.notify_all()

    def wait(self, name, condition=lambda data: True, limit=120):
        """The data of the first event of that name that meets the condition."""
        def found():
            return next((d for n, d in list(self.events) if n == name and condition(d)), None)

        with self.arrived:
            assert self.arrived.wait_for(lambda: found() is not None, limit), self.events
            return found()

    def of(self, name):
        return [data for event, data in list(self.events) if event == name]


@pytest.fixture(scope="module")
def journey(server):
    """One customer's whole way; the tests look at its stations."""
    person = Person(server)
    assert person.balance == 0 and person.ledger == []
    packs = ok(person.get("/v1/credits/packs"))["data"]
    assert [pack["amount_cents"] for pack in packs] == sorted(p["amount_cents"] for p in packs)
    checkout = person.buy(packs[0]["id"])
    file = person.upload(pictures.jpeg(900, 1200), "My mug.jpg")
    order = {"format": "unboxing", "brief": BRIEF, "seconds": "4", "size": "720x1280",
             "input_reference": {"file_id": file["id"]}}
    quote = ok(person.post("/v1/quotes", json=order))
    preview = person.post("/v1/previews", json=order)
    before = person.balance
    stream = EventStream(person)
    stream.wait("credits", lambda data: data["balance"] == before)
    created = person.post("/v1/videos", json=order)
    video = ok(created)
    after = person.balance
    done = person.wait(video)
    return {"person": person, "packs": packs, "checkout": checkout, "file": file, "order": order,
            "quote": quote, "preview": preview, "before": before, "stream": stream,
            "video": video, "after": after, "done": done}


def test_a_paid_pack_is_in_the_balance(journey):
    pack, person = journey["packs"][0], journey["person"]
    assert {"id", "credits", "amount_cents", "currency"} <= set(pack)
    assert journey["before"] == pack["credits"]
    checkout = ok(person.get(f"/v1/checkouts/{journey['checkout']['id']}"))
    assert checkout["status"] == "paid"
    assert "Paid" in requests.get(checkout["url"], timeout=10).text


def test_an_uploaded_photo_is_a_file_object_with_its_size(journey):
    file = journey["file"]
    assert file["object"] == "file" and file["id"].startswith("file-")
    assert (file["width"], file["height"]) == (900, 1200)
    assert file["filename"] == "My mug.jpg" and file["bytes"] > 1000
    again = ok(journey["person"].get(f"/v1/files/{file['id']}"))
    assert again == file


def test_a_quote_says_the_price_and_the_prompt_and_spends_nothing(journey):
    quote = journey["quote"]
    assert quote["credits"] == CLIP_CREDITS
    assert BRIEF["line"] in quote["prompt"] and BRIEF["product"] in quote["prompt"]
    assert isinstance(quote["warnings"], list)
    assert journey["before"] == journey["packs"][0]["credits"]


def test_a_preview_is_the_exact_first_frame(journey):
    frame = journey["preview"]
    assert frame.headers["content-type"] == "image/jpeg"
    pictures.assert_shows_product(frame.content, (720, 1280), of=(900, 1200))


def test_creating_takes_the_quoted_credits_at_once(journey):
    video = journey["video"]
    assert video["object"] == "video" and video["id"].startswith("video_")
    assert video["status"] in ("queued", "in_progress")
    assert video["credits"] == journey["quote"]["credits"]
    assert video["prompt"] == journey["quote"]["prompt"]
    assert (video["seconds"], video["size"]) == ("4", "720x1280")
    assert journey["after"] == journey["before"] - video["credits"]


def test_polling_ends_with_a_completed_video(journey):
    done = journey["done"]
    assert done["status"] == "completed", done
    assert done["progress"] == 100 and done["error"] is None
    assert done["created_at"] <= done["completed_at"] <= done["created_at"] + 120


def test_events_tell_the_same_story_as_polling(journey):
    stream, video = journey["stream"], journey["video"]
    done = stream.wait("video", lambda data: data["status"] == "completed")
    assert done == journey["done"]
    steps = [data for data in stream.of("video") if data["id"] == video["id"]]
    progress = [step["progress"] for step in steps]
    assert progress == sorted(progress) and len(set(progress)) > 3, progress
    assert {"queued", "in_progress", "completed"} == {step["status"] for step in steps}
    assert stream.of("credits")[-1] == {"balance": journey["after"], "seq": 2}


def test_events_are_only_ones_own(journey):
    other = EventStream(Person(journey["person"].server))
    other.wait("credits")
    journey["person"].upload(pictures.jpeg(300, 300))
    checkout = journey["person"].checkout()
    journey["person"].press("pay", checkout)
    journey["stream"].wait("credits", lambda data: data["balance"] > journey["before"])
    assert other.events == [("credits", {"balance": 0, "seq": 0})]


def test_the_clip_is_exactly_what_was_ordered(journey, tmp_path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(content(journey).content)
    pictures.assert_clip(clip, (720, 1280), 4)


def test_the_clip_begins_with_the_product_undistorted(journey, tmp_path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(content(journey).content)
    frame = Image.open(io.BytesIO(pictures.frame_of(clip, 0)))
    left, top, right, bottom = pictures.disc_box(frame)
    assert abs((right - left) - (bottom - top)) <= 0.02 * (right - left)


def content(journey, variant="video", **headers):
    return journey["person"].get(
        f"/v1/videos/{journey['video']['id']}/content?variant={variant}", headers=headers)


@pytest.mark.parametrize("variant, kind, form, size", [
    ("thumbnail", "image/webp", "WEBP", (720, 1280)),
    ("spritesheet", "image/jpeg", "JPEG", (720, 640))])
def test_the_stills_are_pictures(journey, variant, kind, form, size):
    answer = content(journey, variant)
    assert answer.status_code == 200 and answer.headers["content-type"] == kind
    picture = Image.open(io.BytesIO(answer.content))
    assert (picture.format, picture.size) == (form, size)
    assert len(picture.convert("RGB").resize((40, 40)).getcolors(1600)) > 100, "an empty picture"


@pytest.mark.parametrize("variant", ["video", "thumbnail", "spritesheet"])
def test_a_download_carries_its_length_and_a_strong_tag(journey, variant):
    answer = content(journey, variant)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content) > 1000
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert content(journey, variant).headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize("asked, cut", [
    ("bytes=0-0", slice(0, 1)), ("bytes=0-", slice(0, None)), ("bytes=100-199", slice(100, 200)),
    ("bytes=-500", slice(-500, None)), ("bytes=1000-", slice(1000, None)),
    ("bytes=10-999999999999", slice(10, None)), ("bytes=-999999999999", slice(0, None))])
def test_a_range_is_exactly_those_bytes(journey, asked, cut):
    whole = content(journey).content
    part = content(journey, Range=asked)
    assert part.status_code == 206
    assert part.content == whole[cut]
    start = range(len(whole))[cut].start
    end = start + len(part.content) - 1
    assert part.headers["content-range"] == f"bytes {start}-{end}/{len(whole)}"
    assert int(part.headers["content-length"]) == len(part.content)


def test_parts_fetched_one_by_one_are_the_whole(journey):
    whole = content(journey).content
    step = len(whole) // 7
    parts = [content(journey, Range=f"bytes={at}-{at + step - 1}").content
             for at in range(0, len(whole), step)]
    assert b"".join(parts) == whole


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=", "bytes=-", "lines=1-2", "bytes=0-1,5-9",
                                   "bytes=a-b", "bytes=99999999999999999999999-"])
def test_a_range_that_is_none_is_answered_with_the_whole(journey, asked):
    answer = content(journey, Range=asked)
    assert answer.status_code == 200
    assert len(answer.content) == int(content(journey, Range="bytes=0-0")
                                      .headers["content-range"].split("/")[1])


@pytest.mark.parametrize("past", ["bytes={size}-", "bytes=999999999999-", "bytes=-0"])
def test_a_range_past_the_end_is_416_with_the_size(journey, past):
    size = len(content(journey).content)
    answer = content(journey, Range=past.format(size=size))
    refused(answer, 416, "invalid_request")
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_what_the_client_has_is_not_sent_again(journey):
    tag = content(journey).headers["etag"]
    for asked in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = content(journey, **{"If-None-Match": asked})
        assert answer.status_code == 304 and answer.content == b"", asked
        assert answer.headers["etag"] == tag
    assert content(journey, **{"If-None-Match": '"other"'}).status_code == 200


def test_a_range_of_another_version_is_answered_with_the_whole(journey):
    tag = content(journey).headers["etag"]
    same = content(journey, **{"Range": "bytes=0-9", "If-Range": tag})
    other = content(journey, **{"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_head_says_what_get_would_send(journey):
    whole = content(journey)
    answer = journey["person"].call("HEAD", f"/v1/videos/{journey['video']['id']}/content")
    assert answer.status_code == 200 and answer.content == b""
    for name in ("content-length", "content-type", "etag"):
        assert answer.headers[name] == whole.headers[name]


def test_the_ledger_tells_where_the_credits_went(journey):
    first, second = journey["person"].ledger[::-1][:2]
    keys = {"seq", "amount", "balance_after", "kind", "reference", "note", "created_at"}
    assert keys <= set(first)
    assert (first["seq"], first["kind"], first["amount"]) == (1, "purchase", journey["before"])
    assert (second["seq"], second["kind"], second["amount"]) == (2, "generation", -CLIP_CREDITS)
    assert second["balance_after"] == journey["after"]
    assert second["note"] == "Video 'Enamel mug, unboxing'"


def test_the_ledger_as_a_spreadsheet_says_the_same(journey):
    person = journey["person"]
    asked = [person.get("/v1/credits/ledger?format=csv"),
             person.get("/v1/credits/ledger", headers={"Accept": "text/csv"})]
    for answer in asked:
        assert answer.headers["content-type"].startswith("text/csv")
        assert "attachment" in answer.headers["content-disposition"]
        lines = list(csv.DictReader(io.StringIO(answer.text)))
        for line, entry in zip(lines, person.ledger, strict=True):
            assert int(line["seq"]) == entry["seq"]
            assert int(line["amount"]) == entry["amount"]
            assert int(line["balance_after"]) == entry["balance_after"]
            assert (line["kind"], line["note"]) == (entry["kind"], entry["note"])


def test_a_clip_from_words_alone_needs_no_photo(buyer, tmp_path):
    done = buyer.wait(buyer.create(size="1280x720"))
    assert done["status"] == "completed", done
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(buyer.get(f"/v1/videos/{done['id']}/content").content)
    pictures.assert_clip(clip, (1280, 720), 4)


def test_a_photo_in_the_order_itself_needs_no_upload(buyer):
    answer = buyer.post("/v1/videos", data=CLIP, files={
        "input_reference": ("mug.png", pictures.encoded(pictures.product(400, 600), "PNG"))})
    video = ok(answer)
    files = ok(buyer.get("/v1/files"))["data"]
    assert [(file["width"], file["height"]) for file in files] == [(400, 600)]
    assert buyer.wait(video)["status"] == "completed"


def test_a_deleted_video_is_gone_and_its_credits_stay_spent(start_server):
    server = start_server()
    person = Person(server)
    person.buy()
    file = person.upload(pictures.jpeg(600, 800))
    video = person.create(input_reference={"file_id": file["id"]})
    # The photo is hidden at once; the job that needs it is made all the same.
    assert ok(person.delete(f"/v1/files/{file['id']}"))["deleted"] is True
    refused(person.get(f"/v1/files/{file['id']}"), 404, "not_found")
    assert person.wait(video)["status"] == "completed"
    deleted = ok(person.delete(f"/v1/videos/{video['id']}"))
    assert deleted == {"id": video["id"], "object": "video.deleted", "deleted": True}
    for path in (f"/v1/videos/{video['id']}", f"/v1/videos/{video['id']}/content"):
        refused(person.get(path), 404, "not_found")
    assert ok(person.get("/v1/videos"))["data"] == []
    refused(person.delete(f"/v1/videos/{video['id']}"), 404, "not_found")
    assert person.balance == 500 - CLIP_CREDITS
    # A deletion can be taken back for a while. Then the files leave the disk.
    server.psql("UPDATE public.assets SET deleted_at = deleted_at - interval '1 minute'"
                " WHERE kind <> 'product_image'")
    wait_until(lambda: not server.objects, 20, "the end of all files")
    audit(server)
