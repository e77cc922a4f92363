"""Who may ask: nobody without a token, and nobody with one that this server did not give."""
import base64
import hashlib
import hmac
import json
import time
import uuid

import pytest
import requests

from rig.person import Person, refused

ROUTES = [("GET", "/v1/credits"), ("GET", "/v1/credits/ledger"), ("GET", "/v1/me"),
          ("GET", "/v1/videos"), ("POST", "/v1/videos"), ("GET", "/v1/videos/video_1"),
          ("DELETE", "/v1/videos/video_1"), ("GET", "/v1/videos/video_1/content"),
          ("POST", "/v1/videos/video_1/remix"), ("GET", "/v1/files"), ("POST", "/v1/files"),
          ("GET", "/v1/files/file-1/content"), ("POST", "/v1/quotes"), ("POST", "/v1/previews"),
          ("POST", "/v1/checkouts"), ("GET", "/v1/checkouts/checkout_1"), ("GET", "/v1/events")]


@pytest.fixture(scope="module")
def person(server):
    return Person(server)


@pytest.mark.parametrize("method, path", ROUTES)
def test_a_route_needs_a_token(server, method, path):
    answer = requests.request(method, server.url + path, timeout=10)
    assert refused(answer, 401, "unauthorized")["type"] == "authentication_error"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/config.json", "/v1/models",
                                  "/v1/formats", "/", "/auth/v1/.well-known/jwks.json"])
def test_what_anybody_may_see_needs_none(server, path):
    assert requests.get(server.url + path, timeout=10).status_code == 200


def packed(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def hs256(head, claims, secret):
    text = f"{packed(head)}.{packed(claims)}"
    return f"{text}.{packed(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def forgeries(person):
    """Tokens that somebody might try, by what is wrong with them."""
    head, claims, signature = person.token.split(".")
    header, body = unpacked(head), unpacked(claims)
    keys = requests.get(person.server.url + "/auth/v1/.well-known/jwks.json", timeout=10).json()
    key = keys["keys"][0]
    public = json.dumps(key).encode()
    point = b"\x04" + b"".join(base64.urlsafe_b64decode(key[c] + "==") for c in "xy")
    later = body | {"exp": body["exp"] + 10 ** 6}
    none = {"alg": "none", "typ": "JWT"}
    shared = header | {"alg": "HS256"}
    yield from {
        "nothing": "", "garbage": "garbage", "dots": "..", "three words": "a.b.c",
        "an API key of nobody": "pm_" + uuid.uuid4().hex, "null": "null",
        "no signature": f"{head}.{claims}.", "two parts": f"{head}.{claims}",
        "four parts": person.token + "." + signature,
        "alg none": f"{packed(none)}.{claims}.",
        "alg None": f"{packed(none | {'alg': 'None'})}.{claims}.",
        "alg none and the signature": f"{packed(none)}.{claims}.{signature}",
        "another's claims": f"{head}.{packed(body | {'sub': str(uuid.uuid4())})}.{signature}",
        "a longer life": f"{head}.{packed(later)}.{signature}",
        "a changed signature": f"{head}.{claims}.{packed(bytes(64))}",
        "a signature of another length": f"{head}.{claims}.{packed(bytes(7))}",
        "HS256 with the public key": hs256(shared, body, public),
        "HS256 with the public point": hs256(shared, body, point),
        "HS256 with nothing": hs256(shared, body, b""),
        "HS256 with the key's name": hs256(shared, body, header["kid"].encode()),
        "an unknown key": f"{packed(header | {'kid': str(uuid.uuid4())})}.{claims}.{signature}",
        "no key": f"{packed({'alg': 'ES256'})}.{claims}.{signature}",
        "a key of its own": f"{packed(header | {'jwk': key})}.{claims}.{signature}",
        "a very long one": person.token + "A" * 5000,
        "a blank in it": person.token[:20] + " " + person.token[20:],
    }.items()


def test_a_token_that_was_not_given_out_is_refused(person):
    assert person.get("/v1/credits").status_code == 200
    for name, token in forgeries(person):
        answer = requests.get(person.server.url + "/v1/credits", timeout=10,
                              headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, name
        refused(answer, 401, "unauthorized")


@pytest.mark.parametrize("header", ["{token}", "Basic {token}", "Bearer", "Token {token}",
                                    "bearer{token}", "Bearer Bearer {token}"])
def test_a_token_must_come_as_a_bearer_token(person, header):
    answer = requests.get(person.server.url + "/v1/credits", timeout=10,
                          headers={"Authorization": header.format(token=person.token)})
    refused(answer, 401, "unauthorized")


def test_a_token_in_the_address_is_none(person):
    for name in ("token", "access_token", "api_key"):
        answer = requests.get(person.server.url + f"/v1/credits?{name}={person.token}", timeout=10)
        refused(answer, 401, "unauthorized")


def test_a_token_signed_rightly_is_refused_for_what_it_says(person):
    """With the server's own key, as if it had signed something else on another day."""
    jwt = pytest.importorskip("jwt")
    key = person.server.rows(
        "SELECT kid, private_key FROM auth.signing_keys WHERE retired_at IS NULL")[0]
    claims = unpacked(person.token.split(".")[1])

    def answer(**changes):
        token = jwt.encode(claims | changes, key["private_key"], algorithm="ES256",
                           headers={"kid": key["kid"]})
        return requests.get(person.server.url + "/v1/credits", timeout=10,
                            headers={"Authorization": f"Bearer {token}"})

    assert answer(iat=claims["iat"] - 1).status_code == 200, "the forger works"
    now = int(time.time())
    for wrong in ({"exp": now - 1}, {"exp": now - 86_400}, {"exp": 0}, {"aud": "anon"},
                  {"role": "service_role"}, {"role": "anon"}, {"iss": "https://evil.test"},
                  {"sub": "not an id"}, {"sub": ""}, {"session_id": "none"}, {"exp": "tomorrow"}):
        refused(answer(**wrong), 401, "unauthorized")


def test_a_token_of_another_server_is_refused(person, idle_server):
    other = Person(idle_server)
    answer = requests.get(person.server.url + "/v1/credits", timeout=10, headers=other.headers)
    refused(answer, 401, "unauthorized")


def test_somebody_who_asks_too_often_is_told_when_to_come_again(idle_server):
    person, patient = Person(idle_server), Person(idle_server)
    answers = [person.get("/v1/credits", patient=False) for _ in range(150)]
    for _ in range(40):
        answers += [person.get("/v1/credits", patient=False) for _ in range(20)]
        if answers[-1].status_code == 429:
            break
    error = refused(answers[-1], 429, "rate_limited")
    assert error["type"] == "rate_limit_error"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 5
    assert {answer.status_code for answer in answers} == {200, 429}
    assert patient.get("/v1/credits", patient=False).status_code == 200
    time.sleep(int(answers[-1].headers["retry-after"]))
    assert person.get("/v1/credits", patient=False).status_code == 200
