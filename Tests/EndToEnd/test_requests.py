"""Every refusal the API documents, provoked: its status, its code and the field it names."""
import base64
import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from rig import pictures
from rig.person import CLIP, CLIP_CREDITS, Person, ok, refused
from rig.wire import Wire, multipart

# The same in every process that collects these tests.
NOBODYS = "5f0c7a1e93d84b6ea2c4d817f6b93e02"
PHOTO = pictures.jpeg(300, 400)


@pytest.fixture(scope="module")
def person(server):
    """With credits, a photo and a finished video."""
    person = Person(server)
    person.buy()
    person.file = person.upload(PHOTO)
    person.made = person.create(input_reference={"file_id": person.file["id"]})
    person.wait(person.made)
    return person


@pytest.fixture(scope="module")
def stranger(server):
    return Person(server)


# What an order may get wrong. Each: the fields, status, code, param.
DATA_URL = "data:image/jpeg;base64," + base64.b64encode(PHOTO).decode()
BAD_ORDERS = {
    "an unknown model": ({"model": "no-such"}, 404, "model_not_found", "model"),
    "a model nobody configured": ({"model": "sora-2"}, 404, "model_not_found", "model"),
    "an unknown size": ({"size": "1x1"}, 400, "size_not_supported", "size"),
    "a size that is none": ({"size": "large"}, 400, "size_not_supported", "size"),
    "a size of another model": ({"size": "1024x1792"}, 400, "size_not_supported", "size"),
    "a size with blanks": ({"size": " 720x1280"}, 400, "size_not_supported", "size"),
    "an unknown length": ({"seconds": "5"}, 400, "seconds_not_supported", "seconds"),
    "no length at all": ({"seconds": "0"}, 400, "seconds_not_supported", "seconds"),
    "a negative length": ({"seconds": -4}, 400, "seconds_not_supported", "seconds"),
    "half a second": ({"seconds": 4.5}, 400, "seconds_not_supported", "seconds"),
    "a length in words": ({"seconds": "four"}, 400, "seconds_not_supported", "seconds"),
    "a length beyond numbers": ({"seconds": 10 ** 30}, 400, "seconds_not_supported", "seconds"),
    "a list of lengths": ({"seconds": [4]}, 400, "seconds_not_supported", "seconds"),
    "no prompt": ({"prompt": None}, 400, "prompt_required", "prompt"),
    "an empty prompt": ({"prompt": ""}, 400, "prompt_required", "prompt"),
    "a blank prompt": ({"prompt": " \n\t\u2003"}, 400, "prompt_required", "prompt"),
    "a prompt too long": ({"prompt": "a" * 32_001}, 400, "prompt_too_long", "prompt"),
    "a prompt that is no text": ({"prompt": 7}, 400, "invalid_request", "prompt"),
    "a prompt in a list": ({"prompt": ["a"]}, 400, "invalid_request", "prompt"),
    "a model that is no text": ({"model": {"id": "animatic"}}, 400, "invalid_request", "model"),
    "a size that is no text": ({"size": [720, 1280]}, 400, "invalid_request", "size"),
    "an unknown format": ({"format": "no-such"}, 404, "not_found", "format"),
    "a format that is no text": ({"format": 1}, 400, "invalid_request", "format"),
    "an unknown backdrop": ({"backdrop": "pink"}, 400, "invalid_request", "backdrop"),
    "a brief that is text": ({"brief": "mug"}, 400, "invalid_request", "brief"),
    "a brief's unknown field": ({"brief": {"colour": "red"}}, 400, "invalid_request",
                                "brief.colour"),
    "a brief's field that is no text": ({"brief": {"product": 1}}, 400, "invalid_request",
                                        "brief.product"),
    "a brief's field too long": ({"brief": {"product": "m" * 81}}, 400, "invalid_request",
                                 "brief.product"),
    "a language that is none": ({"brief": {"language": "not a tag"}}, 400, "invalid_request",
                                "brief.language"),
    "a reference that is text": ({"input_reference": "file-1"}, 400, "invalid_request",
                                 "input_reference"),
    "a reference to nothing": ({"input_reference": {}}, 400, "invalid_request",
                               "input_reference"),
    "a reference to two things": (
        {"input_reference": {"file_id": "file-" + NOBODYS, "image_url": DATA_URL}}, 400,
        "invalid_request", "input_reference"),
    "a reference to nobody's file": ({"input_reference": {"file_id": "file-" + NOBODYS}}, 404,
                                     "not_found", "input_reference"),
    "a reference that is no id": ({"input_reference": {"file_id": "../../etc/passwd"}}, 404,
                                  "not_found", "input_reference"),
    "a reference elsewhere": ({"input_reference": {"image_url": "http://127.0.0.1/a.jpg"}}, 400,
                              "invalid_request", "input_reference"),
    "a reference to this disk": ({"input_reference": {"image_url": "file:///etc/passwd"}}, 400,
                                 "invalid_request", "input_reference"),
    "a data URL that is broken": (
        {"input_reference": {"image_url": "data:image/jpeg;base64,@@@"}}, 400,
        "invalid_request", "input_reference"),
    "a data URL of text": (
        {"input_reference": {"image_url": "data:image/png;base64,aGVsbG8="}}, 415,
        "unsupported_media_type", "input_reference"),
}


@pytest.mark.parametrize("path", ["/v1/videos", "/v1/quotes"])
@pytest.mark.parametrize("name", BAD_ORDERS)
def test_a_bad_order_is_refused_naming_the_field(person, path, name):
    fields, status, code, param = BAD_ORDERS[name]
    body = {key: value for key, value in (CLIP | fields).items() if value is not None}
    before = person.ledger
    refused(person.post(path, json=body), status, code, param)
    assert person.ledger == before


@pytest.mark.parametrize("name", ["an unknown model", "an unknown size", "an unknown length",
                                  "a prompt too long", "an unknown backdrop",
                                  "a brief's unknown field"])
def test_a_form_is_judged_like_json(person, name):
    fields, status, code, param = BAD_ORDERS[name]
    form = {key: value if isinstance(value, str) else json.dumps(value)
            for key, value in (CLIP | fields).items()}
    answer = person.post("/v1/videos", files={"nothing": b""}, data=form)
    refused(answer, status, code, param)


def test_a_preview_needs_a_photo(person):
    refused(person.post("/v1/previews", json=CLIP), 400, "reference_required", "input_reference")


def test_what_is_not_an_error_is_none(person):
    orders = [{"seconds": 4}, {"seconds": "4"}, {"prompt": "a" * 32_000}, {"unknown_field": 1},
              {"prompt": "\U0001f9cb" * 32_000}, {"model": None, "size": None, "seconds": None},
              {"brief": {}, "prompt": None}, {"format": "unboxing", "prompt": None},
              {"input_reference": {"image_url": DATA_URL}}, {"input_reference": None}]
    for fields in orders:
        quote = ok(person.post("/v1/quotes", json=CLIP | fields))
        assert quote["credits"] == CLIP_CREDITS, fields


# Bodies that are no JSON

BAD_JSON = {
    "nothing": b"",
    "text": b"hello",
    "half": b'{"prompt": "a',
    "invalid UTF-8": b'{"prompt": "\xff\xfe", "pack": "\xff\xfe"}',
    "a lone surrogate": b'{"prompt": "\\ud800", "pack": "\\ud800"}',
    "two values": b'{} {}',
    "very deep": b'{"brief":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep and open": b"[" * 200_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
}


@pytest.mark.parametrize("path", ["/v1/videos", "/v1/quotes", "/v1/previews", "/v1/checkouts"])
@pytest.mark.parametrize("name", BAD_JSON)
def test_a_body_that_is_no_json_is_refused(person, path, name):
    answer = person.post(path, data=BAD_JSON[name], headers={"Content-Type": "application/json"})
    # A checkout's body has a few words: a long one is not even read.
    too_large = path == "/v1/checkouts" and len(BAD_JSON[name]) > 10_000
    refused(answer, *(413, "payload_too_large") if too_large else (400, "invalid_json"))


@pytest.mark.parametrize("body, param", [
    ("[]", None), ('"text"', None), ("7", None), ("null", None), ("true", None)])
def test_json_of_another_shape_is_refused(person, body, param):
    for path in ("/v1/videos", "/v1/checkouts"):
        answer = person.post(path, data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]["code"] in ("invalid_json", "invalid_request")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/html",
                                  "image/jpeg", "application/xml"])
def test_an_order_of_another_type_is_refused(person, kind):
    answer = person.post("/v1/videos", data=json.dumps(CLIP), headers={"Content-Type": kind})
    refused(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("body, status, code, param", [
    ({}, 400, "invalid_request", "pack"), ({"pack": None}, 400, "invalid_request", "pack"),
    ({"pack": 5}, 400, "invalid_request", "pack"), ({"pack": "huge"}, 404, "not_found", "pack"),
    ({"pack": ""}, 404, "not_found", "pack")])
def test_a_checkout_needs_a_pack_on_offer(person, body, status, code, param):
    refused(person.post("/v1/checkouts", json=body), status, code, param)


@pytest.mark.parametrize("body, code, param", [
    ({}, "invalid_request", "prompt"), ({"prompt": 1}, "invalid_request", "prompt"),
    ({"prompt": ""}, "prompt_required", "prompt"),
    ({"prompt": "a" * 32_001}, "prompt_too_long", "prompt")])
def test_a_remix_needs_a_prompt(person, body, code, param):
    answer = person.post(f"/v1/videos/{person.made['id']}/remix", json=body)
    refused(answer, 400, code, param)


# Things of others, and things that are not

def test_another_persons_things_are_not_there(person, stranger):
    checkout = person.checkout()
    video, file = person.made["id"], person.file["id"]
    asked = [("GET", f"/v1/videos/{video}"), ("DELETE", f"/v1/videos/{video}"),
             ("GET", f"/v1/videos/{video}/content"), ("GET", f"/v1/files/{file}"),
             ("GET", f"/v1/videos/{video}/content?variant=thumbnail"),
             ("GET", f"/v1/files/{file}/content"), ("DELETE", f"/v1/files/{file}"),
             ("GET", f"/v1/checkouts/{checkout['id']}")]
    for method, path in asked:
        refused(stranger.call(method, path), 404, "not_found")
    refused(stranger.post(f"/v1/videos/{video}/remix", json={"prompt": "Mine now."}), 404,
            "not_found")
    reference = {"input_reference": {"file_id": file}}
    for path in ("/v1/videos", "/v1/quotes", "/v1/previews"):
        if path == "/v1/videos":
            stranger.has_credits_for(1)
        answer = stranger.post(path, json=CLIP | reference)
        refused(answer, 404, "not_found", "input_reference")
    assert stranger.balance == CLIP_CREDITS
    assert ok(stranger.get("/v1/videos"))["data"] == []
    assert ok(stranger.get("/v1/files"))["data"] == []
    assert person.video(person.made)["status"] == "completed"
    assert person.get(f"/v1/files/{file}").status_code == 200


BAD_IDS = [NOBODYS, "video_", "video_1", "video_" + NOBODYS, "video_" + NOBODYS[:-1],
           "video_" + NOBODYS + "0", "video_" + "z" * 32, "file-" + NOBODYS, "video_" + "9" * 500,
           "video_%00", "video_" + str(uuid.UUID(NOBODYS)), "%27%20OR%201=1--", "..%2f..", "null",
           "video_" + NOBODYS.upper()]


@pytest.mark.parametrize("name", BAD_IDS)
def test_an_id_that_names_nothing_is_not_found(person, name):
    for path in (f"/v1/videos/{name}", f"/v1/videos/{name}/content", f"/v1/files/{name}",
                 f"/v1/files/{name}/content", f"/v1/checkouts/{name}"):
        answer = person.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), path


def test_an_unknown_model_is_not_found(person):
    refused(person.get("/v1/models/no-such"), 404, "model_not_found")
    assert ok(person.get("/v1/models/animatic"))["object"] == "model"


@pytest.mark.parametrize("variant", ["VIDEO", "clip", "", "thumbnail,video"])
def test_an_unknown_variant_is_refused(person, variant):
    answer = person.get(f"/v1/videos/{person.made['id']}/content?variant={variant}")
    refused(answer, 400, "invalid_request", "variant")


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/v2/videos", "/nothing", "/v1/videos/a/b",
                                  "/webhooks/nobody", "/../etc/passwd", "/.env", "/%2e%2e/db",
                                  "/v1/videos//content"])
def test_there_is_nothing_at_other_addresses(person, path):
    with Wire(person.server) as wire:
        wire.send_head("GET", path, person.headers)
        status, _, body = wire.answer()
    assert status in (400, 404)
    assert b"root:" not in body and b"create table" not in body
    if status == 404:
        assert json.loads(body)["error"]["code"] == "not_found"


@pytest.mark.parametrize("method, path", [
    ("PUT", "/v1/videos"), ("PATCH", "/v1/credits"), ("DELETE", "/v1/credits"),
    ("DELETE", "/v1/videos"), ("POST", "/v1/credits/ledger"), ("GET", "/v1/checkouts"),
    ("GET", "/webhooks/stripe"), ("POST", "/readyz"), ("GET", "/v1/quotes")])
def test_a_wrong_method_does_nothing(person, method, path):
    before = person.ledger
    answer = person.call(method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
    allowed = answer.headers["Allow"].split(", ")
    assert allowed and method not in allowed
    assert all(person.call(other, path).status_code not in (404, 405) for other in allowed
               if other in ("GET", "HEAD"))
    assert person.ledger == before


def test_an_absurd_header_is_refused_and_the_server_goes_on(person):
    for name, value in (("X-Long", "a" * 200_000), ("Authorization", "Bearer " + "a" * 60_000),
                        ("Idempotency-Key", "k" * 256)):
        with Wire(person.server) as wire:
            wire.send_head("GET" if name != "Idempotency-Key" else "POST", "/v1/videos",
                           person.headers | {"Content-Length": 0, name: value})
            try:
                status, _, _ = wire.answer()
            except ConnectionError:
                continue
        assert 400 <= status < 500, name
    assert person.balance >= 0


def test_nonsense_on_the_wire_is_refused_and_the_server_goes_on(person):
    for nonsense in (b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"\x00" * 1000, b"\r\n" * 1000,
                     b"GET /v1/videos HTTP/9.9\r\n\r\n", b"POST /v1/files HTTP/1.1\r\n"
                     b"Content-Length: -1\r\n\r\n"):
        with Wire(person.server, timeout=3) as wire:
            wire.send(nonsense)
            try:
                assert not wire.socket.recv(12).startswith(b"HTTP/1.1 2")
            except (ConnectionError, TimeoutError):
                pass
    assert person.balance >= 0


# Lists

@pytest.fixture(scope="module")
def collector(idle_server):
    """With seven videos and five photos, oldest first."""
    collector = Person(idle_server)
    collector.buy()
    collector.videos = [collector.create(prompt=f"Clip {n}.")["id"] for n in range(7)]
    collector.files = [collector.upload(PHOTO, f"{n}.jpg")["id"] for n in range(5)]
    return collector


def pages(person, path, **query):
    """The ids of all pages, one list each."""
    found, after = [], None
    for _ in range(20):
        page = ok(person.get(path, params=query | ({"after": after} if after else {})))
        ids = [item.get("id", item.get("seq")) for item in page["data"]]
        assert page["object"] == "list"
        assert (page["first_id"], page["last_id"]) == (
            (str(ids[0]), str(ids[-1])) if ids else (None, None))
        found.append(ids)
        if not page["has_more"]:
            return found
        after = page["last_id"]
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 8, 100])
@pytest.mark.parametrize("order", ["asc", "desc", None])
def test_a_list_pages_through_everything_once(collector, limit, order):
    for path, ids in (("/v1/videos", collector.videos), ("/v1/files", collector.files)):
        wanted = ids if order == "asc" else ids[::-1]
        query = {"limit": limit} | ({"order": order} if order else {})
        found = pages(collector, path, **query)
        assert found == [wanted[at:at + limit] for at in range(0, len(wanted), limit)]


def test_the_ledger_pages_through_everything_once(collector):
    whole = [entry["seq"] for entry in collector.ledger]
    assert whole == list(range(8, 0, -1))
    for limit in (1, 3, 8):
        found = pages(collector, "/v1/credits/ledger", limit=limit)
        assert sum(found, []) == whole and len(found[0]) == limit


def test_a_list_of_nothing_is_empty(stranger):
    for path in ("/v1/videos", "/v1/files"):
        assert pages(stranger, path) == [[]]


@pytest.mark.parametrize("query, param", [
    ("limit=0", "limit"), ("limit=-1", "limit"), ("limit=101", "limit"), ("limit=many", "limit"),
    ("limit=", "limit"), ("limit=1e2", "limit"), ("limit=99999999999999999999", "limit"),
    ("order=up", "order"), ("order=", "order"), ("order=DESC", "order")])
def test_a_page_that_cannot_be_is_refused(person, query, param):
    for path in ("/v1/videos", "/v1/files"):
        refused(person.get(f"{path}?{query}"), 400, "invalid_request", param)


def test_a_page_after_nothing_is_refused(person):
    for path in ("/v1/videos", "/v1/files"):
        for after in ("nonsense", "video_1", "file-1"):
            answer = person.get(f"{path}?after={after}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    refused(person.get("/v1/credits/ledger?after=abc"), 400, "invalid_request", "after")
    assert ok(person.get(f"/v1/videos?after=video_{NOBODYS}"))["data"] == []


# Twice the same request

@pytest.fixture
def patron(idle_server):
    patron = Person(idle_server)
    patron.buy()
    return patron


def test_the_same_key_and_request_is_the_same_video(patron):
    key = uuid.uuid4().hex
    first, second = patron.order(key), patron.order(key)
    assert ok(first)["id"] == ok(second)["id"]
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert len(patron.entries("generation")) == 1


def test_the_same_key_with_another_request_is_refused(patron):
    key = uuid.uuid4().hex
    ok(patron.order(key))
    refused(patron.order(key, prompt="Another clip."), 409, "idempotency_key_reused")
    assert len(patron.entries("generation")) == 1


def test_the_same_key_of_another_person_is_another_key(patron, idle_server):
    other = Person(idle_server)
    other.buy()
    assert ok(patron.order("one"))["id"] != ok(other.order("one"))["id"]


def test_twenty_equal_requests_at_once_are_one_video_and_one_debit(patron):
    key = uuid.uuid4().hex
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: patron.order(key), range(20)))
    assert {answer.status_code for answer in answers} == {200}, [a.text for a in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert len(patron.entries("generation")) == 1
    assert patron.balance == 500 - CLIP_CREDITS


def test_a_form_sent_twice_with_a_key_is_one_video_and_one_photo(patron):
    body, kind = multipart(("prompt", None, b"A mug."), ("seconds", None, b"4"),
                           ("input_reference", "mug.jpg", PHOTO))
    headers = {"Content-Type": kind, "Idempotency-Key": uuid.uuid4().hex}
    ids = {ok(patron.post("/v1/videos", data=body, headers=headers))["id"] for _ in range(2)}
    assert len(ids) == 1
    assert len(ok(patron.get("/v1/files"))["data"]) == 1


def test_a_refused_request_does_not_use_up_its_key(idle_server):
    person, key = Person(idle_server), uuid.uuid4().hex
    refused(person.order(key), 402, "insufficient_credits")
    person.has_credits_for(1)
    ok(person.order(key))
    assert person.balance == 0


def test_a_remix_is_replayed_too(patron):
    video = patron.create()["id"]
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    first, second = (ok(patron.post(f"/v1/videos/{video}/remix", headers=headers,
                                    json={"prompt": "In snow."})) for _ in range(2))
    assert first["id"] == second["id"] != video
    assert first["remixed_from_video_id"] == video
    assert first["prompt"] == "In snow."
    assert len(patron.entries("generation")) == 2


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_of_no_use_is_refused(person, key):
    answer = person.post("/v1/videos", json=CLIP, headers={"Idempotency-Key": key})
    refused(answer, 400, "invalid_request")


# Around the API

def test_every_answer_has_its_own_id_and_tells_browsers_to_be_careful(person):
    answers = [person.get(path) for path in ("/v1/credits", "/healthz", "/v1/nothing", "/")]
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers


def test_a_page_from_elsewhere_may_not_call_unless_allowed(person):
    answer = person.get("/v1/credits", headers={"Origin": "https://elsewhere.test"})
    assert "access-control-allow-origin" not in answer.headers


def test_an_allowed_origin_may_call_without_cookies(start_server):
    server = start_server(ALLOWED_ORIGINS="https://studio.test, http://localhost:3000")
    for origin, allowed in (("https://studio.test", True), ("http://localhost:3000", True),
                            ("https://studio.test.evil.test", False), ("null", False)):
        asked = requests.options(server.url + "/v1/videos", timeout=10, headers={
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,idempotency-key"})
        if not allowed:
            assert "access-control-allow-origin" not in asked.headers
            continue
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in asked.headers
        assert "idempotency-key" in asked.headers["access-control-allow-headers"].lower()
        # An error can be read by the page, too.
        error = requests.get(server.url + "/v1/credits", timeout=10, headers={"Origin": origin})
        assert error.status_code == 401
        assert error.headers["access-control-allow-origin"] == origin
