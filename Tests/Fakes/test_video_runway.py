"""The fake Runway's other host, its limits and its faults, as they are on the wire."""
import time

import pytest
import requests

from video_fakes import FakeRunway

HEADERS = {"Authorization": "Bearer test-key", "X-Runway-Version": "2024-11-06"}
ORDER = {"model": "gen4.5", "promptText": "A cup", "ratio": "720:1280", "duration": 2}


@pytest.fixture
def fake():
    with FakeRunway(seed=1) as fake:
        yield fake


def create(fake, **changes):
    return requests.post(f"{fake.url}/v1/text_to_video", json=ORDER | changes, headers=HEADERS)


def get(fake, id):
    return requests.get(f"{fake.url}/v1/tasks/{id}", headers=HEADERS)


def finished(fake):
    """The id of a finished task, and a link to its clip."""
    id = create(fake).json()["id"]
    fake.finish(id)
    return id, get(fake, id).json()["output"][0]


# The other host

def test_a_picture_is_brought_by_a_form_without_the_key(fake):
    begun = requests.post(f"{fake.url}/v1/uploads", headers=HEADERS,
                          json={"filename": "cup.png", "type": "ephemeral"}).json()
    assert begun["uploadUrl"].startswith(fake.file_host.url)
    file = {"file": ("cup.png", b"bytes", "image/png")}
    wrong = begun["fields"] | {"key": "another"}
    statuses = [requests.post(begun["uploadUrl"], data=fields, files=files).status_code
                for fields, files in ((wrong, file), (begun["fields"], None),
                                      (begun["fields"], file))]
    assert statuses == [400, 400, 204] and fake.file_host.key_requests == []
    requests.post(begun["uploadUrl"], data=begun["fields"], files=file, headers=HEADERS)
    assert len(fake.file_host.key_requests) == 1
    for body in ({"filename": "cup.png"}, {"filename": "", "type": "ephemeral"},
                 {"filename": "cup.png", "type": "ephemeral", "size": 1}):
        refused = requests.post(f"{fake.url}/v1/uploads", headers=HEADERS, json=body)
        assert refused.status_code == 400 and len(refused.json()["issues"]) == 1


def test_the_other_host_notes_who_sent_the_key(fake):
    _, url = finished(fake)
    requests.get(url)
    assert fake.file_host.key_requests == []
    requests.get(url, headers=HEADERS)
    assert len(fake.file_host.key_requests) == 1


def test_redirects_keep_what_makes_a_link_valid(fake):
    _, url = finished(fake)
    fake.file_host.redirects = 2
    answer = requests.get(url)
    assert (answer.status_code, len(answer.history)) == (200, 2)


def test_polls_and_downloads_are_counted(fake):
    id, url = finished(fake)
    get(fake, id)
    requests.get(url)
    job = fake.jobs[id]
    assert (job.polls, job.downloads, job.facts["urls"]) == (2, 1, 2)


# What is asked wrongly

@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'"text"'])
def test_a_body_that_is_no_object_is_refused(fake, body):
    answer = requests.post(f"{fake.url}/v1/image_to_video", body,
                           headers=HEADERS | {"Content-Type": "application/json"})
    assert answer.status_code == 400 and answer.json()["error"]
    assert fake.creates == []


def test_what_does_not_exist_is_not_found(fake):
    for method, path in (("GET", "v1/nothing"), ("POST", "v1/tasks/1"), ("GET", "v1/tasks/1"),
                         ("DELETE", "v1/tasks/1"), ("GET", "v1/image_to_video")):
        answer = requests.request(method, f"{fake.url}/{path}", headers=HEADERS)
        assert (answer.status_code, list(answer.json())) == (404, ["error"])


def test_the_key_is_checked_before_anything_else(fake):
    for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": "test-key"}):
        answer = requests.post(f"{fake.url}/v1/text_to_video", json={}, headers=headers)
        assert (answer.status_code, list(answer.json())) == (401, ["error"])


# Faults

@pytest.mark.parametrize(("fault", "status", "made"), [
    ("status_429", 429, 0), ("status_503", 503, 0), ("status_500_after", 500, 1),
    ("quota", 400, 0), ("auth", 401, 0), ("malformed", 200, 1), ("reset_before", None, 0),
    ("refuse_connection_like", None, 0), ("reset_after", None, 1), ("reset_during", None, 1)])
def test_creates_meet_their_faults(fake, fault, status, made):
    fake.faults.plan("create", fault)
    if status is None:
        with pytest.raises(requests.RequestException):
            create(fake)
    else:
        answer = create(fake)
        assert answer.status_code == status
        if fault == "malformed":
            with pytest.raises(requests.JSONDecodeError):
                answer.json()
        elif fault != "status_500_after":
            assert list(answer.json()) == ["error"]
    assert len(fake.creates) == made
    assert create(fake).status_code == 200


def test_polls_and_downloads_meet_their_faults(fake):
    id, url = finished(fake)
    for fault, status in (("status_429", 429), ("status_500", 500), ("not_found_once", 404)):
        fake.faults.plan("poll", fault)
        assert get(fake, id).status_code == status
    whole = requests.get(url).content
    fake.faults.plan("download", "truncated", "not_a_clip", "wrong_size", "status_500")
    answers = [requests.get(url) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 500]
    cut, page, small, _ = [one.content for one in answers]
    assert whole.startswith(cut) and 0 < len(cut) < len(whole)
    assert page.startswith(b"<!DOCTYPE") and small[4:8] == b"ftyp" and small != whole
    fake.faults.plan("download", "reset_during")
    with pytest.raises(requests.RequestException):
        requests.get(url)


def test_outcomes_meet_their_faults(fake):
    fake.render_seconds, fake.credits = 0.05, 1000
    fake.faults.plan("outcome", "never", "no_video", "fails_late", "refused")
    ids = [create(fake).json()["id"] for _ in range(4)]
    time.sleep(0.2)
    tasks = [get(fake, id).json() for id in ids]
    assert [one["status"] for one in tasks] == ["RUNNING", "SUCCEEDED", "FAILED", "FAILED"]
    assert tasks[0]["progress"] == 0.99 and tasks[1]["output"] == []
    assert [one["failureCode"].split(".")[0] for one in tasks[2:]] == ["INTERNAL", "SAFETY"]
    assert [one.get("cost") for one in tasks] == [
        None, {"credits": 24}, {"credits": 0}, {"credits": 24}]
    # What cost nothing in the end was given back.
    assert fake.credits_left == 1000 - 3 * 24


def test_a_prompt_with_a_refused_word_is_refused_by_moderation(fake):
    fake.refused_words = ("weapon",)
    id = create(fake, promptText="A weapon").json()["id"]
    time.sleep(0.4)
    assert get(fake, id).json()["failureCode"] == "SAFETY.INPUT.TEXT"
