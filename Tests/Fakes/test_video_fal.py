"""The fake fal's webhooks and their signatures, its other host, and its faults."""
import base64
import hashlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from video_fakes import FakeFal, Faults

TEXT = "bytedance/seedance-2.0/text-to-video"
ORDER = {"prompt": "A cup", "duration": "4", "resolution": "480p", "aspect_ratio": "9:16"}
HEADERS = {"Authorization": "Key test-key"}


class Receiver:
    """Takes webhooks. statuses: answered one by one, and 200 after the last."""

    def __init__(self):
        self.statuses, self.received = [], []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    @property
    def ids(self):
        return [json.loads(body)["request_id"] for _, body in self.received]


def handler(receiver):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.received.append((self.headers, body))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format, *arguments):
            pass

    return Handler


@pytest.fixture
def receiver():
    receiver = Receiver()
    threading.Thread(target=receiver.server.serve_forever, args=[0.02], daemon=True).start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def fake():
    with FakeFal(seed=1) as fake:
        yield fake


def submit(fake, hook=None, model=TEXT, **changes):
    query = {"fal_webhook": hook.url} if hook else {}
    return requests.post(f"{fake.url}/{model}", params=query, json=ORDER | changes,
                         headers=HEADERS)


def get(url):
    return requests.get(url, headers=HEADERS)


def is_signed(fake, headers, body):
    """As fal's documentation says how to verify."""
    digest = hashlib.sha256(body).hexdigest()
    signed = "\n".join([headers[f"X-Fal-Webhook-{name}"]
                        for name in ("Request-Id", "User-Id", "Timestamp")] + [digest])
    for key in requests.get(f"{fake.url}/.well-known/jwks.json").json()["keys"]:
        assert (key["kty"], key["crv"]) == ("OKP", "Ed25519") and "=" not in key["x"]
        public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
        try:
            public.verify(bytes.fromhex(headers["X-Fal-Webhook-Signature"]), signed.encode())
        except InvalidSignature:
            continue
        return abs(time.time() - int(headers["X-Fal-Webhook-Timestamp"])) < 300
    return False


# Webhooks

def test_a_webhook_brings_the_result_signed(fake, receiver):
    created = submit(fake, receiver).json()
    fake.finish(created["request_id"])
    fake.settle()
    [(headers, body)] = receiver.received
    assert is_signed(fake, headers, body)
    assert not is_signed(fake, headers, body + b" ")
    assert json.loads(body) == {
        "request_id": created["request_id"], "gateway_request_id": created["request_id"],
        "status": "OK", "error": None, "payload": get(created["response_url"]).json()}


def test_webhooks_of_failures_bring_what_the_result_says(fake, receiver):
    ids = [submit(fake, receiver).json()["request_id"] for _ in range(3)]
    fake.refuse(ids[0])
    fake.settle()
    fake.fail(ids[1])
    fake.settle()
    fake.cancel(ids[2])
    fake.settle()
    bodies = [json.loads(body) for _, body in receiver.received]
    assert [(one["request_id"], one["status"], one["error"]) for one in bodies] == list(zip(
        ids, ["ERROR"] * 3, [f"Invalid status code: {status}" for status in (422, 503, 499)]))
    assert bodies[0]["payload"]["detail"][0]["type"] == "content_policy_violation"
    assert bodies[1]["payload"]["error_type"] == "runner_disconnected"


def test_a_webhook_is_brought_again_until_somebody_takes_it(fake, receiver):
    fake.webhooks.retry_pauses = (0.01, 0.01)
    receiver.statuses = [500, 302]
    id = submit(fake, receiver).json()["request_id"]
    submit(fake)
    fake.settle()
    fake.finish(id)
    fake.settle()
    assert receiver.ids == [id] * 3
    assert [one.status for one in fake.webhook_attempts] == [500, 302, 200]
    assert all(is_signed(fake, *one) for one in receiver.received)


def test_keys_rotate(fake, receiver):
    def told():
        fake.finish(submit(fake, receiver).json()["request_id"])
        fake.settle()
        return receiver.received[-1]

    first = told()
    fake.rotate_key()
    second = told()
    assert is_signed(fake, *first) and is_signed(fake, *second)
    fake.rotate_key()
    assert [is_signed(fake, *one) for one in (first, second, told())] == [False, True, True]
    keys = requests.get(f"{fake.url}/.well-known/jwks.json").json()["keys"]
    assert len({key["x"] for key in keys}) == 2


@pytest.mark.parametrize(("fault", "count"), [
    ("duplicate", 2), ("forged", 2), ("lost", 0), ("early", 1)])
def test_webhooks_meet_their_faults(fake, receiver, fault, count):
    fake.render_seconds = None
    fake.faults.plan("webhook", fault)
    id = submit(fake, receiver).json()["request_id"]
    fake.settle()
    assert len(receiver.received) == (fault == "early")
    if fault == "early":
        link = json.loads(receiver.received[0][1])["payload"]["video"]["url"]
        assert requests.get(link).status_code == 404
    fake.finish(id)
    fake.settle()
    assert receiver.ids == [id] * count
    genuine = [is_signed(fake, *one) for one in receiver.received]
    assert genuine == ([False, True] if fault == "forged" else [True] * count)


# The other host

def test_the_other_host_notes_who_sent_the_key(fake):
    created = submit(fake).json()
    fake.finish(created["request_id"])
    url = get(created["response_url"]).json()["video"]["url"]
    assert not url.startswith(fake.url)
    requests.get(url)
    assert fake.file_host.key_requests == []
    get(url)
    [noted] = fake.file_host.key_requests
    assert noted.path in url and fake.creates[0].downloads == 2


def test_a_clip_is_not_there_before_it_is_finished(fake):
    fake.render_seconds = None
    id = submit(fake).json()["request_id"]
    url = fake.file_host.url_of(fake.jobs[id])
    assert requests.get(url).status_code == 404
    fake.finish(id)
    assert requests.get(url).status_code == 200
    fake.file_host.redirects = 2
    answer = requests.get(url)
    assert answer.status_code == 200 and [one.status_code for one in answer.history] == [302] * 2
    fake.file_host.expired.add(id)
    assert requests.get(url).status_code == 404


# Faults

@pytest.mark.parametrize(("fault", "status", "made"), [
    ("status_429", 429, 0), ("status_503", 503, 0), ("status_500_after", 500, 1),
    ("quota", 403, 0), ("auth", 401, 0), ("malformed", 200, 1), ("reset_before", None, 0),
    ("refuse_connection_like", None, 0), ("reset_after", None, 1), ("reset_during", None, 1)])
def test_creates_meet_their_faults(fake, fault, status, made):
    fake.faults.plan("create", fault)
    if status is None:
        with pytest.raises(requests.RequestException):
            submit(fake)
    else:
        answer = submit(fake)
        assert answer.status_code == status
        if fault == "status_429":
            assert answer.headers["Retry-After"] == "1"
        if fault == "quota":
            assert "Exhausted balance" in answer.json()["detail"]
        if fault == "malformed":
            with pytest.raises(requests.JSONDecodeError):
                answer.json()
    assert len(fake.creates) == made
    assert submit(fake).status_code == 200


@pytest.mark.parametrize(("fault", "status"), [
    ("status_429", 429), ("status_500", 500), ("not_found_once", 404), ("malformed", 200)])
def test_polls_of_status_and_result_meet_their_faults(fake, fault, status):
    created = submit(fake).json()
    fake.finish(created["request_id"])
    for url in (created["status_url"], created["response_url"]):
        fake.faults.plan("poll", fault)
        assert get(url).status_code == status
        assert get(url).json()


def test_outcomes_meet_their_faults(fake):
    fake.render_seconds = 0.05
    fake.faults.plan("outcome", "never", "no_video", "fails_late", "refused")
    created = [submit(fake).json() for _ in range(4)]
    time.sleep(0.2)
    states = [get(one["status_url"]).json()["status"] for one in created]
    assert states == ["IN_PROGRESS"] + ["COMPLETED"] * 3
    results = [get(one["response_url"]) for one in created]
    assert [one.status_code for one in results] == [400, 200, 503, 422]
    assert results[1].json()["video"] is None


def test_a_prompt_with_a_refused_word_is_refused_by_the_model(fake):
    fake.refused_words = ("weapon",)
    created = submit(fake, prompt="A weapon").json()
    time.sleep(0.4)
    assert get(created["response_url"]).json()["detail"][0]["type"] == "content_policy_violation"


def test_the_same_seed_gives_the_same_answers():
    def statuses(seed):
        faults = Faults.only(seed, create={"status_429": 0.3, "status_500_after": 0.3})
        with FakeFal(seed=seed, faults=faults) as fake:
            answers = [submit(fake).status_code for _ in range(30)]
            return answers, [job.id for job in fake.creates]

    first = statuses(3)
    assert first == statuses(3) and first != statuses(4)
    assert set(first[0]) == {200, 429, 500}


# Many at a time

def test_excess_jobs_stay_in_the_queue():
    now = [time.time()]
    with FakeFal(clock=lambda: now[0]) as fake:
        fake.render_seconds, fake.concurrency_limit = 10, 2
        created = [submit(fake).json() for _ in range(5)]
        now[0] += 5
        states = [get(one["status_url"]).json() for one in created]
        assert [one["status"] for one in states] == ["IN_PROGRESS"] * 2 + ["IN_QUEUE"] * 3
        assert [one["queue_position"] for one in states[2:]] == [0, 1, 2]
        fake.cancel(created[3]["request_id"])
        assert get(created[4]["status_url"]).json()["queue_position"] == 1
        for number in (0, 2):
            now[0] += 11
            assert fake.wait_for(fake.creates[number])
        assert fake.wait_for(fake.creates[4])
        ended = [job.ended_at - fake.creates[0].created_at for job in fake.creates]
        assert max(ended[:2]) < min(ended[2], ended[4])
        assert fake.creates[3].state == "cancelled"


def test_it_stands_many_jobs_in_flight(fake):
    fake.render_seconds = None
    with requests.Session() as session:
        session.headers.update(HEADERS)
        for _ in range(300):
            session.post(f"{fake.url}/{TEXT}", json=ORDER).raise_for_status()

    def poll(jobs):
        with requests.Session() as session:
            session.headers.update(HEADERS)
            return [session.get(f"{fake.url}/bytedance/seedance-2.0/requests/{id}/status").json()
                    ["status"] for id in jobs]

    ids = list(fake.jobs)
    with ThreadPoolExecutor(4) as pool:
        states = sum(pool.map(poll, [ids[start::4] for start in range(4)]), [])
    assert states == ["IN_QUEUE"] * 300 and fake.concurrent_max == 300
    assert all(job.polls == 1 for job in fake.creates)
