"""Runway's own Python client, unmodified, takes the fake for Runway."""
import asyncio
import base64
import io

import pytest
import requests
import runwayml
from PIL import Image
from runwayml import AsyncRunwayML, RunwayML
from runwayml.lib import polling

from video_fakes import FakeRunway

KEY = "key_fake"
TEXT = {"model": "gen4.5", "prompt_text": "A cup on a table", "ratio": "720:1280", "duration": 2}


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr(polling, "POLL_TIME", 0.05)
    monkeypatch.setattr(polling, "POLL_JITTER", 0)
    with FakeRunway(KEY, seed=1) as fake:
        yield fake


@pytest.fixture
def client(fake):
    with RunwayML(api_key=KEY, base_url=fake.url, max_retries=0,
                  _strict_response_validation=True) as client:
        yield client


def picture(width=48, height=64):
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, "PNG")
    return content.getvalue()


def data_uri(content, type="image/png"):
    return f"data:{type};base64,{base64.b64encode(content).decode()}"


def order(**changes):
    return TEXT | {"prompt_image": data_uri(picture())} | changes


def refusal(create, **fields):
    """The body of the 400 that answers such a create."""
    with pytest.raises(runwayml.BadRequestError) as refused:
        create(**fields)
    return refused.value.body


# Tasks

def test_a_picture_becomes_a_clip(fake, client):
    created = client.image_to_video.create(**order())
    assert created.estimated_cost.credits == 24
    task = created.wait_for_task_output()
    assert (task.id, task.status, task.cost.credits) == (created.id, "SUCCEEDED", 24)
    [url] = task.output
    clip = requests.get(url)
    assert clip.headers["Content-Type"] == "video/mp4" and clip.content[4:8] == b"ftyp"
    [job] = fake.creates
    assert (job.width, job.height, job.seconds, job.image_size) == (720, 1280, 2, (48, 64))
    assert (job.downloads, fake.file_host.key_requests) == (1, [])
    assert fake.requests[0].headers["x-runway-version"] == "2024-11-06"


def test_a_task_goes_through_all_states(fake, client):
    fake.render_seconds, fake.concurrency_limit = None, 1
    first, second = [client.text_to_video.create(**TEXT).id for _ in range(2)]
    pending, throttled = client.tasks.retrieve(first), client.tasks.retrieve(second)
    assert [one.status for one in (pending, throttled)] == ["PENDING", "THROTTLED"]
    assert throttled.estimated_cost.credits == 24 and pending.created_at.tzinfo
    fake.advance(first, 40)
    running = client.tasks.retrieve(first)
    assert (running.status, running.progress, running.estimated_cost.credits) == (
        "RUNNING", 0.4, 24)
    fake.finish(first)
    assert client.tasks.retrieve(first).status == "SUCCEEDED"
    assert client.tasks.retrieve(second).status == "PENDING"
    assert fake.concurrent_max == 2


@pytest.mark.parametrize(("code", "cost"), [
    ("SAFETY.INPUT.IMAGE", 24), ("SAFETY.OUTPUT.VIDEO", 24), ("INTERNAL.BAD_OUTPUT.CODE01", 0)])
def test_a_task_fails_with_a_code_and_costs_what_moderation_costs(fake, client, code, cost):
    created = client.text_to_video.create(**TEXT)
    fake.fail(created.id, code, "It failed.")
    with pytest.raises(runwayml.TaskFailedError) as failed:
        created.wait_for_task_output()
    task = failed.value.task_details
    assert (task.status, task.failure_code, task.failure, task.cost.credits) == (
        "FAILED", code, "It failed.", cost)


def test_failures_that_nobody_described(fake, client):
    refused, failed, charged, empty = [client.text_to_video.create(**TEXT).id for _ in range(4)]
    fake.refuse(refused)
    fake.fail(failed)
    fake.fail(charged, charge=7)
    fake.finish(empty, has_video=False)
    tasks = [client.tasks.retrieve(id) for id in (refused, failed, charged)]
    assert [(one.failure_code, one.cost.credits) for one in tasks] == [
        ("SAFETY.INPUT.TEXT", 24), ("INTERNAL.BAD_OUTPUT.CODE01", 0),
        ("INTERNAL.BAD_OUTPUT.CODE01", 7)]
    assert client.tasks.retrieve(empty).output == []


def test_only_what_was_not_begun_is_cancelled_for_free(fake, client):
    fake.render_seconds = None
    pending, running, done = [client.text_to_video.create(**TEXT).id for _ in range(3)]
    fake.advance(running)
    fake.finish(done)
    for id in (pending, running, done):
        client.tasks.delete(id)
    cancelled = [client.tasks.retrieve(id) for id in (pending, running)]
    assert [(one.status, one.cost.credits) for one in cancelled] == [
        ("CANCELLED", 0), ("CANCELLED", 24)]
    assert fake.cancelled == [pending, running]
    with pytest.raises(runwayml.NotFoundError):
        client.tasks.retrieve(done)
    fake.keeps_cancelled = False
    client.tasks.delete(other := client.text_to_video.create(**TEXT).id)
    with pytest.raises(runwayml.NotFoundError):
        client.tasks.delete(other)


def test_links_expire_and_asking_again_gives_fresh_ones(fake, client):
    now = [1_800_000_000.0]
    fake.clock = fake._jobs.clock = lambda: now[0]
    id = client.text_to_video.create(**TEXT).id
    fake.finish(id)
    [first] = client.tasks.retrieve(id).output
    now[0] += fake.url_seconds
    [second] = client.tasks.retrieve(id).output
    assert first != second
    assert [requests.get(url).status_code for url in (first, second)] == [403, 200]
    now[0] += 1
    fake.expire_urls()
    [third] = client.tasks.retrieve(id).output
    assert [requests.get(url).status_code for url in (second, third)] == [403, 200]
    assert requests.get(third.partition("?")[0]).status_code == 403


def test_the_asynchronous_client(fake):
    async def run():
        async with AsyncRunwayML(api_key=KEY, base_url=fake.url) as client:
            return await (await client.image_to_video.create(**order())).wait_for_task_output()

    assert asyncio.run(run()).status == "SUCCEEDED"


# Pictures and recipes

def test_a_picture_is_uploaded_and_used(fake, client):
    content = picture(90, 160)
    uri = client.uploads.create_ephemeral(file=("cup.png", content, "image/png")).uri
    assert uri.startswith("runway://")
    client.image_to_video.create(**order(prompt_image=uri))
    [job] = fake.creates
    assert (job.images, job.image_size) == ([content], (90, 160))
    assert fake.file_host.key_requests == []
    body = refusal(client.image_to_video.create, **order(prompt_image="runway://nothing"))
    assert body["issues"][0]["path"] == ["promptImage"]


def test_the_recipe_for_product_clips(fake, client):
    images = {"character_image": {"uri": data_uri(picture(50, 80))},
              "product_image": {"uri": "https://a.example/cup.png"}}
    created = client.recipes.product_ugc(
        version="2026-06", product_info="A cup", user_concept="Cheerful", audio=True, duration=4,
        ratio="1080:1920", **images)
    assert created.wait_for_task_output().status == "SUCCEEDED"
    client.recipes.product_ugc(version="2026-06", **images)
    assert [(job.width, job.height, job.seconds, job.image_size) for job in fake.creates] == [
        (1080, 1920, 4, (50, 80)), (720, 1280, 15, (50, 80))]
    body = refusal(client.recipes.product_ugc, version="2025-01", duration=3, **images)
    assert [one["path"] for one in body["issues"]] == [["version"], ["duration"]]
    body = refusal(client.recipes.product_ugc, version="2026-06", **images,
                   extra_body={"promptText": "A cup"})
    assert body["issues"][0]["keys"] == ["promptText"]
    with pytest.raises(runwayml.BadRequestError):
        client.post("/v1/recipes/product_ugc", cast_to=object, body={"version": "2026-06"})


# Refusals

@pytest.mark.parametrize(("changes", "code", "path"), [
    ({"prompt_text": "😀" * 501}, "too_big", ["promptText"]),
    ({"prompt_text": ""}, "too_small", ["promptText"]),
    ({"duration": 1}, "too_small", ["duration"]),
    ({"duration": 11}, "too_big", ["duration"]),
    ({"duration": "5"}, "invalid_type", ["duration"]),
    ({"ratio": "9:16"}, "invalid_value", ["ratio"]),
    ({"model": "sora-2"}, "invalid_value", ["model"]),
    ({"extra_body": {"audio": True}}, "unrecognized_keys", []),
    ({"prompt_image": "http://a.example/cup.png"}, "custom", ["promptImage"]),
    ({"prompt_image": data_uri(b"no picture")}, "custom", ["promptImage"]),
    ({"prompt_image": data_uri(picture(), "text/plain")}, "custom", ["promptImage"]),
    ({"prompt_image": data_uri(picture(10, 26))}, "custom", ["promptImage"]),
    ({"prompt_image": data_uri(bytes(4_000_000))}, "custom", ["promptImage"]),
    ({"model": "seedance2", "duration": 5, "prompt_image": [
        {"uri": data_uri(picture())}, {"uri": data_uri(picture()), "position": "first"}]},
     "custom", ["promptImage"]),
])
def test_a_body_that_does_not_fit_is_refused(fake, client, changes, code, path):
    body = refusal(client.image_to_video.create, **order(**changes))
    assert body["error"] == "Validation of body failed" and body["docUrl"]
    assert [(one["code"], one["path"]) for one in body["issues"]] == [(code, path)]
    assert all(one["message"] for one in body["issues"]) and fake.creates == []


@pytest.mark.parametrize("name", ["promptText", "ratio", "duration", "promptImage", "model"])
def test_what_a_model_needs(fake, client, name):
    fields = {"model": "gen4.5", "promptText": "A cup", "ratio": "720:1280", "duration": 5,
              "promptImage": data_uri(picture())}
    del fields[name]
    with pytest.raises(runwayml.BadRequestError) as refused:
        client.post("/v1/image_to_video", cast_to=object, body=fields)
    assert [one["path"] for one in refused.value.body["issues"]] == [[name]]


def test_limits_are_met(fake, client):
    largest = 5 * 1024 * 1024
    padded = picture()
    padded += bytes((largest - len(data_uri(padded))) // 4 * 3 - 2)
    assert largest - 8 < len(data_uri(padded)) <= largest
    for changes in ({"prompt_text": "😀" * 500}, {"prompt_image": data_uri(picture(10, 25))},
                    {"prompt_image": data_uri(padded)},
                    {"model": "seedance2", "duration": "auto",
                     "prompt_image": [{"uri": data_uri(picture())}] * 2}):
        client.image_to_video.create(**order(**changes))
    assert len(fake.creates) == 4
    body = refusal(client.image_to_video.create,
                   **order(prompt_image=data_uri(padded + bytes(6))))
    assert body["issues"][0]["message"] == "Asset size exceeds 5.0MB."


def test_who_has_no_right_or_no_credits_is_refused(fake, client):
    with pytest.raises(runwayml.AuthenticationError):
        RunwayML(api_key="key_other", base_url=fake.url).tasks.retrieve("x")
    with pytest.raises(runwayml.NotFoundError):
        client.tasks.retrieve("00000000-0000-4000-8000-000000000000")
    assert "X-Runway-Version" in refusal(
        client.text_to_video.create, **TEXT, extra_headers={"X-Runway-Version": ""})["error"]
    assert "2023-01-01" in refusal(
        client.text_to_video.create, **TEXT,
        extra_headers={"X-Runway-Version": "2023-01-01"})["error"]
    fake.credits = 30
    client.text_to_video.create(**TEXT)
    assert client.organization.retrieve().credit_balance == 6
    body = refusal(client.text_to_video.create, **TEXT)
    assert body == {"error": "You do not have enough credits to run this task."}
    assert len(fake.creates) == 1


# Faults

def test_the_client_pays_twice_when_the_answer_is_lost(fake):
    with RunwayML(api_key=KEY, base_url=fake.url, max_retries=1) as client:
        fake.faults.plan("create", "reset_after")
        client.text_to_video.create(**TEXT)
    assert len(fake.creates) == 2


@pytest.mark.parametrize(("fault", "error", "made"), [
    ("status_429", runwayml.RateLimitError, 0),
    ("status_503", runwayml.InternalServerError, 0),
    ("status_500_after", runwayml.InternalServerError, 1),
    ("reset_before", runwayml.APIConnectionError, 0),
    ("reset_after", runwayml.APIConnectionError, 1),
    ("quota", runwayml.BadRequestError, 0),
    ("auth", runwayml.AuthenticationError, 0),
])
def test_faults_look_to_the_client_as_they_do_at_runway(fake, client, fault, error, made):
    fake.faults.plan("create", fault)
    with pytest.raises(error):
        client.text_to_video.create(**TEXT)
    assert len(fake.creates) == made and fake.requests[-1].fault == fault
