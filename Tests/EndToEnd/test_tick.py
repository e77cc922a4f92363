"""A server that does nothing by itself: only ticks move jobs, payments and files on."""
import os
import signal
import threading

import pytest
import requests

from rig import pictures
from rig.audit import audit
from rig.person import CLIP_CREDITS, Person, ok
from rig.providers import PROVIDERS, creates
from rig.server import ROOT, Server, complaint, free_port, processes, run, wait_until

TOKEN = "a-token-for-the-scheduler"
TICK_LIMIT = 60
# Long enough for a clip of four seconds beside other tests.
TICK_SECONDS = 20


@pytest.fixture(scope="module")
def provider():
    with PROVIDERS["videos_api"].start(render_seconds=None) as fake:
        yield fake


@pytest.fixture(scope="module")
def asleep(provider):
    """A server without workers that takes ticks. Each test leaves no job unfinished."""
    server = Server(WORKERS=0, TICK_TOKEN=TOKEN, TICK_SECONDS=TICK_SECONDS,
                    **PROVIDERS["videos_api"].environment(provider))
    try:
        yield server
        audit(server)
    finally:
        server.discard()


@pytest.fixture
def buyer(asleep):
    buyer = Person(asleep)
    buyer.buy()
    return buyer


def send_tick(server, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(server.url + "/internal/tick", headers=headers, timeout=TICK_LIMIT)


def tick(server):
    answer = ok(send_tick(server))
    assert set(answer) == {"moved", "polled", "worked", "remaining", "already_running"}
    assert answer["moved"] == answer["polled"] + answer["worked"]
    return answer


def job_of(person, columns="stage"):
    """What the database has of somebody's only job."""
    [job] = person.server.rows(f"""
        SELECT {columns} FROM public.jobs JOIN public.users ON users.id = user_id
        WHERE email = '{person.email}'""")
    return job


def let_time_pass(server):
    """Until every job's next step is due."""
    server.psql("UPDATE public.jobs SET next_step_at = now() WHERE next_step_at > now()")


def test_a_clip_is_drawn_within_one_tick_and_by_nothing_else(asleep, buyer):
    video = buyer.create()
    assert buyer.video(video)["status"] == "queued"
    answer = tick(asleep)
    assert (answer["moved"] >= 1, answer["remaining"]) == (True, 0)
    assert buyer.video(video)["status"] == "completed"
    assert tick(asleep)["moved"] == 0
    assert buyer.balance == 500 - CLIP_CREDITS


def test_a_job_at_a_provider_moves_a_step_a_tick(asleep, buyer, provider):
    video = ok(buyer.post("/v1/videos", json=PROVIDERS["videos_api"].order))
    before = len(creates(provider))
    assert tick(asleep)["remaining"] == 1
    assert job_of(buyer)["stage"] == "rendering"
    let_time_pass(asleep)
    assert tick(asleep)["polled"] == 1
    assert job_of(buyer)["stage"] == "rendering"
    provider.finish(provider.creates[-1].id)
    let_time_pass(asleep)
    answer = tick(asleep)
    assert (answer["polled"], answer["worked"], answer["remaining"]) == (1, 1, 0)
    assert buyer.video(video)["status"] == "completed"
    assert len(creates(provider)) == before + 1


def test_what_a_tick_cannot_finish_is_handed_back(start_server):
    # Enough for a render beside other tests: five that are broken off are a failure.
    server = start_server(WORKERS=0, TICK_TOKEN=TOKEN, TICK_SECONDS=15)
    person = Person(server)
    person.buy()
    video = person.create()
    answers = []
    first = threading.Thread(target=lambda: answers.append(tick(server)))
    first.start()
    # A render that never ends.
    [encoder] = wait_until(lambda: processes(server.folder, "ffmpeg"), 10, "the render")
    os.kill(encoder, signal.SIGSTOP)
    first.join(TICK_LIMIT)
    assert answers[0]["remaining"] == 1
    assert not processes(server.folder, "ffmpeg"), "no render outlives its tick"
    assert job_of(person, "lease_until")["lease_until"] is None, "no lease does"
    wait_until(lambda: tick(server)["remaining"] == 0, TICK_LIMIT, "the job's end in a later tick")
    assert person.video(video)["status"] == "completed"
    assert len(person.entries("generation")) == 1 and not person.entries("refund")


def test_ticks_at_once_do_no_harm(asleep, buyer):
    videos = [buyer.create(prompt=f"Clip {number}.") for number in range(2)]
    answers = []
    ticks = [threading.Thread(target=lambda: answers.append(tick(asleep))) for _ in range(6)]
    for thread in ticks:
        thread.start()
    for thread in ticks:
        thread.join(TICK_LIMIT)
    assert len(answers) == 6
    assert sum(answer["already_running"] for answer in answers) >= 1
    wait_until(lambda: tick(asleep)["remaining"] == 0, TICK_LIMIT, "the end of all jobs")
    assert all(buyer.video(video)["status"] == "completed" for video in videos)
    assert len(buyer.entries("generation")) == 2 and not buyer.entries("refund")
    made = asleep.rows(f"""
        SELECT asset.id FROM public.assets AS asset JOIN public.users ON users.id = user_id
        WHERE email = '{buyer.email}' AND kind = 'video'""")
    assert len(made) == 2


def test_a_tick_ends_what_is_past_its_deadline(asleep, buyer, provider):
    video = ok(buyer.post("/v1/videos", json=PROVIDERS["videos_api"].order))
    tick(asleep)
    asleep.psql("UPDATE public.jobs SET deadline_at = now() WHERE stage <> 'done'")
    let_time_pass(asleep)
    tick(asleep)
    assert buyer.video(video)["error"]["code"] == "deadline_exceeded"
    assert buyer.balance == 500
    # Its clip comes after all, and is kept at no charge.
    provider.finish(provider.creates[-1].id)
    let_time_pass(asleep)
    tick(asleep)
    assert job_of(buyer, "video_asset_id")["video_asset_id"]


def test_a_tick_applies_payments_and_removes_files(asleep, buyer):
    kept = set(asleep.objects)
    photo = buyer.upload(pictures.jpeg(600, 800))
    [added] = set(asleep.objects) - kept
    assert buyer.delete(f"/v1/files/{photo['id']}").status_code == 200
    # As if the process had died between recording an event and applying it.
    asleep.psql("""
        INSERT INTO public.stripe_events (id, type, payload)
        SELECT 'evt_again', type, jsonb_set(payload, '{id}', '"evt_again"')
        FROM public.stripe_events LIMIT 1""")
    waiting = "SELECT id FROM public.stripe_events WHERE applied_at IS NULL"
    assert asleep.rows(waiting) == [{"id": "evt_again"}]
    tick(asleep)
    assert asleep.rows(waiting) == []
    assert added not in asleep.objects
    errands = "SELECT name, due_at FROM public.server_errands ORDER BY name"
    due = asleep.rows(errands)
    assert [errand["name"] for errand in due] == ["reconciliation", "sign_in", "webhooks"]
    tick(asleep)
    assert asleep.rows(errands) == due, "what is rare is not done by every tick"


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


def test_the_schedule_in_the_guide_sends_a_tick_when_there_is_something_to_do(asleep, buyer):
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
    video = buyer.create()
    asleep.psql(idle)
    [sent] = asleep.rows("SELECT * FROM net.sent")
    assert sent["timeout_milliseconds"] > 50_000
    ok(requests.post(sent["url"], headers=sent["headers"], json=sent["body"], timeout=TICK_LIMIT))
    assert buyer.video(video)["status"] == "completed"
    asleep.psql(idle)
    assert len(asleep.rows("SELECT * FROM net.sent")) == 1, "it may sleep again"


def test_whoever_has_no_token_moves_nothing(asleep, buyer):
    video = buyer.create()
    for token in (None, "", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), buyer.token):
        answer = send_tick(asleep, token)
        assert answer.status_code == 401, token
        assert answer.json()["error"]["code"] == "unauthorized"
    assert requests.get(asleep.url + "/internal/tick", timeout=10).status_code in (404, 405)
    assert buyer.video(video)["status"] == "queued"
    assert TOKEN not in asleep.log
    tick(asleep)


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
