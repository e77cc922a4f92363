"""OpenAI's own Python client orders, follows and downloads clips: only its base URL differs."""
import base64
import io
import json
import uuid

import openai
import pytest
from openai.types import Video
from PIL import Image

from rig import pictures
from rig.person import CLIP_CREDITS, Person
from rig.server import ROOT

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PROMPT = "A hand turns the mug slowly."
PHOTO = pictures.jpeg(600, 800)


@pytest.fixture
def buyer(server):
    buyer = Person(server)
    buyer.buy()
    return buyer


def client_of(person, **options):
    return openai.OpenAI(base_url=person.server.url + "/v1", api_key=person.token, **options)


@pytest.fixture
def client(buyer):
    return client_of(buyer)


@pytest.fixture(scope="module")
def finished(server):
    """A customer's client and their finished clip."""
    buyer = Person(server)
    buyer.buy()
    client = client_of(buyer)
    video = client.videos.create_and_poll(
        prompt=PROMPT, model="animatic", seconds="4", size="720x1280",
        input_reference=("mug.jpg", PHOTO, "image/jpeg"), poll_interval_ms=200)
    return client, video


@pytest.fixture(scope="module")
def drafts(idle_server):
    """A client whose clips stay queued."""
    person = Person(idle_server)
    person.buy()
    return client_of(person)


# Videos

def test_create_and_poll_ends_with_a_completed_video(finished):
    _, video = finished
    assert video.status == "completed" and video.progress == 100
    assert (video.object, video.model, video.prompt) == ("video", "animatic", PROMPT)
    assert (video.seconds, video.size) == ("4", "720x1280")
    assert video.created_at <= video.completed_at
    assert video.error is None and video.remixed_from_video_id is None
    assert video.model_extra["credits"] == CLIP_CREDITS


def test_create_answers_before_the_video_is_made(drafts):
    video = drafts.videos.create(prompt=PROMPT)
    assert video.id.startswith("video_") and video.status == "queued" and video.progress == 0
    assert (video.seconds, video.size) == ("4", "720x1280"), "OpenAI's own defaults"
    assert drafts.videos.retrieve(video.id) == video


def job(server, video, columns):
    """What the database knows about a video beyond what the API says."""
    number = uuid.UUID(video.id.removeprefix("video_"))
    return server.rows(f"SELECT {columns} FROM public.jobs WHERE id = '{number}'")[0]


def references(folder):
    path = folder / "mug.jpg"
    path.write_bytes(PHOTO)
    return {"a path": path, "an open file": path.open("rb"), "bytes": PHOTO,
            "a stream": io.BytesIO(PHOTO), "a tuple": ("mug.jpg", PHOTO),
            "a typed tuple": ("mug.jpg", PHOTO, "image/jpeg")}


@pytest.mark.parametrize("kind", ["a path", "an open file", "bytes", "a stream", "a tuple",
                                  "a typed tuple"])
def test_a_photo_may_come_in_every_way_the_client_sends_files(drafts, tmp_path, kind):
    before = len(drafts.files.list().data)
    video = drafts.videos.create(prompt=PROMPT, input_reference=references(tmp_path)[kind])
    assert video.status == "queued"
    assert len(drafts.files.list().data) == before + 1


def test_a_photo_may_be_one_uploaded_before(drafts, idle_server):
    file = drafts.files.create(file=("mug.jpg", PHOTO), purpose="vision")
    before = len(drafts.files.list().data)
    for reference in ({"file_id": file.id},
                      {"image_url": "data:image/jpeg;base64," + base64.b64encode(PHOTO).decode()}):
        # This version's typed parameter takes files only, whatever its annotation says.
        video = drafts.videos.create(prompt=PROMPT, extra_body={"input_reference": reference})
        has_photo = job(idle_server, video, "image_asset_id IS NOT NULL AS yes")["yes"]
        assert has_photo, "the photo was left out without a word"
    assert len(drafts.files.list().data) == before + 1, "only the picture sent along is new"


def test_our_own_fields_go_along(drafts, idle_server):
    video = drafts.videos.create(prompt=PROMPT, extra_body={
        "format": "unboxing", "backdrop": "plain", "brief": {"product": "Enamel mug"}})
    assert video.model_extra["format"] == "unboxing"
    assert job(idle_server, video, "backdrop, brief ->> 'product' AS product") == {
        "backdrop": "plain", "product": "Enamel mug"}


def test_an_idempotency_key_makes_a_repeated_create_one_video(drafts):
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    form = {"prompt": PROMPT, "extra_headers": headers}
    assert drafts.videos.create(**form).id == drafts.videos.create(**form).id


def test_list_pages_through_everything_in_both_orders(idle_server):
    person = Person(idle_server)
    person.buy()
    client = client_of(person)
    made = [client.videos.create(prompt=f"Clip {number}.").id for number in range(5)]
    for limit in (1, 2, 5, 50):
        assert [video.id for video in client.videos.list(limit=limit)] == made[::-1]
        assert [video.id for video in client.videos.list(limit=limit, order="asc")] == made
    page = client.videos.list(limit=2, after=made[3])
    assert [video.id for video in page.data] == [made[2], made[1]]
    assert page.has_more and page.has_next_page()


@pytest.mark.parametrize("variant", [None, "video", "thumbnail", "spritesheet"])
def test_content_is_downloaded_whole(finished, variant):
    client, video = finished
    options = {"variant": variant} if variant else {}
    content = client.videos.download_content(video.id, **options).read()
    if variant in (None, "video"):
        assert content[4:8] == b"ftyp"
    else:
        form = {"thumbnail": "WEBP", "spritesheet": "JPEG"}[variant]
        assert Image.open(io.BytesIO(content)).format == form


def test_content_is_streamed_to_a_file(finished, tmp_path):
    client, video = finished
    streamed, written = tmp_path / "streamed.mp4", tmp_path / "written.mp4"
    with client.videos.with_streaming_response.download_content(video.id) as response:
        response.stream_to_file(streamed, chunk_size=10_000)
    client.videos.download_content(video.id).write_to_file(written)
    assert streamed.read_bytes() == written.read_bytes()
    pictures.assert_clip(streamed, (720, 1280), 4)


def test_a_remix_is_a_new_video_of_the_same_photo(drafts):
    video = drafts.videos.create(prompt=PROMPT, input_reference=("mug.jpg", PHOTO))
    remix = drafts.videos.remix(video.id, prompt="In the snow.")
    assert remix.id != video.id and remix.remixed_from_video_id == video.id
    assert (remix.prompt, remix.size, remix.seconds) == ("In the snow.", "720x1280", "4")


def test_what_no_model_can_do_is_said_plainly(drafts):
    video = drafts.videos.create(prompt=PROMPT, input_reference=("mug.jpg", PHOTO))
    # This version's typed parameter takes files only, whatever its annotation says.
    by_id = {"prompt": "In the snow.", "video": {"id": video.id}}
    clip = ("a.mp4", b"clip")
    for ask, code in (
            (lambda: drafts.post("/videos/edits", body=by_id, cast_to=Video),
             "edits_not_supported"),
            (lambda: drafts.videos.edit(prompt="In the snow.", video=clip), "edits_not_supported"),
            (lambda: drafts.videos.extend(prompt="On.", seconds="4", video=clip),
             "extensions_not_supported"),
            (lambda: drafts.videos.create_character(name="Ann", video=clip),
             "characters_not_supported"),
            (lambda: drafts.videos.get_character("char_1"), "characters_not_supported")):
        bad = error(openai.BadRequestError, ask)
        assert bad.code == code and bad.message
    assert [one.id for one in drafts.videos.list(limit=1).data] == [video.id], "nothing was made"


def test_delete_removes_a_finished_video(client):
    video = client.videos.create_and_poll(prompt=PROMPT, poll_interval_ms=200)
    deleted = client.videos.delete(video.id)
    assert (deleted.id, deleted.deleted, deleted.object) == (video.id, True, "video.deleted")
    with pytest.raises(openai.NotFoundError):
        client.videos.retrieve(video.id)
    assert list(client.videos.list()) == []


def test_polling_follows_the_pace_the_server_asks_for(drafts):
    video = drafts.videos.create(prompt=PROMPT)
    raw = drafts.videos.with_raw_response.retrieve(video.id)
    assert int(raw.headers["openai-poll-after-ms"]) >= 500


async def make_one(person):
    async with openai.AsyncOpenAI(
            base_url=person.server.url + "/v1", api_key=person.token) as client:
        video = await client.videos.create_and_poll(prompt=PROMPT, poll_interval_ms=200)
        content = await client.videos.download_content(video.id)
        return video, content.content, [item.id async for item in client.videos.list()]


def test_the_asynchronous_client_works_alike(buyer):
    import asyncio
    video, content, listed = asyncio.run(make_one(buyer))
    assert video.status == "completed" and content[4:8] == b"ftyp" and listed == [video.id]


# Files

def test_a_file_lives_and_goes(client):
    file = client.files.create(file=("mug.jpg", PHOTO), purpose="vision")
    assert file.id.startswith("file-") and file.object == "file"
    assert (file.filename, file.purpose, file.status) == ("mug.jpg", "vision", "processed")
    assert (file.model_extra["width"], file.model_extra["height"]) == (600, 800)
    assert client.files.retrieve(file.id) == file
    content = client.files.content(file.id).read()
    assert len(content) == file.bytes
    assert Image.open(io.BytesIO(content)).size == (600, 800)
    assert client.files.delete(file.id).deleted is True
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


def test_files_page_through_everything(client):
    made = [client.files.create(file=(f"{n}.jpg", PHOTO), purpose="vision").id for n in range(3)]
    assert [file.id for file in client.files.list(limit=2)] == made[::-1]
    assert [file.id for file in client.files.list(limit=2, order="asc")] == made


# Models

def test_models_are_listed_and_found(client):
    models = {model.id: model for model in client.models.list()}
    assert models["animatic"].object == "model"
    assert isinstance(models["animatic"].created, int) and models["animatic"].owned_by
    assert client.models.retrieve("animatic") == models["animatic"]


# Errors

def error(kind, ask):
    with pytest.raises(kind) as caught:
        ask()
    assert caught.value.request_id.startswith("req_")
    return caught.value


def test_a_bad_request_names_its_field(drafts):
    bad = error(openai.BadRequestError, lambda: drafts.videos.create(prompt=PROMPT, size="1x1"))
    assert (bad.status_code, bad.code, bad.param) == (400, "size_not_supported", "size")
    assert bad.type == "invalid_request_error" and "720x1280" in bad.message
    bad = error(openai.BadRequestError, lambda: drafts.videos.create(prompt=""))
    assert (bad.code, bad.param) == ("prompt_required", "prompt")


def test_a_bad_token_is_an_authentication_error(server):
    for token in ("sk-nobody", "a.b.c"):
        client = openai.OpenAI(base_url=server.url + "/v1", api_key=token)
        bad = error(openai.AuthenticationError, lambda: list(client.videos.list()))
        assert (bad.status_code, bad.code) == (401, "unauthorized")


def test_nothing_there_is_a_not_found_error(client, finished):
    _, others = finished
    for id in ("video_" + uuid.uuid4().hex, "nonsense", others.id):
        bad = error(openai.NotFoundError, lambda: client.videos.retrieve(id))
        assert bad.code == "not_found"
    bad = error(openai.NotFoundError, lambda: client.videos.create(prompt=PROMPT, model="none"))
    assert (bad.code, bad.param) == ("model_not_found", "model")


def test_a_video_not_finished_is_a_conflict(drafts):
    patient = drafts.with_options(max_retries=0)
    video = patient.videos.create(prompt=PROMPT)
    for ask in (patient.videos.delete, patient.videos.download_content):
        assert error(openai.ConflictError, lambda: ask(video.id)).code == "not_finished"


def test_a_reused_key_is_a_conflict(drafts):
    patient = drafts.with_options(max_retries=0)
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    patient.videos.create(prompt=PROMPT, extra_headers=headers)
    bad = error(openai.ConflictError, lambda: patient.videos.create(
        prompt="Another.", extra_headers=headers))
    assert bad.code == "idempotency_key_reused"


def test_too_much_is_an_error_of_its_own(drafts):
    patient = drafts.with_options(max_retries=0)
    bad = error(openai.APIStatusError, lambda: patient.files.create(
        file=("large.jpg", bytes(21_000_000)), purpose="vision"))
    assert (bad.status_code, bad.code) == (413, "payload_too_large")


def test_too_many_videos_under_way_are_a_rate_limit_error(idle_server):
    person = Person(idle_server)
    person.has_credits_for(21)
    client = client_of(person, max_retries=0)
    for _ in range(20):
        client.videos.create(prompt=PROMPT)
    bad = error(openai.RateLimitError, lambda: client.videos.create(prompt=PROMPT))
    assert (bad.status_code, bad.code, bad.type) == (
        429, "too_many_unfinished", "rate_limit_error")


def test_code_for_sora_is_served_by_what_the_operator_runs(start_server, tmp_path):
    """The name that a program asks for is an alias; the answer says what really serves it."""
    catalogue = json.loads((ROOT / "config/catalogue.json").read_text())
    own = next(model for model in catalogue["models"] if model["id"] == "animatic")
    catalogue["models"] = [own | {"aliases": ["sora-2", "sora-2-pro"]}]
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(catalogue))
    server = start_server(WORKERS=0, PLACEMINT_CATALOGUE=path)
    client = client_of(Person(server).has_credits_for(1))
    video = client.videos.create(model="sora-2", prompt=PROMPT, seconds="4", size="720x1280")
    assert video.model == "animatic"
    assert client.models.retrieve("sora-2").id == "animatic"
    assert "sora-2" in client.models.list().data[0].model_extra["aliases"]


def test_missing_credits_are_a_status_error_with_numbers(idle_server):
    client = client_of(Person(idle_server))
    bad = error(openai.APIStatusError, lambda: client.videos.create(prompt=PROMPT))
    assert (bad.status_code, bad.code, bad.type) == (
        402, "insufficient_credits", "insufficient_quota")
    assert bad.body["required"] == CLIP_CREDITS and bad.body["balance"] == 0


def test_a_file_that_is_no_photo_is_refused(drafts):
    bad = error(openai.APIStatusError, lambda: drafts.files.create(
        file=("notes.txt", b"Not a photo."), purpose="vision"))
    assert (bad.status_code, bad.code) == (415, "unsupported_media_type")
