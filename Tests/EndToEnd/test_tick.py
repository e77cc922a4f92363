"""A server that does nothing by itself: only ticks move jobs, payments and files on."""
import threading

import pytest
import requests

from rig import pictures
from rig.person import CLIP_CREDITS, Person, ok
from rig.providers import PROVIDERS, creates
from rig.server import ROOT, complaint, free_port, processes, run, wait_until

TOKEN = "a-token-for-the-scheduler"
TICK_LIMIT = 60


@pytest.fixture(scope="module")
def provider():
    with PROVIDERS["videos_api"].start(render_seconds=None) as fake:
        yield fake


@pytest.fixture
def asleep(start_server, provider):
    """A server without workers that takes ticks."""
    return start_server(WORKERS=0, TICK_TOKEN=TOKEN, **PROVIDERS["videos_api"].environment(provider))


def send_tick(server, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(server.url + "/internal/tick", headers=headers, timeout=TICK_LIMIT)


def tick(server):
    answer = ok(send_tick(server))
    assert set(answer) == {"moved", "polled", "worked", "remaining", "already_running"}
    assert answer["moved"] == answer["polled"] + answer["worked"]
    return answer


def stage_of(server):
    return [job["stage"] for job in server.rows("SELECT stage FROM public.jobs ORDER BY created_at")]


def test_a_clip_is_drawn_within_one_tick_and_by_nothing_else(asleep):
    person = Person(asleep)
    person.buy()
    video = person.create()
    assert person.video(video)["status"] == "queued"
    answer = tick(asleep)
    assert (answer["moved"] >= 1, answer["remaining"]) == (True, 0)
    assert person.video(video)["status"] == "completed"
    assert tick(asleep)["moved"] == 0
    assert person.balance == 500 - CLIP_CREDITS


def test_a_job_at_a_provider_moves_a_step_a_tick(asleep, provider):
    person = Person(asleep)
    person.buy()
    video = ok(person.post("/v1/videos", json=PROVIDERS["videos_api"].order))
    before = len(creates(provider))
    assert tick(asleep)["remaining"] == 1
    assert stage_of(asleep) == ["rendering"]
    job = provider.creates[-1]
    asleep.psql("UPDATE public.jobs SET next_step_at = now()")
    assert tick(asleep)["polled"] == 1
    assert stage_of(asleep) == ["rendering"]
    provider.finish(job.id)
    asleep.psql("UPDATE public.jobs SET next_step_at = now()")
    answer = tick(asleep)
    assert (answer["polled"], answer["worked"], answer["remaining"]) == (1, 1, 0)
    assert person.video(video)["status"] == "completed"
    assert len(creates(provider)) == before + 1


def test_what_a_tick_cannot_finish_is_handed_back(start_server):
    server = start_server(WORKERS=0, TICK_TOKEN=TOKEN, TICK_SECONDS=5)
    person = Person(server)
    person.buy()
    # More than fits into five seconds on any machine that runs tests.
    videos = [person.create(prompt=f"Clip {number}.", seconds="12") for number in range(6)]
    answer = tick(server)
    assert answer["remaining"] > 0
    held = server.rows("SELECT id FROM public.jobs WHERE lease_until > now() AND stage <> 'done'")
    assert held == [], "no lease outlives its tick"
    wait_until(lambda: not processes(server.folder, "ffmpeg"), 10, "the end of all renders")
    # Later ticks go on where this one was.
    server.restart(TICK_SECONDS=50)
    wait_until(lambda: tick(server)["remaining"] == 0, 120, "the end of all jobs")
    assert all(person.video(video)["status"] == "completed" for video in videos)
    assert len(person.entries("generation")) == len(videos) and not person.entries("refund")


def test_ticks_at_once_do_no_harm(asleep):
    person = Person(asleep)
    person.buy()
    videos = [person.create(prompt=f"Clip {number}.") for number in range(3)]
    answers = []
    ticks = [threading.Thread(target=lambda: answers.append(tick(asleep))) for _ in range(6)]
    for thread in ticks:
        thread.start()
    for thread in ticks:
        thread.join(TICK_LIMIT)
    assert len(answers) == 6
    assert sum(answer["worked"] for answer in answers) == 3
    assert sum(answer["already_running"] for answer in answers) >= 1
    assert all(person.video(video)["status"] == "completed" for video in videos)
    assert asleep.rows("SELECT id FROM public.jobs WHERE attempts <> 1") == []


def test_a_tick_ends_what_is_past_its_deadline(asleep, provider):
    person = Person(asleep)
    person.buy()
    video = ok(person.post("/v1/videos", json=PROVIDERS["videos_api"].order))
    tick(asleep)
    asleep.psql("UPDATE public.jobs SET deadline_at = now(), next_step_at = now()")
    tick(asleep)
    assert person.video(video)["error"]["code"] == "deadline_exceeded"
    assert person.balance == 500
    # Its clip comes after all, and is kept at no charge.
    provider.finish(provider.creates[-1].id)
    asleep.psql("UPDATE public.jobs SET next_step_at = now()")
    tick(asleep)
    assert asleep.rows("SELECT video_asset_id IS NOT NULL AS late FROM public.jobs") == [
        {"late": True}]


def test_a_tick_applies_payments_and_removes_files(asleep):
    person = Person(asleep)
    checkout = person.checkout()
    person.press("pay", checkout)
    assert person.balance == 500
    # As if the process had died between recording the event and applying it.
    photo = person.upload(pictures.jpeg(600, 800))
    person.delete(f"/v1/files/{photo['id']}")
    [object_before] = list(asleep.objects)
    asleep.psql("""
        INSERT INTO public.stripe_events (id, type, payload, next_attempt_at)
        VALUES ('evt_late', 'charge.updated',
          '{"id":"evt_late","type":"charge.updated","created":1,"livemode":false,
            "object":"event","data":{"object":{}}}', now())""")
    assert asleep.rows("SELECT id FROM public.stripe_events WHERE applied_at IS NULL") != []
    tick(asleep)
    assert asleep.rows("SELECT id FROM public.stripe_events WHERE applied_at IS NULL") == []
    assert object_before not in asleep.objects
    rare = {row["name"] for row in asleep.rows("SELECT name FROM public.server_errands")}
    assert rare == {"sign_in", "reconciliation"}
    due = asleep.rows("SELECT name, due_at FROM public.server_errands ORDER BY name")
    tick(asleep)
    assert asleep.rows("SELECT name, due_at FROM public.server_errands ORDER BY name") == due


# What Supabase brings along, as far as the schedule uses it.
SUPABASE = """
    CREATE SCHEMA cron; CREATE SCHEMA net; CREATE SCHEMA vault;
    CREATE TABLE cron.job (jobname text, schedule text, command text);
    CREATE FUNCTION cron.schedule(job_name text, schedule text, command text) RETURNS void
      LANGUAGE sql AS 'INSERT INTO cron.job VALUES (job_name, schedule, command)';
    CREATE TABLE net.sent (url text, headers jsonb, body jsonb, timeout_milliseconds int);
    CREATE FUNCTION net.http_post(
        url text, body jsonb DEFAULT '{}', params jsonb DEFAULT '{}',
        headers jsonb DEFAULT '{"Content-Type": "application/json"}',
        timeout_milliseconds int DEFAULT 5000) RETURNS bigint
      LANGUAGE sql AS 'INSERT INTO net.sent VALUES (url, headers, body, timeout_milliseconds);
                       SELECT 1::bigint';
    CREATE TABLE vault.decrypted_secrets (name text, decrypted_secret text);
    CREATE FUNCTION vault.create_secret(new_secret text, new_name text) RETURNS void
      LANGUAGE sql AS 'INSERT INTO vault.decrypted_secrets VALUES (new_name, new_secret)';
"""


def test_the_schedule_in_the_guide_sends_a_tick_when_there_is_something_to_do(asleep):
    guide = (ROOT / "docs/scale-to-zero.md").read_text()
    script = guide.split("```sql\n")[1].split("```")[0]
    assert script.count("create extension if not exists") == 2
    script = "\n".join(line for line in script.splitlines() if "create extension" not in line)
    script = script.replace("https://studio.example", asleep.url).replace("the TICK_TOKEN", TOKEN)
    asleep.psql(SUPABASE + script)
    [job] = asleep.rows("SELECT * FROM cron.job")
    assert (job["jobname"], job["schedule"]) == ("placemint-tick", "10 seconds")
    assert TOKEN not in job["command"]
    # A quarter of an hour has its own reason to wake the server.
    idle = job["command"].replace("extract(minute from now())::int % 15 = 0", "false")
    assert idle != job["command"]
    asleep.psql(idle)
    assert asleep.rows("SELECT * FROM net.sent") == []
    person = Person(asleep)
    person.buy()
    video = person.create()
    asleep.psql(idle)
    [sent] = asleep.rows("SELECT * FROM net.sent")
    assert sent["timeout_milliseconds"] > 50_000
    ok(requests.post(sent["url"], headers=sent["headers"], json=sent["body"], timeout=TICK_LIMIT))
    assert person.video(video)["status"] == "completed"
    asleep.psql(idle)
    assert len(asleep.rows("SELECT * FROM net.sent")) == 1, "it may sleep again"


def test_whoever_has_no_token_moves_nothing(asleep):
    person = Person(asleep)
    person.buy()
    video = person.create()
    for token in (None, "", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), person.token):
        answer = send_tick(asleep, token)
        assert answer.status_code == 401, token
        assert answer.json()["error"]["code"] == "unauthorized"
    assert requests.get(asleep.url + "/internal/tick", timeout=10).status_code in (404, 405)
    assert stage_of(asleep) == ["queued"]
    assert person.video(video)["status"] == "queued"
    assert TOKEN not in asleep.log


def test_without_the_setting_there_is_no_such_route(idle_server):
    assert send_tick(idle_server).status_code == 404


@pytest.mark.parametrize("settings", [
    {"TICK_TOKEN": "short"}, {"TICK_TOKEN": "with spaces in the middle"},
    {"METRICS_TOKEN": "short"}, {"TICK_SECONDS": "50"}, {"METRICS_PORT": "0"},
    {"DRAIN_SECONDS": "-1"}, {"TICK_TOKEN": TOKEN, "TICK_SECONDS": "1"}])
def test_a_wrong_setting_is_named_and_not_repeated(tmp_path, settings):
    line = complaint(run("serve", cwd=tmp_path, PORT=free_port(), PLACEMINT_DATA=tmp_path / "data",
                         **settings))
    variable = list(settings)[-1]
    assert line.startswith(f"{variable}: ")
    if variable.endswith("TOKEN"):
        assert settings[variable] not in line
