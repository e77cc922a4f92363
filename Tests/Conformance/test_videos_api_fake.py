"""OpenAI's own client, unmodified, takes the fake for OpenAI's Videos API."""
import base64
import io
import json

import openai
import pytest
import requests
from PIL import Image

from video_fakes import FakeVideosAPI
from video_fakes.receiver import HookReceiver

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def png(width=720, height=1280):
    content = io.BytesIO()
    Image.new("RGB", (width, height), (200, 90, 40)).save(content, "PNG")
    return content.getvalue()


PHOTO = png()
FILE = ("mug.png", PHOTO, "image/png")


@pytest.fixture
def fake():
    with FakeVideosAPI(seed=1) as fake:
        yield fake


def client_of(fake, key="test-key"):
    return openai.OpenAI(base_url=fake.url + "/v1", api_key=key, max_retries=0)


@pytest.fixture
def videos(fake):
    return client_of(fake).videos


def refused(call, **arguments):
    """The status and the error of a call that must fail."""
    with pytest.raises(openai.APIStatusError) as caught:
        call(**arguments)
    error = caught.value
    return error.status_code, error.body["message"], error.param, error.code


def test_a_clip_is_made_from_a_file_and_followed_to_its_end(fake, videos):
    fake.poll_after_ms = 20
    video = videos.create_and_poll(prompt="A mug turns", model="sora-2", seconds="8",
                                   size="720x1280", input_reference=FILE)
    assert (video.status, video.progress, video.error) == ("completed", 100, None)
    assert (video.model, video.prompt, video.seconds, video.size) == (
        "sora-2", "A mug turns", "8", "720x1280")
    assert video.created_at <= video.completed_at and video.expires_at - video.completed_at == 3600
    [job] = fake.creates
    assert job.id == video.id and job.images == [PHOTO] and job.image_size == (720, 1280)
    assert job.polls >= 2 and job.downloads == 0 and not video.model_extra
    clip = videos.download_content(video.id).read()
    assert clip[4:8] == b"ftyp" and job.downloads == 1
    assert Image.open(io.BytesIO(videos.download_content(
        video.id, variant="thumbnail").read())).format == "WEBP"
    assert Image.open(io.BytesIO(videos.download_content(
        video.id, variant="spritesheet").read())).format == "JPEG"


def test_a_job_goes_from_queued_to_running_to_completed(fake, videos):
    fake.render_seconds = None
    id = videos.create(prompt="A mug").id
    assert videos.retrieve(id).status == "queued"
    fake.advance(id, 40)
    assert (videos.retrieve(id).status, videos.retrieve(id).progress) == ("in_progress", 40)
    assert refused(videos.download_content, video_id=id)[0] == 404
    assert refused(videos.delete, video_id=id)[0] == 400
    fake.finish(id)
    assert videos.retrieve(id).status == "completed"


def test_clips_are_listed_paged_remixed_and_deleted(fake, videos):
    fake.render_seconds = 0
    ids = [videos.create(prompt=f"Mug {number}").id for number in range(5)]
    first = videos.list(limit=2)
    assert [one.id for one in first.data] == ids[:2:-1] and first.has_more
    assert [one.id for one in videos.list(limit=2)] == ids[::-1], "all pages"
    assert [one.id for one in videos.list(order="asc", after=ids[2]).data] == ids[3:]
    assert refused(videos.list, limit=101)[0] == 400
    remix = videos.remix(ids[0], prompt="In blue")
    assert (remix.remixed_from_video_id, remix.prompt) == (ids[0], "In blue")
    assert len(fake.creates) == 6, "a remix is paid for"
    deleted = videos.delete(ids[0])
    assert (deleted.id, deleted.deleted, deleted.object) == (ids[0], True, "video.deleted")
    assert fake.deleted == [ids[0]] and refused(videos.retrieve, video_id=ids[0])[0] == 404
    assert ids[0] not in [one.id for one in videos.list()]


def test_json_orders_with_a_picture_in_a_data_url(fake):
    url = "data:image/png;base64," + base64.b64encode(PHOTO).decode()

    def post(**fields):
        return requests.post(fake.url + "/v1/videos", json=fields,
                             headers={"Authorization": "Bearer test-key"})

    assert post(prompt="A", input_reference={"image_url": url}).status_code == 200
    assert fake.creates[0].images == [PHOTO]
    problem = post(prompt="A", input_reference=url).json()["error"]
    assert "expected a file, got a string" in problem["message"]
    assert post(prompt="A", input_reference={"image_url": url, "file_id": "f"}).status_code == 400
    assert post(prompt="A", input_reference={"file_id": "file-1"}).status_code == 404
    assert post(prompt="A", seconds=8).json()["error"]["code"] == "invalid_type"
    assert len(fake.creates) == 1


def test_the_official_clients_form_of_a_picture_object(fake, videos):
    url = "data:image/png;base64," + base64.b64encode(PHOTO).decode()
    videos.create(prompt="A", extra_body={"input_reference": {"image_url": url}})
    assert fake.creates[0].images == [PHOTO]


def test_a_picture_of_another_size_is_refused_without_a_code(fake, videos):
    wrong = ("mug.png", png(700, 1280), "image/png")
    assert refused(videos.create, prompt="A", input_reference=wrong) == (
        400, "Inpaint image must match the requested width and height", None, None)
    assert fake.creates == [] and len(fake.requests) == 1 and fake.requests[0].status == 400


@pytest.mark.parametrize("fields, status, param, code", [
    ({"prompt": ""}, 400, "prompt", "empty_string"),
    ({"model": "sora-9"}, 404, "model", "model_not_found"),
    ({"seconds": "5"}, 400, "seconds", "invalid_value"),
    ({"size": "1024x1792"}, 400, "size", "invalid_value"),
    ({"extra_body": {"duration": "8"}}, 400, "duration", "unknown_parameter"),
    ({"input_reference": ("a.gif", PHOTO, "image/gif")}, 400, "input_reference",
     "unsupported_file_mimetype"),
    ({"input_reference": ("a.png", b"no picture", "image/png")}, 400, "input_reference",
     "invalid_image"),
])
def test_bad_orders_are_refused(fake, videos, fields, status, param, code):
    outcome = refused(videos.create, **({"prompt": "A"} | fields))
    assert (outcome[0], *outcome[2:]) == (status, param, code) and fake.creates == []


def test_the_large_sizes_are_for_the_large_model(videos):
    assert videos.create(prompt="A", model="sora-2-pro", size="1024x1792").size == "1024x1792"


def test_errors_have_the_clients_types(fake, videos):
    with pytest.raises(openai.AuthenticationError):
        client_of(fake, "wrong").videos.create(prompt="A")
    fake.faults.plan("create", "status_429", "quota", "auth", "status_503", "status_500_after")
    with pytest.raises(openai.RateLimitError) as limited:
        videos.create(prompt="A")
    assert limited.value.response.headers["retry-after"] == "1"
    with pytest.raises(openai.RateLimitError) as spent:
        videos.create(prompt="A")
    assert (spent.value.code, spent.value.type) == ("insufficient_quota", "insufficient_quota")
    with pytest.raises(openai.AuthenticationError):
        videos.create(prompt="A")
    assert refused(videos.create, prompt="A")[0] == 503 and fake.creates == []
    assert refused(videos.create, prompt="A")[0] == 500 and len(fake.creates) == 1
    with pytest.raises(openai.NotFoundError):
        videos.retrieve("video_none")


def test_what_is_not_allowed_is_refused_at_once_or_in_the_job(fake, videos):
    fake.refused_words = ["famous"]
    assert refused(videos.create, prompt="A famous face")[3] == "moderation_blocked"
    id = videos.create(prompt="A mug").id
    fake.refuse(id)
    video = videos.retrieve(id)
    assert (video.status, video.error.code) == ("failed", "moderation_blocked")
    other = videos.create(prompt="A mug").id
    fake.fail(other, "server_error", "It broke.")
    error = videos.retrieve(other).error
    assert (error.code, error.message) == ("server_error", "It broke.")


def test_more_jobs_than_the_limit_are_put_off(fake, videos):
    fake.render_seconds, fake.concurrency_limit = None, 2
    ids = [videos.create(prompt="A").id for _ in range(2)]
    assert refused(videos.create, prompt="A")[0] == 429
    fake.finish(ids[0])
    videos.create(prompt="A")
    assert fake.concurrent_max == 2 and len(fake.creates) == 3


def test_the_client_follows_to_another_host_without_the_key(fake, videos):
    fake.redirect_downloads, fake.render_seconds = True, 0
    fake.file_host.redirects = 1
    id = videos.create(prompt="A").id
    assert videos.download_content(id).read()[4:8] == b"ftyp"
    assert len(fake.file_host.requests) == 2 and fake.file_host.key_requests == []
    fake.file_host.redirects = 0
    requests.get(fake.file_host.url_of(fake.creates[0]),
                 headers={"Authorization": "Bearer test-key"})
    assert len(fake.file_host.key_requests) == 1


def test_webhooks_are_signed_as_the_client_verifies_them():
    with HookReceiver() as receiver, FakeVideosAPI(webhook_url=receiver.url) as fake:
        videos = client_of(fake).videos
        good, bad = videos.create(prompt="A").id, videos.create(prompt="B").id
        fake.fail(bad)
        fake.wait_for(fake.jobs[good])
        fake.settle()
        checker = openai.OpenAI(api_key="x", webhook_secret=fake.webhook_secret).webhooks
        for headers, body in receiver.received:
            checker.verify_signature(body, headers)
            with pytest.raises(openai.InvalidWebhookSignatureError):
                checker.verify_signature(body + b" ", headers)
        assert {event["data"]["id"]: event["type"] for event in receiver.events} == {
            good: "video.completed", bad: "video.failed"}
        headers, body = receiver.received[0]
        assert headers["webhook-id"] == json.loads(body)["id"]
