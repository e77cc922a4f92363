"""Clips made elsewhere: what goes to a provider, what comes back, and what it does to credits."""
import time

import pytest
import requests

from rig import pictures
from rig.audit import audit
from rig.person import CLIP_CREDITS, Person, ok, refused
from rig.providers import KEY, PROVIDERS, creates
from rig.server import Server, wait_until

# A provider is asked every two seconds at first.
LIMIT = 60


CREDITS = 10_000


@pytest.fixture(scope="module", params=PROVIDERS)
def provider(request):
    return PROVIDERS[request.param]


@pytest.fixture(scope="module")
def site(provider):
    """A server that several tests share, and the provider it asks and hears from."""
    with provider.start() as fake:
        settings = provider.environment(fake)
        if provider.name in ("videos_api", "gemini"):
            settings |= {f"{provider.name.upper()}_WEBHOOK_SECRET": fake.webhook_secret}
        server = Server(WORKERS=4, **settings)
        try:
            yield server, fake
            audit(server)
        finally:
            server.discard()


@pytest.fixture
def fake(site):
    """The provider as if it were new: what it did before is forgotten."""
    _, fake = site
    fake.requests.clear()
    fake.file_host.requests.clear()
    fake.creates.clear()
    fake.cancelled.clear()
    fake.render_seconds = 0.3
    yield fake
    for planned in fake.faults.planned.values():
        planned.clear()
    fake.webhook_url = None


@pytest.fixture
def person(site, fake):
    server, _ = site
    server.psql("DELETE FROM public.provider_breakers")
    return Person(server).has_credits_for(CREDITS // CLIP_CREDITS)


@pytest.fixture
def photo(person):
    return {"file_id": person.upload(pictures.jpeg(900, 1200))["id"]}


def order(person, provider, photo, **fields):
    return ok(person.post(
        "/v1/videos", json=provider.order | {"input_reference": photo} | fields))


def ended(person, video):
    return person.wait(video, limit=LIMIT)


def was_refunded(person, video, code):
    """Asserts that a video failed so, and cost nothing."""
    assert (video["status"], video["error"]["code"]) == ("failed", code), video
    assert "not charged" in video["error"]["message"]
    assert person.balance == CREDITS
    assert [entry["amount"] for entry in person.entries("refund")] == [video["credits"]]


# What goes there and what comes back

def test_a_clip_is_made_of_the_exact_first_frame_and_paid_for_once(person, provider, fake, photo):
    video = ended(person, order(person, provider, photo))
    assert video["status"] == "completed", video
    job, = fake.creates
    assert job.image_size == (720, 1280)
    assert "wooden table" in str(job.fields)
    assert float(job.seconds) == float(provider.seconds)
    content = person.get(f"/v1/videos/{video['id']}/content").content
    assert content[4:8] == b"ftyp" and job.downloads >= 1
    assert person.balance == CREDITS - video["credits"]
    assert len(creates(fake)) == 1


def test_the_key_goes_to_the_provider_alone(person, provider, fake, photo):
    assert ended(person, order(person, provider, photo))["status"] == "completed"
    elsewhere = list(fake.file_host.requests)
    if provider.name in ("fal", "runway"):
        assert elsewhere, "clips are served from another host"
    for request in elsewhere:
        assert KEY not in str(request.headers), "the key was sent to a stranger"
    assert KEY not in person.server.log
    assert KEY not in person.get("/v1/models").text


def test_without_credits_no_word_reaches_the_model(person, provider, fake, photo):
    poor = Person(person.server)
    photo = {"file_id": poor.upload(pictures.jpeg(900, 1200))["id"]}
    answer = poor.post("/v1/videos", json=provider.order | {"input_reference": photo})
    refused(answer, 402, "insufficient_credits")
    time.sleep(3)
    assert list(fake.requests) == []


# What can go wrong

def test_a_declined_clip_is_refunded(person, provider, fake, photo):
    fake.render_seconds = None
    video = order(person, provider, photo)
    job = wait_until(lambda: fake.creates, LIMIT, "the create")[0]
    fake.refuse(job.id)
    was_refunded(person, ended(person, video), "content_rejected")


def test_a_failed_clip_is_refunded(person, provider, fake, photo):
    fake.faults.plan("outcome", "fails_late")
    was_refunded(person, ended(person, order(person, provider, photo)), "model_error")


def test_a_clip_that_is_none_is_refunded(person, provider, fake, photo):
    fake.faults.plan("outcome", "no_video")
    video = ended(person, order(person, provider, photo))
    # Gemini bills it all the same, which is no refusal but a fault.
    was_refunded(
        person, video, "model_error" if provider.name == "gemini" else "content_rejected")


@pytest.mark.parametrize("fault", ["truncated", "not_a_clip"])
def test_a_clip_that_does_not_play_is_refunded(person, provider, fake, photo, fault):
    fake.faults.plan("download", *[fault] * 5)
    was_refunded(person, ended(person, order(person, provider, photo)), "clip_invalid")


@pytest.mark.parametrize("fault", ["status_429", "status_503"])
def test_a_provider_that_is_full_is_waited_for(person, provider, fake, photo, fault):
    fake.faults.plan("create", fault, fault)
    video = ended(person, order(person, provider, photo))
    assert video["status"] == "completed", video
    assert len(creates(fake)) == 3 and len(fake.creates) == 1


@pytest.mark.parametrize("fault", ["reset_after", "reset_during", "status_500_after", "malformed"])
def test_a_lost_answer_is_never_asked_for_again(person, provider, fake, photo, fault):
    """The clip may have been made: a second create would be paid for twice."""
    fake.faults.plan("create", fault)
    video = ended(person, order(person, provider, photo))
    was_refunded(person, video, "submit_unknown")
    assert len(creates(fake)) == 1 and len(fake.creates) == 1


@pytest.mark.parametrize("fault", ["reset_before", "reset_during", "status_500", "malformed",
                                   "status_429", "not_found_once"])
def test_an_unanswered_question_is_asked_again(person, provider, fake, photo, fault):
    fake.faults.plan("poll", fault, fault)
    assert ended(person, order(person, provider, photo))["status"] == "completed"


@pytest.mark.parametrize("fault", ["reset_before", "reset_during", "status_500"])
def test_a_broken_download_is_tried_again(person, provider, fake, photo, fault):
    fake.faults.plan("download", fault)
    assert ended(person, order(person, provider, photo))["status"] == "completed"
    assert len(fake.creates) == 1


def test_a_bill_that_is_not_paid_opens_the_breaker_until_it_is(person, provider, fake, photo):
    server = person.server
    fake.faults.plan("create", "quota")
    was_refunded(person, ended(person, order(person, provider, photo)), "model_unavailable")

    def shown():
        return next(model for model in ok(person.get("/v1/models"))["data"]
                    if model["id"] == provider.model)
    wait_until(lambda: not shown()["available"], LIMIT, "the breaker")
    assert shown()["unavailable_until"] > time.time()
    answer = person.post("/v1/videos", json=provider.order | {"input_reference": photo})
    refused(answer, 503, "model_unavailable", "model")
    assert "A provider does not work for us" in server.log
    # Its time passes; one job finds out that the bill is paid.
    server.psql("UPDATE public.provider_breakers SET open_until = now()")
    wait_until(lambda: shown()["available"], LIMIT, "the end of the pause")
    assert ended(person, order(person, provider, photo))["status"] == "completed"
    assert server.rows("SELECT * FROM public.provider_breakers") == []


def test_a_clip_that_comes_too_late_is_free(person, provider, fake, photo):
    fake.render_seconds = None
    video = order(person, provider, photo)
    job = wait_until(lambda: fake.creates, LIMIT, "the create")[0]
    wait_until(lambda: person.video(video)["stage"] == "rendering", LIMIT, "rendering")
    person.server.psql(f"""
        UPDATE public.jobs SET deadline_at = now(), next_step_at = now()
        WHERE id::text = '{uuid_of(video)}'""")
    was_refunded(person, ended(person, video), "deadline_exceeded")
    fake.finish(job.id)
    person.server.psql("UPDATE public.jobs SET next_step_at = now()")
    late = person.wait(video, limit=LIMIT, until=lambda v: "came after all" in str(v["error"]))
    assert late["status"] == "failed"
    content = person.get(f"/v1/videos/{video['id']}/content")
    assert content.status_code == 200 and content.content[4:8] == b"ftyp"
    assert person.balance == CREDITS


def uuid_of(video):
    hexes = video["id"].removeprefix("video_")
    return "-".join((hexes[:8], hexes[8:12], hexes[12:16], hexes[16:20], hexes[20:]))


# Cancelling

def test_a_cancelled_clip_is_refunded_if_the_provider_says_that_it_stopped(
        person, provider, fake, photo):
    fake.render_seconds = None
    video = order(person, provider, photo)
    job = wait_until(lambda: fake.creates, LIMIT, "the create")[0]
    wait_until(lambda: person.video(video)["stage"] == "rendering", LIMIT, "rendering")
    answer = person.post(f"/v1/videos/{video['id']}/cancel")
    assert answer.status_code == 202 and answer.json()["cancel_requested"] is True
    if provider.name in ("gemini", "fal", "runway"):
        was_refunded(person, ended(person, video), "cancelled")
        assert fake.cancelled
    else:
        # It goes on, and is delivered and paid for.
        wait_until(lambda: not person.server.rows(
            "SELECT id FROM public.jobs WHERE cancel_requested_at IS NOT NULL"), LIMIT, "a no")
        if not fake.jobs[job.id].has_ended:
            fake.finish(job.id)
            assert ended(person, video)["status"] == "completed"
            assert person.entries("refund") == []


# Webhooks

@pytest.fixture
def hooked(provider, fake, person):
    """The provider, which now reports, and somebody on the server that it reports to."""
    if provider.name == "runway":
        pytest.skip("Runway has no webhooks")
    fake.render_seconds = None
    fake.webhook_url = f"{person.server.url}/webhooks/videos/{provider.name}"
    return fake, person


def far_from_its_next_question(server):
    server.psql("UPDATE public.jobs SET next_step_at = now() + interval '1 hour'")
    time.sleep(1)
    server.psql("UPDATE public.jobs SET next_step_at = now() + interval '1 hour'")


def test_a_webhook_has_the_provider_asked_at_once(hooked, provider):
    fake, person = hooked
    photo = {"file_id": person.upload(pictures.jpeg(900, 1200))["id"]}
    video = order(person, provider, photo)
    job = wait_until(lambda: fake.creates, LIMIT, "the create")[0]
    wait_until(lambda: person.video(video)["stage"] == "rendering", LIMIT, "rendering")
    far_from_its_next_question(person.server)
    fake.finish(job.id)
    assert ended(person, video)["status"] == "completed"


@pytest.mark.parametrize("fault", ["forged", "duplicate", "early"])
def test_a_webhook_is_never_the_truth(hooked, provider, fault):
    fake, person = hooked
    fake.faults.plan("webhook", fault)
    photo = {"file_id": person.upload(pictures.jpeg(900, 1200))["id"]}
    video = order(person, provider, photo)
    job = wait_until(lambda: fake.creates, LIMIT, "the create")[0]
    wait_until(lambda: person.video(video)["stage"] == "rendering", LIMIT, "rendering")
    time.sleep(1)
    assert person.video(video)["status"] == "in_progress"
    fake.finish(job.id)
    done = ended(person, video)
    assert done["status"] == "completed"
    time.sleep(1)
    assert person.video(video) == done, "a finished job never changes again"
    assert len(person.entries("generation")) == 1 and person.entries("refund") == []


def test_webhooks_that_nobody_signed_are_refused(hooked, provider):
    _, person = hooked
    url = f"{person.server.url}/webhooks/videos/{provider.name}"
    for headers in ({}, {"webhook-id": "a", "webhook-timestamp": str(int(time.time())),
                         "webhook-signature": "v1,AAAA"},
                    {"x-fal-webhook-request-id": "a", "x-fal-webhook-user-id": "b",
                     "x-fal-webhook-timestamp": str(int(time.time())),
                     "x-fal-webhook-signature": "00" * 64}):
        refused(requests.post(url, json={"data": {"id": "x"}}, headers=headers, timeout=10), 400,
                "invalid_request")
    refused(requests.post(person.server.url + "/webhooks/videos/nobody", json={}, timeout=10),
            404, "not_found")
