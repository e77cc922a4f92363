"""Supabase's own client, unmodified, takes the fake for Supabase Auth."""
import jwt
import pytest
import requests
from supabase import create_client
from supabase_auth.errors import AuthApiError

from supabase_fake import FakeSupabase

EMAIL = "ana@example.com"


@pytest.fixture(params=["ES256", "RS256", "HS256"])
def fake(request):
    with FakeSupabase(request.param) as fake:
        yield fake


@pytest.fixture
def client(fake):
    return create_client(fake.url, fake.publishable_key)


def sign_in(fake, client, email=EMAIL):
    client.auth.sign_in_with_otp({"email": email})
    return client.auth.verify_otp({"type": "email", "email": email, "token": fake.code(email)})


def refused(call, *arguments):
    with pytest.raises(AuthApiError) as caught:
        call(*arguments)
    return caught.value.status, caught.value.code


def test_the_client_signs_in_refreshes_and_signs_out(fake, client):
    answer = sign_in(fake, client)
    assert answer.session.expires_in == 3600 and answer.user.email == EMAIL
    [identity] = answer.user.identities
    assert identity.identity_data["email_verified"] is True
    assert client.auth.get_user().user.id == answer.user.id
    assert client.auth.get_claims()["claims"]["sub"] == answer.user.id
    next_session = client.auth.refresh_session().session
    assert next_session.refresh_token != answer.session.refresh_token
    again = client.auth.refresh_session(answer.session.refresh_token).session
    assert again.refresh_token == next_session.refresh_token
    client.auth.sign_out()
    assert refused(client.auth.get_user, next_session.access_token) == (403, "session_not_found")
    assert refused(client.auth.refresh_session, again.refresh_token) == (
        400, "refresh_token_not_found")


def test_the_client_understands_what_is_refused(fake, client):
    client.auth.sign_in_with_otp({"email": EMAIL})
    assert refused(client.auth.sign_in_with_otp, {"email": EMAIL}) == (
        429, "over_email_send_rate_limit")
    wrong = {"type": "email", "email": EMAIL, "token": "no code"}
    assert refused(client.auth.verify_otp, wrong) == (403, "otp_expired")
    quiet = {"email": "nobody@example.com", "options": {"should_create_user": False}}
    assert refused(client.auth.sign_in_with_otp, quiet) == (422, "otp_disabled")
    other = create_client(fake.url, "sb_publishable_of_another_project")
    with pytest.raises(AuthApiError, match="Invalid API key") as caught:
        other.auth.sign_in_with_otp({"email": EMAIL})
    assert caught.value.status == 401


def test_a_refresh_token_used_long_ago_ends_the_session(fake, client):
    first = sign_in(fake, client).session.refresh_token
    for _ in range(2):
        last = client.auth.refresh_session().session.refresh_token
    [session] = fake.auth.sessions.values()
    session.used_at[first] -= 60
    assert refused(client.auth.refresh_session, first) == (400, "refresh_token_already_used")
    assert refused(client.auth.refresh_session, last) == (400, "refresh_token_not_found")


def test_keys_are_published_and_secrets_are_not(fake):
    answer = requests.get(fake.url + "/auth/v1/.well-known/jwks.json", timeout=5)
    assert answer.headers["cache-control"] == "public, max-age=600"
    keys = answer.json()["keys"]
    if fake.key.algorithm == "HS256":
        assert keys == []
        return
    [key] = keys
    assert key["alg"] == fake.key.algorithm and "d" not in key
    claims = jwt.decode(fake.token(), jwt.PyJWK(key).key, algorithms=[key["alg"]],
                        audience="authenticated")
    assert claims["iss"] == fake.url + "/auth/v1"
    fake.rotate()
    keys = requests.get(fake.url + "/auth/v1/.well-known/jwks.json", timeout=5).json()["keys"]
    assert [one["kid"] for one in keys] == [fake.key.kid, key["kid"]]


def test_the_gateway_wants_a_key_and_lets_browsers_in(fake):
    site = fake.url + "/auth/v1/settings"
    assert "No API key" in requests.get(site, timeout=5).json()["message"]
    ask = {"Origin": "https://studio.example", "Access-Control-Request-Method": "POST",
           "Access-Control-Request-Headers": "apikey,x-supabase-api-version"}
    preflight = requests.options(site, headers=ask, timeout=5)
    assert preflight.ok and preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-headers"] == "apikey,x-supabase-api-version"
    answer = requests.get(site, headers={"apikey": fake.publishable_key}, timeout=5)
    assert answer.json()["external"]["email"] is True
    assert answer.headers["access-control-allow-origin"] == "*"


def test_errors_have_the_form_of_the_version_asked_for(fake):
    for version in (None, "2024-01-01"):
        headers = {"apikey": fake.publishable_key}
        if version:
            headers["X-Supabase-Api-Version"] = version
        answer = requests.get(fake.url + "/auth/v1/user", headers=headers, timeout=5)
        assert answer.status_code == 401
        body = answer.json()
        assert (body["code"] if version else body["error_code"]) == "no_authorization"
        assert answer.headers.get("x-supabase-api-version") == version
