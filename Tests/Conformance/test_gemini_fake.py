"""Google's own client, unmodified, takes the fake for the Gemini API."""
import base64
import hashlib
import hmac
import io
import time

import pytest
import requests
from google import genai
from google.genai import types
from PIL import Image

from video_fakes import FakeGemini
from video_fakes.receiver import HookReceiver

MODEL = "gemini-omni-1.2-flash"
FORMAT = {"type": "video", "delivery": "uri", "aspect_ratio": "9:16", "resolution": "720p",
          "duration": "4s"}


def png():
    content = io.BytesIO()
    Image.new("RGB", (600, 800), (200, 90, 40)).save(content, "PNG")
    return content.getvalue()


PHOTO = png()
PICTURE = {"type": "image", "data": base64.b64encode(PHOTO).decode(), "mime_type": "image/png"}
TEXT = {"type": "text", "text": "A mug turns"}


@pytest.fixture
def fake():
    with FakeGemini(seed=1) as fake:
        yield fake


def client_of(fake, key="test-key"):
    # One try: the client would repeat a create by itself.
    return genai.Client(api_key=key, http_options=types.HttpOptions(
        base_url=fake.url, api_version="v1beta", retry_options={"attempts": 1}))


@pytest.fixture
def client(fake):
    return client_of(fake)


def create(client, input=(PICTURE, TEXT), background=True, format=(), **options):
    return client.interactions.create(
        model=options.pop("model", MODEL), background=background, input=list(input),
        response_format=FORMAT | dict(format), **options)


def refused(call, *arguments, **options):
    """The status and the body of a call that must fail."""
    with pytest.raises(Exception) as caught:
        call(*arguments, **options)
    return caught.value.status_code, caught.value.body


def finished(fake, client, **options):
    id = create(client, **options).id
    assert fake.wait_for(fake.jobs[id])
    return client.interactions.get(id)


def name_of(interaction):
    """A file's name. The client itself takes whole addresses only with https."""
    return "files/" + interaction.steps[0].content[0].uri.split("/files/")[1].partition(":")[0]


def test_a_clip_is_ordered_followed_and_downloaded(fake, client):
    fake.render_seconds = None
    interaction = create(client)
    assert interaction.status == "queued" and interaction.model == MODEL
    fake.advance(interaction.id)
    assert client.interactions.get(interaction.id).status == "in_progress"
    fake.finish(interaction.id)
    done = client.interactions.get(interaction.id)
    assert done.status == "completed" and done.errors is None
    [video] = done.steps[0].content
    assert (video.type, video.mime_type) == ("video", "video/mp4")
    assert video.uri.startswith(fake.url) and video.uri.endswith(":download?alt=media")
    assert done.usage.output_tokens_by_modality[0].modality == "video"
    assert done.usage.total_output_tokens > 10_000
    assert client.files.download(file=name_of(done))[4:8] == b"ftyp"
    [job] = fake.creates
    assert (job.width, job.height, job.seconds, job.images, job.image_size) == (
        720, 1280, 4, [PHOTO], (600, 800))
    assert job.polls == 2 and job.downloads == 1


def test_a_clip_comes_inside_the_answer(fake, client):
    [video] = finished(fake, client, format={"delivery": "inline"}).steps[0].content
    assert video.uri is None and base64.b64decode(video.data)[4:8] == b"ftyp"


def test_without_background_the_order_waits_for_the_clip(fake, client):
    began = time.monotonic()
    assert create(client, background=False).status == "completed"
    assert time.monotonic() - began >= fake.render_seconds


def test_an_interaction_is_cancelled_and_deleted(fake, client):
    fake.render_seconds = None
    id = create(client).id
    assert client.interactions.cancel(id).status == "cancelled" and fake.cancelled == [id]
    assert refused(client.interactions.cancel, id)[0] == 400
    client.interactions.delete(id)
    assert fake.deleted == [id]
    assert refused(client.interactions.get, id)[0] == 400


def test_an_unknown_interaction_is_a_bad_request(client):
    status, body = refused(client.interactions.get, "v1_none")
    assert status == 400 and body["error"]["message"] == "Invalid interaction name"


def test_a_refusal_is_completed_with_words_alone(fake, client):
    fake.render_seconds = None
    id = create(client).id
    fake.refuse(id)
    done = client.interactions.get(id)
    assert done.status == "completed" and done.errors is None
    assert [part.type for part in done.steps[0].content] == ["text"] and done.output_text
    assert [one.modality for one in done.usage.output_tokens_by_modality] == ["text"]
    fake.refused_words = ["famous"]
    status, body = refused(create, client, [{"type": "text", "text": "A famous face"}])
    assert status == 400 and body["error"]["status"] == "PROHIBITED_CONTENT"


def test_a_clip_that_is_missing_is_paid_for(fake, client):
    fake.faults.plan("outcome", "no_video")
    done = finished(fake, client)
    assert done.status == "completed" and not done.steps[0].content
    assert done.usage.output_tokens_by_modality[0].modality == "video"


def test_a_failure_says_why(fake, client):
    fake.render_seconds = None
    id = create(client).id
    fake.fail(id, "internal", "It broke.")
    done = client.interactions.get(id)
    assert done.status == "failed"
    assert [(one.code, one.message) for one in done.errors] == [("internal", "It broke.")]


@pytest.mark.parametrize("change, problem", [
    ({"format": {"duration": 4}}, "google.protobuf.Duration"),
    ({"format": {"duration": "4"}}, "google.protobuf.Duration"),
    ({"format": {"duration": "2s"}}, "from 3 to 15"),
    ({"format": {"duration": "16s"}}, "from 3 to 15"),
    ({"format": {"resolution": "480p"}}, "resolution"),
    ({"format": {"aspect_ratio": "1:1"}}, "aspect_ratio"),
    ({"format": {"delivery": "mail"}}, "delivery"),
    ({"format": {"size": "720x1280"}}, 'Unknown name "size"'),
    ({"extra_body": {"prompt": "A"}}, 'Unknown name "prompt"'),
    ({"input": [PICTURE]}, "must have a text"),
    ({"input": [PICTURE] * 7 + [TEXT]}, "At most 6"),
    ({"input": [PICTURE | {"mime_type": "image/svg+xml"}, TEXT]}, "Unsupported MIME type"),
    ({"input": [PICTURE | {"data": "bm8gcGljdHVyZQ=="}, TEXT]}, "Unable to process"),
    ({"labels": {"Job": "1"}}, "labels"),
])
def test_bad_orders_are_refused(fake, client, change, problem):
    status, body = refused(create, client, **change)
    assert status == 400 and problem in body["error"]["message"] and fake.creates == []


def test_a_model_that_is_gone_is_not_found(fake, client):
    status, body = refused(create, client, model="gemini-omni-flash-preview")
    assert status == 404 and body["error"]["status"] == "NOT_FOUND"


def test_keys_are_looked_at(fake):
    status, body = refused(create, client_of(fake, "wrong"))
    assert status == 400 and body["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    assert requests.get(f"{fake.url}/v1beta/interactions/v1_a").status_code == 403


@pytest.mark.parametrize("form", ["object", "list", "word"])
def test_quotas_come_in_every_form(fake, client, form):
    fake.error_form = form
    fake.faults.plan("create", "status_429", "quota")
    limited, spent = refused(create, client), refused(create, client)
    assert limited[0] == spent[0] == 429 and fake.creates == []
    errors = [body[0]["error"] if form == "list" else body["error"] for _, body in (limited, spent)]
    names = [error["code"].upper() if form == "word" else error["status"] for error in errors]
    assert names == ["RESOURCE_EXHAUSTED"] * 2 and "billing" in errors[1]["message"]


def test_files_need_the_key_and_are_gone_after_two_days(fake, client):
    done = finished(fake, client)
    address = done.steps[0].content[0].uri
    assert requests.get(address).status_code == 403
    headers = {"x-goog-api-key": "test-key"}
    assert requests.get(address, headers=headers).content[4:8] == b"ftyp"
    described = requests.get(address.removesuffix("?alt=media"), headers=headers)
    assert described.json()["mimeType"] == "video/mp4", "without alt=media it is only described"
    fake.clock = lambda: time.time() + 49 * 3600
    assert requests.get(address, headers=headers).status_code == 404


def test_files_may_be_at_another_host(fake, client):
    fake.redirect_downloads = True
    done = finished(fake, client)
    assert client.files.download(file=name_of(done))[4:8] == b"ftyp"
    assert len(fake.file_host.requests) == 1
    # This client sends its key along to wherever it is led. Ours must not.
    assert len(fake.file_host.key_requests) == 1


def test_webhooks_follow_the_standard():
    with HookReceiver() as receiver, FakeGemini() as fake:
        client = client_of(fake)
        registered = client.webhooks.create(
            uri=receiver.url, subscribed_events=["interaction.completed", "interaction.failed"])
        assert registered.new_signing_secret == fake.webhook_secret
        again = client.webhooks.get(registered.id)
        assert again.new_signing_secret is None and again.uri == receiver.url
        good, bad = create(client).id, create(client).id
        fake.fail(bad)
        fake.wait_for(fake.jobs[good])
        fake.settle()
        assert {event["data"]["id"]: event["type"] for event in receiver.events} == {
            good: "interaction.completed", bad: "interaction.failed"}
        key = base64.b64decode(registered.new_signing_secret.removeprefix("whsec_"))
        for headers, body in receiver.received:
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
            assert headers["webhook-signature"] == f"v1,{digest}"


def test_an_order_may_name_an_endpoint_of_its_own(fake, client):
    with HookReceiver() as receiver:
        create(client, webhook_config={"uris": [receiver.url], "user_metadata": {"job": "7"}})
        fake.wait_for(fake.creates[0])
        fake.settle()
        [event] = receiver.events
        assert event["user_metadata"] == {"job": "7"}
