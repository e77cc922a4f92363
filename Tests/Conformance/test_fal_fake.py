"""fal's own Python client, unmodified, takes the fake for fal."""
import asyncio
import io

import fal_client
import pytest
import requests
from fal_client import Completed, FalClientHTTPError, InProgress, Queued
from PIL import Image

from video_fakes import FakeFal

KEY = "id:secret"
TEXT = "bytedance/seedance-2.0/text-to-video"
IMAGE = "bytedance/seedance-2.0/image-to-video"
REFERENCES = "bytedance/seedance-2.0/reference-to-video"
MINIMAX = "minimax/h3/reference-to-video"
ORDER = {"prompt": "A cup on a table", "duration": "4", "resolution": "480p",
         "aspect_ratio": "9:16", "generate_audio": True}


@pytest.fixture
def fake(monkeypatch):
    """The client's addresses are constants of its module."""
    with FakeFal(KEY, seed=1) as fake:
        module = fal_client.client
        monkeypatch.setattr(module, "QUEUE_URL_FORMAT", f"{fake.url}/")
        monkeypatch.setattr(module, "REST_URL", fake.url)
        monkeypatch.setattr(module, "CDN_URL", fake.file_host.url)
        monkeypatch.setattr(module, "BASE_DELAY", 0.01)
        yield fake


@pytest.fixture
def client(fake):
    return fal_client.SyncClient(key=KEY)


def picture(width=48, height=64, format="PNG"):
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, format)
    return content.getvalue()


def test_a_request_is_submitted_followed_and_its_result_downloaded(fake, client):
    seen = []
    result = client.subscribe(TEXT, ORDER, with_logs=True, interval=0.02,
                              on_queue_update=lambda status: seen.append(type(status)))
    assert [kind for index, kind in enumerate(seen) if kind not in seen[:index]] == [
        Queued, InProgress, Completed]
    video = result["video"]
    clip = requests.get(video["url"])
    assert clip.headers["Content-Type"] == video["content_type"] == "video/mp4"
    assert len(clip.content) == video["file_size"] and clip.content[4:8] == b"ftyp"
    [job] = fake.creates
    assert (job.fields, job.facts["model"]) == (ORDER, TEXT)
    assert (job.width, job.height, job.seconds, job.downloads) == (480, 854, 4, 1)
    assert fake.file_host.key_requests == []


def test_the_addresses_of_a_request_have_only_owner_and_alias(fake, client):
    handle = client.submit(TEXT, ORDER)
    base = f"{fake.url}/bytedance/seedance-2.0/requests/{handle.request_id}"
    assert (handle.response_url, handle.status_url, handle.cancel_url) == (
        base, f"{base}/status", f"{base}/cancel")
    long = f"{fake.url}/{TEXT}/requests/{handle.request_id}/status"
    assert requests.get(long, headers={"Authorization": f"Key {KEY}"}).status_code == 405
    fake.finish(handle.request_id)
    assert isinstance(client.status(TEXT, handle.request_id), Completed)
    assert client.result(TEXT, handle.request_id) == handle.get()
    with pytest.raises(FalClientHTTPError) as wrong:
        client.status("minimax/h3", handle.request_id)
    assert wrong.value.status_code == 404


def test_states_logs_and_positions(fake, client):
    fake.render_seconds, fake.concurrency_limit = None, 1
    first, second, third = [client.submit(TEXT, ORDER) for _ in range(3)]
    assert [one.status() for one in (second, third)] == [Queued(0), Queued(1)]
    fake.advance(first.request_id, 40)
    assert first.status() == InProgress(logs=None)
    [line] = first.status(with_logs=True).logs
    assert "40 %" in line["message"]
    with pytest.raises(FalClientHTTPError, match="still in progress"):
        requests_get(client, first.response_url)
    fake.finish(first.request_id)
    done = first.status()
    assert (done.error, done.error_type, list(done.metrics)) == (None, None, ["inference_time"])
    assert third.status() == Queued(0)


def requests_get(client, url):
    """As the client gets a result, but without waiting for it."""
    response = client._client.get(url)
    fal_client.client._raise_for_status(response)
    return response.json()


def test_the_asynchronous_client(fake):
    async def run():
        client = fal_client.AsyncClient(key=KEY)
        handle = await client.submit(TEXT, ORDER, webhook_url="https://a.example/hook?x=1",
                                     priority="low", start_timeout=30)
        return await handle.get(interval=0.02)

    assert asyncio.run(run())["video"]["url"].startswith(fake.file_host.url)
    [create] = [one for one in fake.requests if one.method == "POST"]
    assert create.query == {"fal_webhook": "https://a.example/hook?x=1"}
    assert create.headers["x-fal-queue-priority"] == "low"
    assert create.headers["x-fal-request-timeout"] == "30.0"


# Cancelling

def test_what_waits_is_cancelled_and_what_runs_is_asked_to_stop(fake, client):
    fake.render_seconds = None
    queued, running, stubborn = [client.submit(TEXT, ORDER) for _ in range(3)]
    queued.cancel()
    fake.advance(running.request_id)
    client.cancel(TEXT, running.request_id)
    assert fake.cancelled == [queued.request_id, running.request_id]
    assert queued.status().error_type == "client_cancelled"
    with pytest.raises(FalClientHTTPError) as gone:
        running.get()
    assert (gone.value.status_code, gone.value.error_type) == (499, "client_cancelled")
    fake.stops_running = False
    fake.advance(stubborn.request_id)
    stubborn.cancel()
    assert isinstance(stubborn.status(), InProgress)
    fake.finish(stubborn.request_id)
    with pytest.raises(FalClientHTTPError) as late:
        stubborn.cancel()
    assert (late.value.status_code, late.value.response.json()) == (
        400, {"status": "ALREADY_COMPLETED"})
    with pytest.raises(FalClientHTTPError) as unknown:
        client.cancel(TEXT, "nobody")
    assert (unknown.value.status_code, unknown.value.response.json()) == (
        404, {"status": "NOT_FOUND"})


# Pictures

@pytest.mark.parametrize("repository", ["fal", "fal_v3"])
def test_a_picture_is_uploaded_and_used(fake, client, repository):
    content = picture()
    url = client.upload(content, "image/png", "cup.png", repository=repository,
                        fallback_repository=[])
    assert url.startswith(fake.file_host.url) and requests.get(url).content == content
    client.submit(IMAGE, ORDER | {"image_url": url})
    [job] = fake.creates
    assert (job.images, job.image_size) == ([content], (48, 64))


def test_a_picture_comes_as_a_data_uri(fake, client):
    uris = [fal_client.encode(picture(*size), "image/png") for size in ((30, 40), (50, 60))]
    client.submit(REFERENCES, ORDER | {"prompt": "@Image1 and @Image2", "image_urls": uris})
    [job] = fake.creates
    assert job.image_size == (30, 40) and len(job.images) == 2
    client.submit(IMAGE, ORDER | {"image_url": "https://elsewhere.example/cup.png"})
    assert fake.creates[-1].images == []


@pytest.mark.parametrize(("url", "type"), [
    ("data:image/png;base64,AAAA", "image_load_error"),
    ("data:image/png;base64,!", "image_load_error"),
    ("{host}/uploads/nothing", "file_download_error"),
    ("cup.png", "url_scheme"),
])
def test_a_picture_that_is_none_is_refused(fake, client, url, type):
    with pytest.raises(FalClientHTTPError) as refused:
        client.submit(IMAGE, ORDER | {"image_url": url.format(host=fake.file_host.url)})
    [detail] = refused.value.message
    assert (refused.value.status_code, detail["type"], detail["loc"]) == (
        422, type, ["body", "image_url"])
    assert fake.creates == []


# Refusals

@pytest.mark.parametrize(("model", "changes", "type", "place"), [
    (TEXT, {"duration": 8}, "literal_error", ["duration"]),
    (TEXT, {"duration": "16"}, "literal_error", ["duration"]),
    (TEXT, {"aspect_ratio": "9x16"}, "literal_error", ["aspect_ratio"]),
    (TEXT, {"generate_audio": "yes"}, "bool_type", ["generate_audio"]),
    (TEXT, {"prompt": None}, "string_type", ["prompt"]),
    ("bytedance/seedance-2.0/fast/text-to-video", {"resolution": "1080p"}, "literal_error",
     ["resolution"]),
    (IMAGE, {}, "missing", ["image_url"]),
    (REFERENCES, {"image_urls": ["https://a.example/1.png"] * 10}, "too_long", ["image_urls"]),
    (REFERENCES, {"image_urls": "https://a.example/1.png"}, "list_type", ["image_urls"]),
    (MINIMAX, {"resolution": "768P"}, "int_type", ["duration"]),
    (MINIMAX, {"resolution": "768P", "duration": 3}, "greater_than_equal", ["duration"]),
    (MINIMAX, {"resolution": "768P", "duration": 16}, "less_than_equal", ["duration"]),
    (MINIMAX, {"duration": 5, "resolution": "768p"}, "literal_error", ["resolution"]),
])
def test_parameters_have_the_types_of_their_model(fake, client, model, changes, type, place):
    with pytest.raises(FalClientHTTPError) as refused:
        client.submit(model, ORDER | changes)
    assert refused.value.status_code == 422 and refused.value.error_type is None
    assert [(one["type"], one["loc"]) for one in refused.value.message] == [
        (type, ["body", *place])]
    assert fake.creates == []


def test_the_same_parameters_in_the_types_of_another_model(fake, client):
    references = {"reference_image_urls": ["https://a.example/1.png"]}
    client.submit(MINIMAX, ORDER | references | {"duration": 5, "resolution": "2K"})
    client.submit("bytedance/seedance-2.5/text-to-video", ORDER | {"duration": "30"})
    client.submit("google/gemini-omni-flash/v1.1/text-to-video",
                  ORDER | {"duration": 3, "resolution": "720p"})
    assert [(job.width, job.height, job.seconds) for job in fake.creates] == [
        (1440, 2560, 5), (480, 854, 30), (720, 1280, 3)]


def test_parameters_may_be_checked_after_the_job_was_paid_for(fake, client):
    fake.checks = "result"
    with pytest.raises(FalClientHTTPError) as refused:
        client.subscribe(TEXT, ORDER | {"duration": 8}, interval=0.02)
    assert refused.value.message[0]["loc"] == ["body", "duration"]
    assert len(fake.creates) == 1


def test_who_has_no_right_or_no_balance_is_refused(fake, client):
    handle = client.submit(TEXT, ORDER)
    with pytest.raises(FalClientHTTPError) as refused:
        fal_client.SyncClient(key="id:other").submit(TEXT, ORDER)
    assert refused.value.status_code == 401
    with pytest.raises(FalClientHTTPError, match="not found") as refused:
        client.submit("nobody/nothing", ORDER)
    assert refused.value.status_code == 404
    fake.is_locked = True
    for attempt in (lambda: client.submit(TEXT, ORDER),
                    lambda: client.upload(b"x", "image/png", repository="fal")):
        with pytest.raises(FalClientHTTPError, match="Exhausted balance") as refused:
            attempt()
        assert refused.value.status_code == 403
    assert handle.get(interval=0.02)["video"] and len(fake.creates) == 1


# Completed is not succeeded

def test_the_platform_fails(fake, client):
    handle = client.submit(TEXT, ORDER)
    fake.fail(handle.request_id, "startup_timeout", "No runner started.")
    status = handle.status()
    assert (status.error, status.error_type) == ("No runner started.", "startup_timeout")
    with pytest.raises(FalClientHTTPError, match="No runner started.") as failed:
        handle.get()
    assert (failed.value.status_code, failed.value.error_type) == (504, "startup_timeout")
    assert failed.value.response_headers["x-fal-error-type"] == "startup_timeout"


def test_the_model_refuses_and_the_status_says_nothing_of_it(fake, client):
    refused, failed, empty = [client.submit(TEXT, ORDER) for _ in range(3)]
    fake.refuse(refused.request_id)
    fake.fail(failed.request_id, "generation_timeout", "It took too long.")
    fake.finish(empty.request_id, has_video=False)
    assert {handle.status().error for handle in (refused, failed, empty)} == {None}
    with pytest.raises(FalClientHTTPError) as answer:
        refused.get()
    [detail] = answer.value.message
    assert (answer.value.status_code, detail["type"], detail["loc"]) == (
        422, "content_policy_violation", ["body", "prompt"])
    assert answer.value.response_headers["x-fal-retryable"] == "false"
    with pytest.raises(FalClientHTTPError) as answer:
        failed.get()
    assert (answer.value.status_code, answer.value.message[0]["type"]) == (
        504, "generation_timeout")
    assert empty.get()["video"] is None


# Faults

def test_the_client_pays_twice_when_the_answer_is_lost(fake, client):
    fake.faults.plan("create", "reset_after")
    client.submit(TEXT, ORDER)
    assert len(fake.creates) == 2


def test_the_client_gets_over_a_limit_of_requests(fake, client):
    fake.faults.plan("create", "status_429")
    fake.faults.plan("poll", "reset_before", "status_429")
    assert client.submit(TEXT, ORDER).get(interval=0.02)["video"]
    assert len(fake.creates) == 1


def test_a_request_that_is_unknown(fake, client):
    handle = client.submit(TEXT, ORDER)
    fake.forget(handle.request_id)
    with pytest.raises(FalClientHTTPError, match="Request not found") as unknown:
        handle.status()
    assert unknown.value.status_code == 404
