"""The log in JSON: one request's id from the order to the finished clip, and nothing that opens a
door."""
import re

import pytest
import requests

from rig.loglines import lines_with, log_lines
from rig.person import Person, ok
from rig.providers import KEY, PROVIDERS
from rig.server import STOP_LIMIT, Server, wait_until

OWN_ID = re.compile(r"req_[0-9a-f]{32}")


@pytest.fixture(scope="module")
def provider():
    with PROVIDERS["videos_api"].start(render_seconds=0) as fake:
        yield fake


@pytest.fixture(scope="module")
def server(provider):
    """A server and a worker beside it, which write into one log."""
    server = Server(LOG_FORMAT="json", WORKERS=0, **PROVIDERS["videos_api"].environment(provider))
    try:
        helper = server.spawn_worker()
        yield server
        helper.terminate()
        assert helper.wait(STOP_LIMIT) == 0
    finally:
        server.discard()


def messages(lines):
    return [line["message"] for line in lines]


@pytest.mark.parametrize("name", ["animatic", "videos_api"])
def test_one_id_leads_from_the_order_to_the_clip(server, provider, name):
    person = Person(server)
    person.buy()
    if name == "animatic":
        answer = person.order(prompt="A mug.")
    else:
        answer = person.post("/v1/videos", json=PROVIDERS[name].order)
    video = ok(answer)
    request = answer.headers["x-request-id"]
    assert OWN_ID.fullmatch(request)
    assert person.wait(video)["status"] == "completed"
    wait_until(lambda: lines_with(server, request_id=request, message="A job is completed"), 10,
               "the worker's last line")
    lines = lines_with(server, request_id=request)
    [access] = [line for line in lines if line["message"] == "Answered a request"]
    assert access["level"] == "info"
    assert (access["http.method"], access["http.route"], access["http.status"]) == (
        "POST", "/v1/videos", 200)
    assert access["duration.ms"] > 0
    [job] = server.rows(f"SELECT id FROM public.jobs WHERE request_id = '{request}'")
    of_job = messages(line for line in lines if line.get("job.id") == job["id"])
    expected = ["A job is handed to its model", "A job is completed"]
    if name == "videos_api":
        expected.insert(1, "A job's provider is done with it")
    assert [message for message in of_job if message in expected] == expected
    assert "An order is taken" in of_job
    assert not [call for call in provider.requests if request in str(call)], "no provider is told"


SANE = ["a", "req-1.2_3", "Z" * 64, "0af7651916cd43dd8448eb211c80319c"]
ODD = ["", "Z" * 65, "a b", "a\tb", 'a"b', "ü", "a/b", "a;b", "<script>", "a,b"]


@pytest.mark.parametrize("sent", SANE)
def test_a_callers_own_id_is_kept(server, sent):
    answer = requests.get(server.url + "/v1/formats", headers={"X-Request-Id": sent}, timeout=10)
    assert answer.headers["x-request-id"] == sent
    wait_until(lambda: lines_with(server, request_id=sent), 10, "its line")


def test_what_is_no_id_is_replaced(server):
    for sent in ODD:
        answer = requests.get(server.url + "/v1/formats", timeout=10,
                              headers={"X-Request-Id": sent.encode("utf-8")})
        assert OWN_ID.fullmatch(answer.headers["x-request-id"]), sent


def test_whatever_is_asked_the_lines_are_json_and_open_no_door(server):
    person = Person(server)
    secrets = [person.email, person.token, "query-secret", "prompt-secret", KEY, "body-secret"]
    odd = "\u0000\u001b[31m\u2028\ud800".encode("utf-8", "surrogatepass")
    requests.get(server.url + "/v1/videos?after=query-secret%0A%22%00", headers=person.headers,
                 timeout=10)
    person.order(prompt="prompt-secret")
    requests.post(server.url + "/v1/videos", headers=person.headers, data=b"body-secret" + odd,
                  timeout=10)
    requests.get(server.url + "/%0A%22%5C%1B%FF/query-secret", timeout=10)
    requests.request("BREW", server.url + "/v1/videos", timeout=10)
    wait_until(lambda: lines_with(server, http_status=404), 10, "the lines")
    assert len(log_lines(server)) > 8
    for secret in secrets:
        assert secret not in server.log, secret


def test_probes_are_quiet_and_people_are_spared(start_server):
    server = start_server(WORKERS=0)
    requests.get(server.url + "/v1/formats", timeout=10)
    assert "Answered a request" not in server.log
    server.restart(LOG_FORMAT="json")
    for path in ("/healthz", "/readyz", "/metrics", "/v1/formats"):
        assert requests.get(server.url + path, timeout=10).status_code == 200
    wait_until(lambda: "/v1/formats" in server.log, 10, "the line")
    for path in ("/healthz", "/readyz", "/metrics"):
        assert path not in server.log
