"""What cannot be a photo is refused with its reason, quickly, in little memory, leaving nothing."""
import json
import time

import pytest
from PIL import Image

from rig import pictures
from rig.person import Person, ok, refused
from rig.wire import Wire, multipart

PHOTO = pictures.jpeg(400, 300)
MEGABYTE = 1_000_000
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect/></svg>'
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture(scope="module")
def person(server):
    return Person(server)


def stored(person):
    """Everything that is kept of this person's files."""
    files = ok(person.get("/v1/files?limit=100"))["data"]
    user = person.server.rows(
        f"SELECT id FROM public.users WHERE email = '{person.email}'")[0]["id"].replace("-", "")
    return files, {key for key in person.server.objects if key.startswith(user)}


@pytest.fixture(autouse=True)
def nothing_is_stored(person):
    before = stored(person)
    yield
    assert stored(person) == before


UNSUPPORTED = ("unsupported_media_type", 415)
UNREADABLE = ("image_unreadable", 400)
TOO_LARGE = ("image_too_large", 413)
BAD_FILES = {
    "empty": (b"", *UNREADABLE),
    "one byte": (b"\xff", *UNSUPPORTED),
    "text": (b"This is a mug.", *UNSUPPORTED),
    "page": (b"<html><img src=x onerror=alert(1)></html>", *UNSUPPORTED),
    "svg": (SVG, *UNSUPPORTED),
    "svg with a declaration": (b'<?xml version="1.0"?>' + SVG, *UNSUPPORTED),
    "pdf": (PDF, *UNSUPPORTED),
    "zeros": (bytes(5000), *UNSUPPORTED),
    "bitmap": (pictures.encoded(pictures.product(200, 200), "BMP"), *UNSUPPORTED),
    "icon": (pictures.encoded(pictures.product(200, 200), "ICO"), *UNSUPPORTED),
    "jpeg cut in half": (PHOTO[:len(PHOTO) // 2], *UNREADABLE),
    "jpeg of its first bytes": (PHOTO[:100], *UNREADABLE),
    "png cut in half": (pictures.encoded(pictures.product(300, 300), "PNG")[:700], *UNREADABLE),
    "webp cut in half": (pictures.encoded(pictures.product(300, 300), "WEBP")[:900], *UNREADABLE),
    "a picture too small to see": (pictures.encoded(pictures.product(63, 400), "PNG"),
                                   *UNREADABLE),
    "a picture of one pixel": (pictures.encoded(Image.new("L", (1, 1)), "GIF"), *UNREADABLE),
    "51 megapixels": (pictures.empty_png(7200), *TOO_LARGE),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_photo_is_refused_with_its_reason(person, name):
    data, code, status = BAD_FILES[name]
    refused(person.send_photo(data), status, code, "file")


@pytest.mark.parametrize("name", BAD_FILES)
def test_an_order_with_such_a_file_is_refused_and_costs_nothing(person, name):
    data, code, status = BAD_FILES[name]
    for path in ("/v1/videos", "/v1/previews", "/v1/quotes"):
        answer = person.post(path, files={"input_reference": ("a.jpg", data)},
                             data={"prompt": "A mug."})
        assert refused(answer, status, code, "input_reference")
    assert person.ledger == []


def test_a_picture_of_2500_megapixels_is_refused_without_being_unpacked(person):
    bomb = pictures.empty_png(50_000)
    assert len(bomb) < 400_000
    server = person.server
    person.send_photo(PHOTO[:100])  # So that what every first upload loads is loaded.
    server.forget_memory_peak()
    before = server.memory("VmRSS")
    refused(person.send_photo(bomb), 413, "image_too_large", "file")
    assert server.memory("VmHWM") - before < 60 * MEGABYTE


def test_a_photo_of_more_than_twenty_megabytes_is_refused(person):
    padded = PHOTO + bytes(20 * MEGABYTE)
    refused(person.send_photo(padded), 413, "payload_too_large", "file")


def test_a_photo_of_just_twenty_megabytes_is_read(server):
    padded = PHOTO + bytes(20 * MEGABYTE - len(PHOTO))
    file = Person(server).upload(padded)
    assert file["bytes"] < MEGABYTE, "it is kept as small as it can be"


# Bodies that say, or show, that they are too large

UPLOAD_HEADERS = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize("path", ["/v1/files", "/v1/videos", "/v1/previews", "/v1/quotes"])
@pytest.mark.parametrize("length", [30 * MEGABYTE, 3_000 * MEGABYTE, 2 ** 62])
def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(person, path, length):
    with Wire(person.server) as wire:
        wire.send_head("POST", path, person.headers | UPLOAD_HEADERS | {"Content-Length": length})
        wire.send(b"--b\r\n")
        status, _, body = wire.answer()
    assert (status, code_of(body)) == (413, "payload_too_large")


def test_a_client_that_asks_first_is_refused_without_sending(person):
    with Wire(person.server) as wire:
        wire.send_head("POST", "/v1/files", person.headers | UPLOAD_HEADERS | {
            "Content-Length": 100 * MEGABYTE, "Expect": "100-continue"})
        status, _, body = wire.answer()
    assert (status, code_of(body)) == (413, "payload_too_large")


@pytest.mark.parametrize("path", ["/v1/files", "/v1/videos"])
def test_an_endless_body_is_refused_once_it_is_too_large(person, path):
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    server = person.server
    server.forget_memory_peak()
    before = server.memory("VmRSS")
    with Wire(server) as wire:
        wire.send_head("POST", path, person.headers | UPLOAD_HEADERS | {
            "Transfer-Encoding": "chunked"})
        sent = wire.send_until_answered(piece, limit=400 * MEGABYTE)
        status, _, body = wire.answer()
    assert (status, code_of(body)) == (413, "payload_too_large")
    assert sent < 60 * MEGABYTE
    assert server.memory("VmHWM") - before < 150 * MEGABYTE


def test_a_client_that_stops_in_the_middle_leaves_nothing(person):
    body, kind = multipart(("file", "a.jpg", PHOTO))
    with Wire(person.server) as wire:
        wire.send_head("POST", "/v1/files", person.headers | {
            "Content-Type": kind, "Content-Length": len(body)})
        wire.send(body[:len(body) // 2])
    time.sleep(0.3)
    assert person.balance == 0, "the server goes on"


# Forms that are none

GOOD, GOOD_KIND = multipart(("file", "a.jpg", PHOTO), boundary="b")
OTHER_FIELD, _ = multipart(("photo", "a.jpg", PHOTO), ("purpose", None, b"vision"), boundary="b")
TEXT_ONLY, _ = multipart(("purpose", None, b"vision"), boundary="b")
THOUSAND, _ = multipart(*[(f"field{n}", None, b"x") for n in range(1000)], boundary="b")
BAD_FORMS = {
    "no file": (TEXT_ONLY, GOOD_KIND, "file"),
    "another field's name": (OTHER_FIELD, GOOD_KIND, "file"),
    "no boundary": (GOOD, "multipart/form-data", None),
    "an empty boundary": (GOOD, "multipart/form-data; boundary=", None),
    "another boundary": (GOOD, "multipart/form-data; boundary=other", None),
    "a boundary too long": (GOOD, "multipart/form-data; boundary=" + "b" * 71, None),
    "cut off": (GOOD[:-20], GOOD_KIND, None),
    "cut off in a header": (GOOD[:30], GOOD_KIND, None),
    "an empty body": (b"", GOOD_KIND, None),
    "a thousand parts": (THOUSAND, GOOD_KIND, None),
    "a part without a header": (b"--b\r\nhello\r\n--b--\r\n", GOOD_KIND, None),
    "a part without a name": (
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", GOOD_KIND, None),
    "a header without an end": (
        b"--b\r\nContent-Disposition: " + b"x" * 100_000 + b"\r\n--b--\r\n", GOOD_KIND, None),
    "invalid UTF-8 in a header": (
        b'--b\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\nx\r\n--b--\r\n',
        GOOD_KIND, None),
}


@pytest.mark.parametrize("name", BAD_FORMS)
def test_a_form_that_cannot_be_read_is_refused(person, name):
    body, kind, param = BAD_FORMS[name]
    answer = person.post("/v1/files", data=body, headers={"Content-Type": kind})
    refused(answer, 400, "invalid_request", param)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "image/jpeg", None,
                                  "application/x-www-form-urlencoded"])
def test_an_upload_that_is_no_form_is_refused(person, kind):
    headers = {"Content-Type": kind} if kind else {}
    answer = person.post("/v1/files", data=GOOD, headers=headers)
    refused(answer, 415, "unsupported_media_type")


def test_an_upload_needs_a_token_before_its_bytes_are_looked_at(server):
    with Wire(server) as wire:
        wire.send_head("POST", "/v1/files", UPLOAD_HEADERS | {"Content-Length": 10 * MEGABYTE})
        status, headers, body = wire.answer()
    assert (status, code_of(body)) == (401, "unauthorized")
    assert headers["www-authenticate"].startswith("Bearer")


def code_of(body):
    return json.loads(body)["error"]["code"]
