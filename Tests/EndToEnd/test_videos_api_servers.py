"""Every kind of server that speaks `/v1/videos`, with the catalogue's options that it takes."""
import json
import time
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from video_fakes.orders import from_data_url

from rig import pictures
from rig.audit import audit, finished
from rig.person import CLIP_CREDITS, Person, ok, refused
from rig.providers import KEY, PROVIDERS, creates
from rig.server import Server, wait_until

LIMIT = 40
CREDITS = 10_000
PROMPT = "The mug turns slowly on a wooden table."
OTHER_PROMPT = "The mug stands in the snow."
SIZE = (720, 1280)
PHOTO = pictures.jpeg(900, 1200)
WAN_IMAGE, WAN_TEXT = "Wan-AI/Wan2.2-I2V-A14B-Diffusers", "Wan-AI/Wan2.2-TI2V-5B-Diffusers"


@dataclass(frozen=True)
class Model:
    """A model of our catalogue, and the create that has to come of it.

    options: `provider_model` and those of the adapter. picture: how the first frame goes along,
    and in which field. fields: what else is sent, beside the prompt. without: the code of the
    failure when an option is left out. wrong: other options, and theirs.
    """

    options: dict
    picture: tuple
    fields: dict
    path: str = "/v1/videos"
    without: dict = field(default_factory=dict)
    wrong: dict = field(default_factory=dict)

    @property
    def refused(self):
        """Options that the server refuses, each with its failure's code, by a name."""
        return {f"without-{name}": (self.options | {name: None}, code)
                for name, code in self.without.items()} | {
            name: (self.options | changes, code) for name, (changes, code) in self.wrong.items()}


@dataclass(frozen=True)
class Kind:
    """A kind of server: where it stands, and where it wants the key.

    declined: what a failure is for us when it declines a clip. size: of its clips.
    """

    models: dict
    base: str = ""
    key: tuple = ("authorization", f"Bearer {KEY}")
    query: dict = field(default_factory=dict)
    declined: str = "content_rejected"
    size: tuple = SIZE

    @property
    def catalogue(self):
        models = {}
        for name, model in self.models.items():
            models[name] = model.options
            models |= {f"{name}-{wrong}": options
                       for wrong, (options, _) in model.refused.items()}
        return {
            "default_model": "main", "models": [entry(*model) for model in models.items()],
            "packs": [{"id": "starter", "name": "Starter", "credits": 500, "amount_cents": 500,
                       "currency": "eur"}]}


def entry(id, options):
    """A model's entry in the catalogue. An option that is None is left out."""
    options = {name: value for name, value in options.items() if value is not None}
    own_name = options.pop("provider_model", id)
    return {
        "id": id, "name": id, "provider": "videos_api", "provider_model": own_name,
        "sizes": ["720x1280"], "default_size": "720x1280", "seconds": [4], "default_seconds": 4,
        "credits_per_second": CLIP_CREDITS / 4, "prompt_limit": 8000, "reference": "required",
        "audio": True, "concurrency": 4, "deadline_seconds": 600, "options": options}


USUAL = {"seconds": "4", "size": "720x1280"}
KINDS = {
    "openai": Kind({
        "main": Model(
            {"provider_model": "sora-2", "remix": True},
            ("file", "input_reference"), USUAL | {"model": "sora-2"},
            without={"provider_model": "model_unavailable"},
            wrong={"fields": ({"fields": {"fps": 24}}, "model_error"),
                   "field": ({"image_field": "image"}, "model_error")}),
        "json": Model(
            {"provider_model": "sora-2", "body": "json"},
            ("object", "input_reference"), USUAL | {"model": "sora-2"},
            wrong={"string": ({"image": "string"}, "model_error")}),
    }),
    "azure": Kind({
        "main": Model(
            {"provider_model": "sora-2", "auth_header": "api-key",
             "query": {"api-version": "preview"}, "remix": True},
            ("file", "input_reference"), USUAL | {"model": "sora-2"}, "/openai/v1/videos",
            without={"auth_header": "model_unavailable", "query": "model_unavailable"}),
    }, base="/openai/v1", key=("api-key", KEY), query={"api-version": "preview"}),
    "litellm": Kind({
        "main": Model(
            {"provider_model": "gemini/veo-3.1"},
            ("file", "input_reference"), USUAL | {"model": "gemini/veo-3.1"},
            without={"provider_model": "model_unavailable"},
            wrong={"json": ({"body": "json"}, "submit_unknown")}),
        "edits": Model(
            {"provider_model": "sora-2", "remix": True},
            ("file", "input_reference"), USUAL | {"model": "sora-2"}),
    }, declined="model_error"),
    "vllm_omni": Kind({
        "main": Model(
            {"image": "json_text", "image_field": "image_reference", "omit_model": True},
            ("json text", "image_reference"), USUAL,
            without={"image": "model_error", "image_field": "model_error",
                     "omit_model": "model_error"},
            wrong={"json": ({"body": "json"}, "model_error")}),
        "sync": Model(
            {"provider_model": WAN_IMAGE, "create_path": "videos/sync", "synchronous": True},
            ("file", "input_reference"), USUAL | {"model": WAN_IMAGE}, "/v1/videos/sync",
            without={"synchronous": "submit_unknown"}),
    }, declined="model_error"),
    "sglang": Kind({
        "main": Model(
            {"provider_model": WAN_TEXT, "body": "json", "image": "string",
             "image_field": "reference_url"},
            ("text", "reference_url"), USUAL | {"model": WAN_TEXT},
            without={"image": "model_error"},
            wrong={"object": ({"image": None, "image_field": None}, "model_error")}),
        "form": Model(
            {"provider_model": WAN_TEXT},
            ("file", "input_reference"), USUAL | {"model": WAN_TEXT},
            wrong={"string": ({"image": "string"}, "model_error")}),
    }),
    "new_api": Kind({
        "main": Model(
            {"provider_model": "kling-v2", "create_path": "video/generations", "body": "json",
             "image": "string", "image_field": "image", "remix": True,
             "fields": {"duration": 4, "metadata": {"negative_prompt": "hands"}}},
            ("text", "image"), USUAL | {
                "model": "kling-v2", "duration": 4, "metadata": {"negative_prompt": "hands"}},
            "/v1/video/generations",
            without={"image": "model_error", "provider_model": "model_unavailable"},
            wrong={"path": ({"create_path": "video"}, "model_unavailable")}),
    }),
    "laozhang": Kind({
        "main": Model(
            {"provider_model": "gemini-omni-1.2-flash", "image_field": "reference_images",
             "fields": {"watermark": False, "style": "plain"}},
            ("file", "reference_images"), USUAL | {
                "model": "gemini-omni-1.2-flash", "watermark": "false", "style": "plain"}),
    }),
    "saygm": Kind({
        "main": Model(
            {"provider_model": "seedance-2.0", "omit_size": True},
            ("file", "input_reference"), {"model": "seedance-2.0", "seconds": "4"},
            without={"omit_size": "model_error"}),
    }, size=(768, 1344)),
}
MODELS = [(kind, name) for kind in KINDS for name in KINDS[kind].models]
REFUSED = [(kind, f"{name}-{wrong}") for kind, name in MODELS
           for wrong in KINDS[kind].models[name].refused]


def code_of(kind, model):
    """The code of the failure that a model's wrong options lead to."""
    name, _, wrong = model.partition("-")
    return KINDS[kind].models[name].refused[wrong][1]


class Site:
    """A server of that kind, and ours, which asks it."""

    def __init__(self, name, fake, folder):
        self.name, self.kind, self.fake = name, KINDS[name], fake
        catalogue = folder / "catalogue.json"
        catalogue.write_text(json.dumps(self.kind.catalogue))
        settings = PROVIDERS["videos_api"].environment(fake)
        settings["VIDEOS_API_BASE"] += self.kind.base
        self.server = Server(WORKERS=4, PLACEMINT_CATALOGUE=catalogue, **settings)

    def forget(self):
        """Makes everything as new. Nothing of the last test stands in the next one's way."""
        self.end_jobs()
        fake = self.fake
        for record in (fake.requests, fake.creates, fake.cancelled, fake.deleted,
                       fake.file_host.requests, fake.file_host.key_requests):
            record.clear()
        fake.render_seconds, fake.refused_words = 0.2, ()
        fake.file_host.redirects = 0
        self.server.psql("DELETE FROM public.provider_breakers")

    def end_jobs(self):
        """Has time run out for jobs that a test has left behind, also for late clips."""
        if not finished(self.server):
            self.server.psql("UPDATE public.jobs SET deadline_at = now(), next_step_at = now() "
                             "WHERE stage <> 'done'")
            wait_until(lambda: finished(self.server), LIMIT, "the end of all jobs")
        self.server.psql("UPDATE public.jobs SET late_until = NULL")


@pytest.fixture(scope="module")
def running(request, tmp_path_factory):
    name = request.param
    with PROVIDERS["videos_api"].start(personality=name) as fake:
        site = Site(name, fake, tmp_path_factory.mktemp(name))
        try:
            yield site
            audit(site.server)
        finally:
            site.server.discard()


# Of the same scope, so that tests at one server follow each other.
@pytest.fixture(scope="module")
def model(request):
    return request.param[1]


@pytest.fixture
def site(running):
    running.forget()
    yield running
    for planned in running.fake.faults.planned.values():
        planned.clear()


@pytest.fixture
def fake(site):
    return site.fake


@pytest.fixture
def person(site):
    person = Person(site.server).has_credits_for(CREDITS // CLIP_CREDITS)
    wait_until(lambda: all(model["available"] for model in ok(person.get("/v1/models"))["data"]),
               LIMIT, "the end of the last test's pause")
    person.photo = person.upload(PHOTO)["id"]
    return person


def at(*names):
    """A test at servers of these kinds."""
    return pytest.mark.parametrize("running", names, indirect=True)


def at_models(pairs):
    """A test at these models, each of a kind of server."""
    return pytest.mark.parametrize(
        "running, model", [pytest.param(pair[0], pair, id="-".join(pair)) for pair in pairs],
        indirect=True)


def order(person, model="main", **fields):
    return ok(person.post("/v1/videos", json={
        "model": model, "prompt": PROMPT, "seconds": "4", "size": "720x1280",
        "input_reference": {"file_id": person.photo}} | fields))


def edit(person, id, **options):
    body = {"prompt": OTHER_PROMPT, "video": {"id": id}}
    return person.call("POST", "/v1/videos/edits", json=body, **options)


def remix(person, video, **options):
    return person.post(f"/v1/videos/{video['id']}/remix", json={"prompt": OTHER_PROMPT}, **options)


def ended(person, video):
    """A video at its end. Its provider is first asked at once, not two seconds later."""
    video = person.wait(
        video, limit=LIMIT, until=lambda v: v["stage"] not in ("queued", "submitting"))
    person.server.psql("UPDATE public.jobs SET next_step_at = now() WHERE stage = 'rendering'")
    return person.wait(video, limit=LIMIT)


def completed(person, video):
    video = ended(person, video)
    assert video["status"] == "completed", video
    return video


def rendering(person, video):
    """The provider's job of a video, once ours knows of it."""
    person.wait(video, limit=LIMIT, until=lambda v: v["stage"] == "rendering")
    return person.server.rows(f"""
        SELECT provider_job_id FROM public.jobs
        WHERE replace(id::text, '-', '') = '{video['id'].removeprefix('video_')}'
        """)[0]["provider_job_id"]


def was_refunded(person, video, code):
    """Asserts that a video failed so, and cost nothing."""
    video = ended(person, video)
    assert (video["status"], video["error"]["code"]) == ("failed", code), video
    assert "not charged" in video["error"]["message"]
    assert [entry["amount"] for entry in person.entries("refund")] == [video["credits"]]
    spent = -sum(entry["amount"] for entry in person.entries("generation"))
    assert person.balance == CREDITS - spent + video["credits"]


def clip_of(person, video, folder):
    """The file of a finished video."""
    answer = person.get(f"/v1/videos/{video['id']}/content")
    assert answer.status_code == 200, answer.text
    file = folder / "clip.mp4"
    file.write_bytes(answer.content)
    return file


def first_frame(request, picture):
    """The picture that came with a create, from the one field where it belongs."""
    how, name = picture
    match how:
        case "file":
            assert request.files[name].type == "image/jpeg"
            return request.files[name].content
        case "text":
            return from_data_url(request.body[name])
        case "json text":
            given = json.loads(request.body[name])
        case "object":
            given = request.body[name]
    assert given.keys() == {"image_url"}
    return from_data_url(given["image_url"])


def keeps_the_key(site):
    """Asserts that every request had the key in its one place, and that nobody else has seen it."""
    name, value = site.kind.key
    for request in site.fake.requests:
        assert [field for field, text in request.headers.items() if KEY in text] == [name]
        assert request.headers[name] == value and request.query == site.kind.query
    assert site.fake.file_host.key_requests == [], "the key was sent to a stranger"
    assert KEY not in site.server.log


def polls(fake):
    return [request for request in fake.requests if request.kind == "poll"]


def downloads(fake):
    return [request for request in fake.requests if request.kind == "download"]


# What goes there and what comes back

@at_models(MODELS)
def test_a_clip_comes_out_whole_of_one_create_of_the_right_shape(
        site, person, fake, model, tmp_path):
    video = completed(person, order(person, model))
    pictures.assert_clip(clip_of(person, video, tmp_path), site.kind.size, 4)
    assert person.balance == CREDITS - CLIP_CREDITS and person.entries("refund") == []
    request, = creates(fake)
    expected = site.kind.models[model]
    assert (request.method, request.path) == ("POST", expected.path)
    keeps_the_key(site)
    kind = "application/json" if expected.options.get("body") == "json" else "multipart/form-data"
    assert request.headers["content-type"].partition(";")[0] == kind
    name = expected.picture[1]
    sent = {field: value for field, value in request.body.items() if field != name}
    assert sent == expected.fields | {"prompt": PROMPT}
    assert request.files.keys() <= {name}
    job, = fake.creates
    assert job.images == [first_frame(request, expected.picture)]
    assert (job.image_size, job.seconds) == (SIZE, 4)
    pictures.assert_shows_product(job.images[0], SIZE, of=(900, 1200))


@at_models(REFUSED)
def test_wrong_options_are_refused_once_and_refunded(site, person, fake, model):
    was_refunded(person, order(person, model), code_of(site.name, model))
    request, = [request for request in fake.requests if request.method == "POST"]
    if model != "sync-without-synchronous":
        assert request.status >= 400 and fake.creates == []


# How it fails

@at(*KINDS)
def test_a_declined_clip_is_refunded(site, person, fake):
    fake.faults.plan("outcome", "refused")
    video = order(person)
    if site.name == "litellm":
        # It says that it is done, and answers every download with an error: three minutes pass.
        person.wait(video, until=lambda v: v["stage"] == "storing")
        person.server.psql("UPDATE public.jobs SET rendered_at = rendered_at - interval '3 minutes'")
    was_refunded(person, video, site.kind.declined)
    assert len(creates(fake)) == 1


@at("openai", "sglang", "new_api")
def test_a_failed_clip_is_refunded(person, fake):
    fake.faults.plan("outcome", "fails_late")
    was_refunded(person, order(person), "model_error")
    assert len(creates(fake)) == 1


def was_turned_away(person, fake, code, status):
    """Asserts that an order came to nothing there, and cost nothing."""
    was_refunded(person, order(person), code)
    request, = creates(fake)
    assert request.status == status and fake.creates == []


@at(*KINDS)
def test_a_create_that_is_not_paid_for_is_refunded(site, person, fake):
    fake.faults.plan("create", "quota")
    was_turned_away(person, fake, "model_unavailable", 403 if site.name == "new_api" else 429)


@at("openai", "vllm_omni", "new_api")
def test_a_key_that_is_not_taken_is_the_operators_matter(person, fake):
    fake.faults.plan("create", "auth")
    was_turned_away(person, fake, "model_unavailable", 401)


@at("openai", "litellm", "vllm_omni", "new_api")
def test_a_prompt_that_is_declined_at_once_is_refunded(person, fake):
    fake.refused_words = ("wooden",)
    was_turned_away(person, fake, "content_rejected", 400)


@at("vllm_omni", "laozhang")
def test_a_lost_answer_is_never_asked_for_again(person, fake):
    fake.faults.plan("create", "reset_after")
    was_refunded(person, order(person), "submit_unknown")
    assert len(creates(fake)) == 1 and len(fake.creates) == 1


# LiteLLM

@at("litellm")
def test_ids_of_any_length_and_spelling_are_asked_for(site, person, fake):
    fake.render_seconds = None
    id = rendering(person, video := order(person))
    assert len(id) > 100 and id.endswith("=") and id == fake.creates[0].id
    fake.advance(id)
    wait_until(lambda: polls(fake), LIMIT, "a question")
    fake.finish(id)
    completed(person, video)
    path = f"/v1/videos/{quote(id, safe='')}"
    assert "%3D" in path and {request.path for request in polls(fake)} == {path}
    assert {request.path for request in downloads(fake)} == {f"{path}/content"}


@at("litellm")
def test_a_job_that_was_cancelled_there_is_refunded(person, fake):
    fake.render_seconds = None
    id = rendering(person, video := order(person))
    fake.cancel(id)
    was_refunded(person, video, "model_error")


@at("litellm")
def test_a_job_that_cannot_be_cancelled_goes_on_and_is_paid(person, fake):
    fake.render_seconds = None
    id = rendering(person, video := order(person))
    assert person.post(f"/v1/videos/{video['id']}/cancel").status_code == 202
    wait_until(lambda: [r for r in fake.requests if r.method == "DELETE"], LIMIT, "the question")
    fake.finish(id)
    completed(person, video)
    assert person.entries("refund") == []


# vLLM-Omni

@at("vllm_omni")
def test_a_job_that_failed_is_known_whatever_the_status_of_the_answer(person, fake):
    fake.render_seconds = None
    id = rendering(person, video := order(person))
    fake.fail(id, 503, "Out of memory.")
    was_refunded(person, video, "model_error")
    assert 503 in [request.status for request in polls(fake)] and downloads(fake) == []


@at("vllm_omni", "sglang", "new_api")
def test_a_job_that_vanished_is_refunded_after_a_while(person, fake):
    """These servers may forget what they were doing when they start again."""
    fake.render_seconds = None
    id = rendering(person, video := order(person))
    fake.forget(id)
    asked = len(polls(fake))
    wait_until(lambda: len(polls(fake)) > asked, LIMIT, "a question")
    assert person.video(video)["status"] == "in_progress", "it may only be late"
    person.server.psql("""
        UPDATE public.jobs SET started_at = now() - interval '2 minutes', next_step_at = now()
        WHERE stage = 'rendering'""")
    was_refunded(person, video, "model_error")


@at("vllm_omni", "sglang")
def test_a_running_job_stops_when_it_is_cancelled(person, fake):
    fake.render_seconds = None
    id = rendering(person, video := order(person))
    assert person.post(f"/v1/videos/{video['id']}/cancel").status_code == 202
    was_refunded(person, video, "cancelled")
    assert fake.deleted == [id]


@at("vllm_omni")
def test_a_synchronous_create_answers_with_the_clip(person, fake, tmp_path):
    fake.render_seconds = 1
    began = time.monotonic()
    video = completed(person, order(person, "sync"))
    assert time.monotonic() - began >= 1
    pictures.assert_clip(clip_of(person, video, tmp_path), SIZE, 4)
    assert [request.kind for request in fake.requests] == ["create"], "nothing else is asked"


@pytest.mark.parametrize("outcome, code", [
    ("refused", "model_error"), ("fails_late", "submit_unknown"), ("no_video", "submit_unknown")])
@at("vllm_omni")
def test_a_synchronous_create_that_fails_is_refunded(person, fake, outcome, code):
    """Of an answer like 500, nobody can tell what came of the work."""
    fake.faults.plan("outcome", outcome)
    was_refunded(person, order(person, "sync"), code)
    assert len(creates(fake)) == 1


@at("vllm_omni")
def test_a_synchronous_create_that_takes_too_long_is_never_sent_again(person, fake):
    fake.render_seconds, fake.sync_timeout = None, 0.2
    try:
        was_refunded(person, order(person, "sync"), "submit_unknown")
    finally:
        fake.sync_timeout = 600
    assert [request.status for request in creates(fake)] == [504]


# Clips at an address of their own

@at("sglang")
def test_a_clip_in_the_cloud_is_fetched_there_without_the_key(person, fake, tmp_path):
    video = completed(person, order(person))
    assert [request.status for request in downloads(fake)] == [400]
    assert [request.status for request in fake.file_host.requests] == [200]
    assert fake.file_host.key_requests == []
    pictures.assert_clip(clip_of(person, video, tmp_path), SIZE, 4)


@at("sglang")
def test_a_clip_on_the_servers_own_disk_is_fetched_there(person, fake):
    fake.cloud_storage = False
    try:
        completed(person, order(person))
    finally:
        fake.cloud_storage = True
    assert [request.status for request in downloads(fake)] == [200]
    assert list(fake.file_host.requests) == []


@at("laozhang", "new_api")
def test_a_clip_without_a_content_route_is_fetched_where_the_job_says(person, fake, tmp_path):
    has_content, fake.server.has_content = fake.server.has_content, False
    fake.file_host.redirects = 2
    try:
        video = completed(person, order(person))
    finally:
        fake.server.has_content = has_content
    assert 200 not in [request.status for request in downloads(fake)]
    assert [request.status for request in fake.file_host.requests] == [302, 302, 200]
    assert fake.file_host.key_requests == []
    pictures.assert_clip(clip_of(person, video, tmp_path), SIZE, 4)


@at("openai", "azure")
def test_a_redirected_download_leaves_the_key_behind(person, fake):
    fake.redirect_downloads = True
    try:
        completed(person, order(person))
    finally:
        fake.redirect_downloads = False
    assert [request.status for request in downloads(fake)] == [302]
    assert [request.status for request in fake.file_host.requests] == [200]
    assert fake.file_host.key_requests == []


# New API

@at("new_api")
def test_words_of_every_upstream_are_understood(person, fake):
    fake.render_seconds = None
    id = rendering(person, video := order(person))
    wait_until(lambda: polls(fake), LIMIT, "a question")
    assert person.video(video)["status"] == "in_progress"
    fake.advance(id, 70)
    asked = len(polls(fake))
    wait_until(lambda: len(polls(fake)) > asked, LIMIT, "a question")
    assert person.video(video)["status"] == "in_progress"
    fake.finish(id)
    completed(person, video)


# Remixes

def remixes(fake):
    return [request for request in creates(fake) if request.path.endswith("/remix")]


@at("openai", "azure", "new_api")
def test_a_remix_changes_the_clip_where_the_server_can(site, person, fake, tmp_path):
    first = completed(person, order(person))
    original, = fake.creates
    key = {"Idempotency-Key": "once"}
    video = ok(remix(person, first, headers=key))
    assert (video["remixed_from_video_id"], video["remix_method"]) == (first["id"], "edit")
    assert (video["credits"], video["prompt"]) == (first["credits"], OTHER_PROMPT)
    done = completed(person, video)
    assert ok(remix(person, first, headers=key))["id"] == video["id"]
    request, = remixes(fake)
    assert request.path == f"{site.kind.base or '/v1'}/videos/{original.id}/remix"
    assert (request.body, request.query) == ({"prompt": OTHER_PROMPT}, site.kind.query)
    assert request.headers[site.kind.key[0]] == site.kind.key[1]
    assert len(creates(fake)) == 2
    assert [job.facts.get("remixed_from") for job in fake.creates] == [None, original.id]
    pictures.assert_clip(clip_of(person, done, tmp_path), SIZE, 4)
    assert [entry["amount"] for entry in person.entries("generation")] == [-CLIP_CREDITS] * 2
    assert person.balance == CREDITS - 2 * CLIP_CREDITS


@at("openai")
def test_an_edit_changes_the_clip_or_is_refused(person, fake):
    first = completed(person, order(person))
    key = {"Idempotency-Key": "once"}
    video = ok(edit(person, first["id"], headers=key))
    assert (video["remixed_from_video_id"], video["remix_method"]) == (first["id"], "edit")
    again = edit(person, first["id"], headers=key)
    assert ok(again)["id"] == video["id"] and again.headers["idempotent-replayed"] == "true"
    completed(person, video)
    assert len(remixes(fake)) == 1
    other = completed(person, order(person, "json"))
    balance = person.balance
    for id, status, code in ((other["id"], 400, "edits_not_supported"),
                             ("video_" + "0" * 32, 404, "not_found")):
        refused(edit(person, id), status, code, "video")
    assert person.balance == balance and len(remixes(fake)) == 1


@at_models([("openai", "json"), ("litellm", "main"), ("sglang", "main")])
def test_a_remix_elsewhere_is_a_new_clip_of_the_same_photo(site, person, fake, model):
    first = completed(person, order(person, model))
    video = ok(remix(person, first))
    assert (video["remixed_from_video_id"], video["remix_method"]) == (first["id"], "regenerate")
    assert video["credits"] == first["credits"]
    assert completed(person, video)["remix_method"] == "regenerate"
    before, after = creates(fake)
    picture = site.kind.models[model].picture
    assert after.path == before.path
    assert first_frame(after, picture) == first_frame(before, picture)
    assert after.body | {"prompt": PROMPT, picture[1]: None} == before.body | {picture[1]: None}
    assert after.body["prompt"] == OTHER_PROMPT
    assert person.balance == CREDITS - 2 * CLIP_CREDITS


@at("litellm")
def test_a_remix_that_the_server_cannot_do_is_refunded(person, fake):
    first = completed(person, order(person, "edits"))
    original, = fake.creates
    was_refunded(person, ok(remix(person, first)), "submit_unknown")
    request, = remixes(fake)
    assert request.path == f"/v1/videos/{quote(original.id, safe='')}/remix"
    assert len(creates(fake)) == 2 and len(fake.creates) == 1


@at("openai")
def test_a_remix_without_credits_reaches_nobody(person, fake):
    poor = Person(person.server).has_credits_for(1)
    poor.photo = poor.upload(PHOTO)["id"]
    first = completed(poor, order(poor))
    refused(remix(poor, first), 402, "insufficient_credits")
    time.sleep(1)
    assert len(creates(fake)) == 1 and poor.balance == 0


@at("openai")
def test_a_clip_that_was_never_made_is_not_to_be_changed(person, fake):
    """What failed has no clip: a remix makes one of the photo, and says so."""
    fake.faults.plan("outcome", "refused")
    first = ended(person, order(person))
    assert first["status"] == "failed"
    video = ok(remix(person, first))
    completed(person, video)
    assert remixes(fake) == [] and video["remix_method"] == "regenerate"


@at("openai")
def test_a_remix_is_called_what_it_is(person, fake):
    fake.refused_words = ("wooden",)
    first = ended(person, order(person))
    assert first["status"] == "failed" and fake.creates == []
    video = completed(person, ok(remix(person, first)))
    assert video["remix_method"] == ("edit" if remixes(fake) else "regenerate")


@at("openai")
def test_a_remix_of_a_clip_that_is_gone_concerns_nobody_else(person, fake):
    """Servers forget clips after hours. That says nothing about the server."""
    first = completed(person, order(person))
    fake.forget(fake.creates[0].id)
    ended(person, ok(remix(person, first)))
    assert person.server.rows("SELECT provider, reason FROM public.provider_breakers") == []
    completed(person, order(person))
