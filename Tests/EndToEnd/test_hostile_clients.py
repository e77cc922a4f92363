"""Clients that are slow, silent, many, or send without end: the others are served meanwhile."""
import json
import resource
import time

import pytest
import requests

from rig import pictures
from rig.person import Person, ok
from rig.server import wait_until
from rig.wire import Wire, multipart

MEGABYTE = 1_000_000
PHOTO = pictures.jpeg(600, 800)
IDLE = 1_000
STREAMS = 200
STREAMS_EACH = 10
# What is waited for a body of a few bytes, in seconds, and some more for a busy machine.
PATIENCE, GRACE = 20, 10


@pytest.fixture(scope="module")
def server(idle_server):
    return idle_server


def upload(wire, person, length, sent=b""):
    wire.send_head("POST", "/v1/files", person.headers | {
        "Content-Type": "multipart/form-data; boundary=b", "Content-Length": length})
    wire.send(sent)


def once(person, method, path, **options):
    """A request that is not repeated when it is told to wait."""
    headers = person.headers | options.pop("headers", {})
    return requests.request(method, person.server.url + path, headers=headers, timeout=20,
                            **options)


def trickle(wire, seconds):
    """Sends a byte now and then until there is an answer. The seconds until then."""
    began = time.monotonic()
    while not wire.has_answer() and time.monotonic() - began < seconds:
        wire.send(b"x")
        time.sleep(0.2)
    return time.monotonic() - began


def is_closed(wire):
    """Whether the server has ended the connection."""
    wire.socket.settimeout(5)
    try:
        return wire.socket.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_body_that_trickles_is_given_up(server):
    person = Person(server)
    with Wire(server) as wire:
        upload(wire, person, 10_000)
        assert PATIENCE - 1 < trickle(wire, PATIENCE + GRACE) < PATIENCE + GRACE
        status, headers, body = wire.answer()
        assert (status, json.loads(body)["error"]["code"]) == (408, "request_timeout")
        assert headers["connection"] == "close" and is_closed(wire)
    assert ok(person.get("/v1/files"))["data"] == []


def test_one_person_cannot_keep_everybodys_uploads_out(server):
    slow, other = Person(server), Person(server)
    body, kind = multipart(("file", "a.jpg", PHOTO + bytes(2 * MEGABYTE)))
    form = {"data": body, "headers": {"Content-Type": kind}}
    wires = [Wire(server) for _ in range(4)]
    try:
        for wire in wires:
            upload(wire, slow, 15 * MEGABYTE, b"--b\r\n")
        wait_until(lambda: once(slow, "POST", "/v1/files", **form).status_code == 429, 10,
                   "the refusal of a fifth upload at once")
        refusal = once(slow, "POST", "/v1/files", **form)
        assert refusal.json()["error"]["code"] == "rate_limited" and refusal.headers["retry-after"]
        assert once(other, "POST", "/v1/files", **form).json()["width"] == 600
    finally:
        for wire in wires:
            wire.socket.close()
    wait_until(lambda: once(slow, "POST", "/v1/files", **form).status_code == 200, 10,
               "the end of the uploads that were broken off")


def test_a_server_that_goes_waits_little_for_slow_uploads(start_server):
    server = start_server(WORKERS=0)
    person = Person(server)
    with Wire(server) as wire:
        upload(wire, person, 15 * MEGABYTE, b"--b\r\n")
        time.sleep(0.3)
        began = time.monotonic()
        server.terminate()
        assert time.monotonic() - began < 12
        status, _, body = wire.answer()
    assert (status, json.loads(body)["error"]["code"]) == (503, "shutting_down")


@pytest.mark.parametrize("piece", [b"x-padding: " + b"a" * 1000 + b"\r\n", b"a" * 1000,
                                   b"x: y\r\n" * 100])
def test_headers_without_end_are_cut_off(server, piece):
    before = server.memory("VmRSS")
    with Wire(server) as wire:
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: studio.test\r\n")
        sent = wire.send_until_answered(piece, limit=1000 * MEGABYTE)
        assert sent < 20 * MEGABYTE, "most of it fits the sockets' own buffers"
    assert server.memory("VmRSS") - before < 50 * MEGABYTE
    assert Person(server).get("/v1/credits").status_code == 200


@pytest.fixture
def small_server(start_server):
    """A server whose shell gives it few descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (400, hard))
    try:
        started = start_server(WORKERS=0)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8_000)), hard))
    yield started
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_idle_connections_leave_room(small_server):
    person = Person(small_server)
    before = small_server.memory("VmRSS")
    wires = []
    try:
        for number in range(IDLE):
            wires.append(Wire(small_server))
            # Some say nothing at all, some have begun a request.
            if number % 2:
                wires[-1].send(b"GET /v1/videos HTTP/1.1\r\nHost: st")
        for _ in range(20):
            assert person.get("/v1/credits").status_code == 200
        assert small_server.memory("VmRSS") - before < IDLE * 60_000
    finally:
        for wire in wires:
            wire.socket.close()
    assert person.get("/v1/credits").status_code == 200


def stream_status(person):
    with once(person, "GET", "/v1/events", stream=True) as answer:
        return answer.status_code


def test_readers_that_do_not_read_hold_nobody_up(start_server):
    """Two hundred event streams whose readers are asleep, while there is much to tell."""
    server = start_server(WORKERS=0)
    people = [Person(server).has_credits_for(20) for _ in range(STREAMS // STREAMS_EACH)]
    wires = []
    try:
        for person in people:
            for _ in range(STREAMS_EACH):
                wires.append(Wire(server))
                wires[-1].send_head("GET", "/v1/events", person.headers)
        before = server.memory("VmRSS")
        for person in people:
            wait_until(lambda: stream_status(person) == 429, 10, "the tenth stream")
            for number in range(15):
                ok(person.post("/v1/videos", json={"prompt": f"{number}" + "long " * 4000}))
        assert ok(people[0].get("/v1/credits"))["balance"] >= 0
        # Each has been told of fifteen videos with 20 kB each, and has read nothing.
        assert server.memory("VmRSS") - before < 300 * MEGABYTE
    finally:
        for wire in wires:
            wire.socket.close()
    # Their places are free again.
    wait_until(lambda: stream_status(people[0]) == 200, 60, "the end of the streams")
