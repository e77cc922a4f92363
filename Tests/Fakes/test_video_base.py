"""What all fakes of video providers have in common: jobs, faults, clips, other hosts."""
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from video_fakes import FakeVideosAPI, Faults, clips
from video_fakes.faults import KINDS

HEADERS = {"Authorization": "Bearer test-key"}
ORDER = {"prompt": "A mug", "seconds": "4"}
LOST = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@pytest.fixture
def fake():
    with FakeVideosAPI(seed=1) as fake:
        fake.slow_seconds = 0.2
        yield fake


def create(fake, **options):
    return requests.post(fake.url + "/v1/videos", json=ORDER, headers=HEADERS, **options)


def get(fake, id, rest=""):
    return requests.get(f"{fake.url}/v1/videos/{id}{rest}", headers=HEADERS)


def finished(fake):
    fake.render_seconds = 0
    return create(fake).json()["id"]


def shape(clip):
    """Width, height and seconds of a clip, or None when it cannot be played to its end."""
    probe = subprocess.run(
        ["ffmpeg", "-v", "error", "-xerror", "-i", "-", "-f", "null", "-"],
        input=clip, capture_output=True)
    if probe.returncode or probe.stderr:
        return None
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_entries",
         "stream=codec_name,width,height:format=duration", "-"],
        input=clip, capture_output=True, check=True)
    found = json.loads(shown.stdout)
    video, sound = found["streams"]
    assert (video["codec_name"], sound["codec_name"]) == ("h264", "aac")
    return video["width"], video["height"], round(float(found["format"]["duration"]))


# Clips

def test_clips_are_real_and_the_others_are_not():
    clip = clips.clip(360, 640, 3)
    assert shape(clip) == (360, 640, 3) and len(clip) < 1_000_000
    assert 0 < clip.find(b"moov") < clip.find(b"mdat"), "the index comes first"
    assert clips.clip(360, 640, 3) is clip
    assert shape(clips.truncated(360, 640, 3)) is None
    assert shape(clips.of_wrong_size(360, 640, 3)) == (180, 320, 3)
    assert b"ftyp" not in clips.NOT_A_CLIP


# Jobs

def test_jobs_go_on_by_the_clock():
    now = [1000.0]
    with FakeVideosAPI(render_seconds=100, clock=lambda: now[0]) as fake:
        id = create(fake).json()["id"]
        seen = []
        for now[0] in (1000, 1019, 1021, 1061, 1099, 1100, 2000):
            view = get(fake, id).json()
            seen.append((view["status"], view["progress"]))
        assert [status for status, _ in seen] == [
            "queued", "queued", *["in_progress"] * 3, "completed", "completed"]
        assert [progress for _, progress in seen] == [0, 0, 1, 51, 98, 100, 100]
        assert get(fake, id).json()["completed_at"] == 1100 and fake.jobs[id].polls == 8


def test_a_held_job_stays_and_a_forgotten_one_is_gone(fake):
    fake.render_seconds = 0.1
    held, gone = create(fake).json()["id"], create(fake).json()["id"]
    fake.hold(held)
    fake.forget(gone)
    time.sleep(0.2)
    assert get(fake, held).json()["status"] != "completed"
    assert get(fake, gone).status_code == 404
    fake.finish(held)
    assert get(fake, held).json()["status"] == "completed"
    assert [job.id for job in fake.creates] == [held, gone] and list(fake.jobs) == [held, gone]


def test_requests_are_remembered(fake):
    create(fake)
    get(fake, "video_none")
    first, second = fake.requests
    assert (first.method, first.path, first.status, first.body) == (
        "POST", "/v1/videos", 200, ORDER)
    assert first.job is fake.creates[0] and first.headers["authorization"] == "Bearer test-key"
    assert (second.method, second.status, second.kind) == ("GET", 404, "poll")


# Faults

def test_the_same_seed_gives_the_same_schedule():
    def schedule(seed):
        faults = Faults(seed)
        return [[faults.next(kind) for _ in range(500)] for kind in KINDS]

    assert schedule(7) == schedule(7) != schedule(8)
    for kind, names in zip(KINDS, schedule(7)):
        assert None in names and set(names) - {None} == set(Faults().shares[kind]), kind
    only = Faults.only(3, create={"reset_after": 0.25})
    names = [only.next("create") for _ in range(1000)]
    assert set(names) == {None, "reset_after"} and 200 < names.count("reset_after") < 300
    assert only.happened["create", "reset_after"] == names.count("reset_after")
    assert {only.next("poll") for _ in range(100)} == {None}


def test_faults_that_do_not_exist_are_refused():
    for shares in ({"create": {"reset": 0.1}}, {"make": {"slow": 0.1}},
                   {"poll": {"slow": 0.7, "malformed": 0.7}}):
        with pytest.raises(ValueError):
            Faults(**shares)
    with pytest.raises(ValueError):
        Faults().plan("poll", "quota")


def outcome(call):
    """The status, or what became of the answer."""
    try:
        answer = call()
    except LOST as error:
        return "half" if "IncompleteRead" in str(error) else "lost"
    try:
        answer.json()
    except ValueError:
        return "no JSON"
    return answer.status_code


@pytest.mark.parametrize("name, expected, jobs", [
    ("slow", 200, 1), ("refuse_connection_like", "lost", 0), ("reset_before", "lost", 0),
    ("reset_after", "lost", 1), ("reset_during", "half", 1), ("status_429", 429, 0),
    ("status_503", 503, 0), ("status_500_after", 500, 1), ("malformed", "no JSON", 1),
    ("quota", 429, 0), ("auth", 401, 0)])
def test_faults_of_creates(fake, name, expected, jobs):
    fake.faults.plan("create", name)
    began = time.monotonic()
    assert outcome(lambda: create(fake)) == expected
    assert len(fake.creates) == jobs and fake.requests[0].fault == name
    assert name != "slow" or time.monotonic() - began >= 0.2
    if name == "status_429":
        assert create(fake).status_code == 200
    if name in ("refuse_connection_like", "reset_before", "reset_after"):
        assert fake.requests[0].status is None
    assert fake.requests[0].body is None or name != "refuse_connection_like"


def test_a_bad_order_meets_no_fault_that_makes_a_job(fake):
    fake.faults.plan("create", "reset_after", "malformed", "status_500_after")
    for _ in range(3):
        answer = requests.post(fake.url + "/v1/videos", json={}, headers=HEADERS)
        assert answer.status_code == 400 and answer.json()["error"]
    assert fake.creates == []


@pytest.mark.parametrize("name, expected", [
    ("slow", 200), ("reset_before", "lost"), ("reset_during", "half"), ("status_429", 429),
    ("status_500", 500), ("malformed", "no JSON"), ("not_found_once", 404)])
def test_faults_of_polls(fake, name, expected):
    id = create(fake).json()["id"]
    fake.faults.plan("poll", name)
    assert outcome(lambda: get(fake, id)) == expected
    assert outcome(lambda: get(fake, id)) == 200


@pytest.mark.parametrize("where", ["content", "other host"])
@pytest.mark.parametrize("name", KINDS["download"])
def test_faults_of_downloads(fake, name, where):
    id = finished(fake)
    fake.faults.plan("download", name)

    def download():
        if where == "content":
            return get(fake, id, "/content")
        return requests.get(fake.file_host.url_of(fake.jobs[id]))

    match name:
        case "reset_before" | "reset_during":
            assert outcome(download) == {"reset_before": "lost", "reset_during": "half"}[name]
        case "status_500":
            assert download().status_code == 500
        case "slow":
            assert shape(download().content) == (720, 1280, 4)
        case "not_a_clip":
            assert download().content == clips.NOT_A_CLIP
        case "wrong_size":
            assert shape(download().content) == (360, 640, 4)
        case "truncated":
            answer = download()
            assert answer.status_code == 200 and shape(answer.content) is None
            assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert download().content == clips.clip(720, 1280, 4)


def test_faults_of_outcomes(fake):
    fake.render_seconds = 0.05
    fake.faults.plan("outcome", *KINDS["outcome"])
    never, empty, late, refused = [create(fake).json()["id"] for _ in range(4)]
    time.sleep(0.2)
    assert get(fake, never).json()["status"] == "in_progress"
    assert get(fake, empty).json()["status"] == "completed"
    assert get(fake, empty, "/content").status_code == 404
    failed = get(fake, late).json()
    assert (failed["status"], failed["progress"]) == ("failed", 99)
    assert get(fake, refused).json()["error"]["code"] == "moderation_blocked"


# Other hosts

def test_the_other_host_sends_on_and_forgets(fake):
    job = fake.jobs[finished(fake)]
    url = fake.file_host.url_of(job)
    fake.file_host.redirects = 2
    assert requests.get(url).content == clips.clip(720, 1280, 4)
    assert [one.status for one in fake.file_host.requests] == [302, 302, 200]
    fake.file_host.redirect_to = "http://127.0.0.1:9/"
    assert requests.get(url, allow_redirects=False).headers["Location"] == "http://127.0.0.1:9/"
    fake.file_host.redirect_to = None
    fake.file_host.expired.add(job.id)
    assert requests.get(url).status_code == 404


# Size

def test_it_stands_a_thousand_jobs_and_requests_at_once(fake):
    fake.render_seconds = None
    session = requests.Session()
    session.headers.update(HEADERS)
    ids = [session.post(fake.url + "/v1/videos", json=ORDER).json()["id"] for _ in range(1000)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(
            lambda id: session.get(f"{fake.url}/v1/videos/{id}").status_code, ids))
    assert set(answers) == {200} and fake.concurrent_max == 1000


def test_it_runs_by_itself():
    process = subprocess.Popen(
        [sys.executable, "-m", "video_fakes", "videos", "--port", "0", "--key", "k1",
         "--render", "0", "--personality", "new_api"],
        cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().split()[1]
        answer = requests.post(url + "/v1/videos", json=ORDER | {"model": "sora-2"},
                               headers={"Authorization": "Bearer k1"})
        assert answer.json()["status"] in ("NOT_START", "SUCCESS")
    finally:
        process.terminate()
        assert process.wait(10) == 0
