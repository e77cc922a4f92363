"""Supabase's own Python client signs in, refreshes, reads its user and signs out, unmodified.

Needs a running server, told by PLACEMINT_URL, and its data folder, by PLACEMINT_DATA, to read the mailed codes.
    pip install pytest supabase==2.34.1 PyJWT[crypto]
"""
import glob
import http.client
import json
import os
import random
import re
import sys
import time
import urllib.parse
import uuid

import httpx
import jwt
import pytest
from supabase import ClientOptions, create_client
from supabase_auth.errors import AuthApiError

URL = os.environ["PLACEMINT_URL"].rstrip("/")
OUTBOX = os.path.join(os.environ["PLACEMINT_DATA"], "outbox")


# The server counts requests by network address. Where this machine has many, each test has its own.
HAS_ADDRESSES = sys.platform == "linux" and urllib.parse.urlsplit(URL).hostname == "127.0.0.1"


def make_client(source=None):
    transport = httpx.HTTPTransport(local_address=source)
    options = ClientOptions(httpx_client=httpx.Client(transport=transport))
    return create_client(URL, "sb_publishable_any_key_at_all", options)


@pytest.fixture
def source():
    if not HAS_ADDRESSES:
        return None
    return "127." + ".".join(str(random.randint(1, 254)) for _ in range(3))


@pytest.fixture
def client(source):
    return make_client(source)


@pytest.fixture
def email():
    return f"conformance-{uuid.uuid4().hex}@example.com"


def mailed_code(email, patience=10):
    """The code in the newest mail to the address, or None."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        for path in sorted(glob.glob(os.path.join(OUTBOX, "*.eml")), reverse=True):
            with open(path) as file:
                head, body = file.read().split("\n\n", 1)
            if f"To: {email}\n" in head:
                return re.search(r"(?<!\d)(\d{6})(?!\d)", body)[1]
        time.sleep(0.02)
    return None


def sign_in(client, email):
    client.auth.sign_in_with_otp({"email": email})
    return client.auth.verify_otp({"type": "email", "email": email, "token": mailed_code(email)})


def call(method, path, body=None, headers=None, raw=False, source=None):
    """Without the client: status, JSON or bytes, headers in lower case."""
    parts = urllib.parse.urlsplit(URL)
    connection = http.client.HTTPConnection(
        parts.hostname, parts.port, timeout=20, source_address=source and (source, 0))
    payload = body if raw or body is None else json.dumps(body)
    connection.request(method, "/auth/v1/" + path, payload, headers or {})
    response = connection.getresponse()
    content = response.read()
    found = {name.lower(): value for name, value in response.getheaders()}
    connection.close()
    is_json = "json" in found.get("content-type", "")
    return response.status, json.loads(content) if is_json else content, found


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


# The client's whole life

def test_the_client_signs_in_with_a_mailed_code(client, email):
    answer = sign_in(client, email)
    assert answer.session is not None, "a wrong field turns a session into none"
    assert answer.session.token_type == "bearer"
    assert answer.session.expires_in == 3600
    assert abs(answer.session.expires_at - time.time() - 3600) < 30
    assert answer.session.refresh_token
    user = answer.user
    assert uuid.UUID(user.id)
    assert (user.email, user.aud, user.role) == (email, "authenticated", "authenticated")
    assert user.app_metadata == {"provider": "email", "providers": ["email"]}
    assert user.user_metadata == {}
    assert user.phone == "" and user.is_anonymous is False
    for moment in (user.created_at, user.updated_at, user.last_sign_in_at, user.email_confirmed_at):
        assert abs(moment.timestamp() - time.time()) < 30
    [identity] = user.identities
    assert identity.provider == "email" and identity.user_id == user.id
    assert identity.identity_data == {
        "sub": user.id, "email": email, "email_verified": True, "phone_verified": False}


def test_the_client_reads_its_user(client, email):
    session = sign_in(client, email).session
    assert client.auth.get_user().user == session.user
    assert client.auth.get_user(session.access_token).user.email == email


def test_the_client_verifies_its_token_with_the_published_key(client, email):
    session = sign_in(client, email).session
    answer = client.auth.get_claims()
    assert answer["claims"]["sub"] == session.user.id
    assert answer["headers"]["alg"] == "ES256"


def test_the_client_refreshes_and_the_old_token_gives_the_same_successor(client, email):
    first = sign_in(client, email).session
    second = client.auth.refresh_session().session
    assert second.refresh_token != first.refresh_token
    assert second.user.id == first.user.id
    again = client.auth.refresh_session(first.refresh_token).session
    assert again.refresh_token == second.refresh_token


def test_a_stored_session_is_taken_up_again(client, email):
    session = sign_in(client, email).session
    other = make_client()
    answer = other.auth.set_session(session.access_token, session.refresh_token)
    assert answer.session is not None and answer.user.email == email


def test_the_client_signs_out(client, email):
    session = sign_in(client, email).session
    client.auth.sign_out()
    assert client.auth.get_session() is None
    with pytest.raises(AuthApiError) as refused:
        client.auth.get_user(session.access_token)
    assert (refused.value.status, refused.value.code) == (403, "session_not_found")
    with pytest.raises(AuthApiError) as refused:
        client.auth.refresh_session(session.refresh_token)
    assert (refused.value.status, refused.value.code) == (400, "refresh_token_not_found")


# What the client is told when something is wrong

def test_a_wrong_code_and_an_unknown_address_are_refused_alike(client, email):
    client.auth.sign_in_with_otp({"email": email})
    code = mailed_code(email)
    wrong = "000000" if code != "000000" else "000001"
    seen = []
    for address in (email, f"nobody-{uuid.uuid4().hex}@example.com"):
        with pytest.raises(AuthApiError) as refused:
            client.auth.verify_otp({"type": "email", "email": address, "token": wrong})
        seen.append((refused.value.status, refused.value.code, refused.value.message))
    assert seen == [(403, "otp_expired", "Token has expired or is invalid")] * 2


def test_a_second_mail_within_a_minute_is_refused(client, email):
    client.auth.sign_in_with_otp({"email": email})
    with pytest.raises(AuthApiError) as refused:
        client.auth.sign_in_with_otp({"email": email.upper()})
    assert (refused.value.status, refused.value.code) == (429, "over_email_send_rate_limit")
    assert re.fullmatch(
        r"For security purposes, you can only request this after \d+ seconds\.", refused.value.message)


def test_an_unknown_address_is_not_told_apart_and_gets_no_mail(client, email):
    quiet = {"email": email, "options": {"should_create_user": False}}
    client.auth.sign_in_with_otp(quiet)
    assert mailed_code(email, patience=1) is None
    with pytest.raises(AuthApiError) as refused:
        client.auth.sign_in_with_otp(quiet)
    assert refused.value.code == "over_email_send_rate_limit"


def test_a_made_up_refresh_token_is_refused(client):
    with pytest.raises(AuthApiError) as refused:
        client.auth.refresh_session("abcdefghijkl")
    assert (refused.value.status, refused.value.code) == (400, "refresh_token_not_found")


# The wire

def test_asking_for_a_code_answers_an_empty_object(source, email):
    status, body, _ = call("POST", "otp", {"email": email, "create_user": True, "data": {},
                                           "gotrue_meta_security": {"captcha_token": None},
                                           "code_challenge": None, "code_challenge_method": None},
                           source=source)
    assert (status, body) == (200, {})


@pytest.mark.parametrize("version", [None, "2023-01-01", "nonsense", "2024-01-01", "2025-12-31"])
def test_errors_have_the_form_of_the_version_asked_for(version):
    headers = {"X-Supabase-Api-Version": version} if version else {}
    status, body, found = call("GET", "user", headers={**headers, **bearer("nonsense")})
    assert status == 403
    assert found["x-sb-error-code"] == "bad_jwt"
    if version in ("2024-01-01", "2025-12-31"):
        assert set(body) == {"code", "message"} and body["code"] == "bad_jwt"
        assert found["x-supabase-api-version"] == "2024-01-01"
    else:
        assert set(body) == {"code", "error_code", "msg"}
        assert (body["code"], body["error_code"]) == (403, "bad_jwt")
        assert "x-supabase-api-version" not in found


@pytest.mark.parametrize("method, path, body, status, code", [
    ("POST", "otp", b"", 400, "bad_json"),
    ("POST", "otp", b"{", 400, "bad_json"),
    ("POST", "otp", b"[]", 400, "bad_json"),
    ("POST", "otp", b"\xff\xfe", 400, "bad_json"),
    ("POST", "otp", b'{"email": 5}', 400, "bad_json"),
    ("POST", "otp", b"[" * 20_000, 400, "bad_json"),
    ("POST", "otp", b"{}", 400, "validation_failed"),
    ("POST", "otp", b'{"email": "ada@example.com", "channel": "sms"}', 400, "validation_failed"),
    ("POST", "otp", b'{"email": "not an address"}', 422, "validation_failed"),
    ("POST", "otp", b'{"email": "a@b.example\\r\\nBcc: c@d.example"}', 422, "validation_failed"),
    ("POST", "otp", b'{"email": "' + b"a" * 300 + b'@example.com"}', 422, "validation_failed"),
    ("POST", "otp", b'{"phone": "+15550100"}', 422, "phone_provider_disabled"),
    ("POST", "otp", b'{"email": "' + b"a" * 70_000 + b'"}', 413, "validation_failed"),
    ("POST", "verify", b"{}", 400, "validation_failed"),
    ("POST", "verify", b'{"type": "email", "email": "a@b.example"}', 400, "validation_failed"),
    ("POST", "verify", b'{"type": "sms", "phone": "1", "token": "1"}', 422, "phone_provider_disabled"),
    ("POST", "verify", b'{"type": "recovery", "email": "a@b.example", "token": "1"}', 400, "validation_failed"),
    ("POST", "verify", b'{"type": "email", "token_hash": "abc"}', 403, "otp_expired"),
    ("POST", "verify", b'{"type": "email", "email": "a@b.example", "token": "\\u0000"}', 403, "otp_expired"),
    ("POST", "token", b"{}", 400, "invalid_credentials"),
    ("POST", "token?grant_type=password", b"{}", 400, "invalid_credentials"),
    ("POST", "token?grant_type=refresh_token", b"{}", 400, "validation_failed"),
    ("POST", "token?grant_type=refresh_token", b"null", 400, "bad_json"),
    ("GET", "user", None, 401, "no_authorization"),
    ("POST", "logout", None, 401, "no_authorization"),
])
def test_bad_requests_are_refused_clearly(source, method, path, body, status, code):
    found, answer, headers = call(method, path, body, raw=True, source=source)
    assert (found, answer["error_code"], answer["code"]) == (status, code, status)
    assert headers["x-sb-error-code"] == code
    assert answer["msg"]


def test_the_wait_is_told_in_a_header(source, email):
    call("POST", "otp", {"email": email}, source=source)
    status, body, headers = call("POST", "otp", {"email": email}, source=source)
    assert status == 429
    assert 1 <= int(headers["retry-after"]) <= 60
    assert f"after {headers['retry-after']} seconds" in body["msg"]


@pytest.mark.parametrize("scope, status", [("global", 403), ("local", 403), ("others", 200)])
def test_signing_out_has_three_scopes(client, email, scope, status):
    token = sign_in(client, email).session.access_token
    assert call("POST", f"logout?scope={scope}", headers=bearer(token))[:2] == (204, b"")
    assert call("GET", "user", headers=bearer(token))[0] == status


@pytest.mark.skipif(not HAS_ADDRESSES, reason="needs an address of its own to come from")
@pytest.mark.parametrize("path, status", [("otp", 200), ("verify", 403)])
def test_one_network_address_may_ask_thirty_times_at_once(source, path, status):
    def ask():
        address = f"nobody-{uuid.uuid4().hex}@example.com"
        return call("POST", path, {"email": address, "create_user": False, "type": "email",
                                   "token": "123456"}, source=source)
    assert {ask()[0] for _ in range(30)} == {status}
    refused, body, headers = ask()
    assert (refused, body["error_code"]) == (429, "over_request_rate_limit")
    assert 1 <= int(headers["retry-after"]) <= 10


def test_an_unknown_scope_is_refused_and_ends_nothing(client, email):
    session = sign_in(client, email).session
    status, body, _ = call("POST", "logout?scope=all", headers=bearer(session.access_token))
    assert (status, body["error_code"]) == (400, "validation_failed")
    assert client.auth.get_user(session.access_token).user.email == email


def test_the_published_key_verifies_a_token_and_holds_no_secret(client, email):
    session = sign_in(client, email).session
    status, keys, headers = call("GET", ".well-known/jwks.json")
    assert status == 200 and headers["cache-control"] == "public, max-age=600"
    kid = jwt.get_unverified_header(session.access_token)["kid"]
    [key] = [key for key in keys["keys"] if key["kid"] == kid]
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    assert "d" not in key
    claims = jwt.decode(
        session.access_token, jwt.PyJWK(key).key, algorithms=["ES256"], audience="authenticated")
    assert claims["iss"].endswith("/auth/v1")
    assert claims["sub"] == session.user.id and claims["email"] == email
    assert (claims["role"], claims["aal"], claims["is_anonymous"]) == ("authenticated", "aal1", False)
    assert claims["amr"][0]["method"] == "otp" and uuid.UUID(claims["session_id"])
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["app_metadata"] == {"provider": "email", "providers": ["email"]}


@pytest.mark.parametrize("path, fields", [
    ("health", {"name", "version", "description"}),
    ("settings", {"external", "disable_signup", "mailer_autoconfirm"})])
def test_the_sign_in_describes_itself(path, fields):
    status, body, _ = call("GET", path, headers={"apikey": "anything"})
    assert status == 200 and fields <= set(body)
