"""People sign in at Supabase, and the server believes their tokens and no others."""
import base64
import contextlib
import hashlib
import hmac
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
import requests
from supabase_fake import FakeSupabase, SigningKey

from rig.audit import audit
from rig.person import CLIP_CREDITS, ok, refused
from rig.server import Server, complaint, free_port, run, wait_until
from rig.project import Member


@pytest.fixture(scope="module")
def project():
    with FakeSupabase() as project:
        yield project


@pytest.fixture(scope="module")
def server(project):
    """Shared: its keys do not change, and it is not stopped."""
    server = Server(WORKERS=2, WELCOME_CREDITS=30, **project.environment)
    try:
        yield server
        audit(server)
    finally:
        server.discard()


@pytest.fixture
def own():
    """A server and a project of the test's own: `own("RS256", failure=503, WORKERS=0)`."""
    with contextlib.ExitStack() as stack:
        def start(algorithm="ES256", failure=None, **settings):
            project = stack.enter_context(FakeSupabase(algorithm))
            project.failure = failure
            server = Server(**({"WORKERS": 0} | project.environment | settings))
            stack.callback(server.discard)
            return server, project

        yield start


def asked(server, token, path="/v1/credits"):
    return requests.get(
        server.url + path, headers={"Authorization": f"Bearer {token}"}, timeout=30)


# The whole path


def test_a_member_buys_creates_and_watches(server, project):
    member = Member(server, project)
    me = ok(member.get("/v1/me"))
    assert (me["id"], me["email"]) == ("user_" + member.id.replace("-", ""), member.email)
    assert member.balance == 30, "the welcome"
    member.buy()
    video = member.wait(member.create())
    assert video["status"] == "completed"
    member.refresh()
    assert member.balance == 530 - CLIP_CREDITS
    clip = member.get(f"/v1/videos/{video['id']}/content")
    assert clip.content[4:8] == b"ftyp"


def test_the_web_client_is_told_where_to_sign_in(server, project):
    told = ok(requests.get(server.url + "/config.json", timeout=10))
    assert told["auth"] == {"kind": "supabase", "url": project.url + "/auth/v1",
                            "key": project.publishable_key}
    policy = requests.get(server.url + "/", timeout=10).headers["content-security-policy"]
    assert f"connect-src 'self' {project.url};" in policy


def test_the_built_in_sign_in_is_off(server, project):
    site = server.url + "/auth/v1"
    for method, path in [("POST", "/otp"), ("POST", "/verify"), ("POST", "/token"),
                         ("GET", "/user"), ("POST", "/logout"), ("GET", "/settings"),
                         ("GET", "/health"), ("GET", "/.well-known/jwks.json")]:
        refused(requests.request(method, site + path, json={}, timeout=10), 404, "not_found")
    member = Member(server, project)
    refused(member.get("/v1/me/sessions"), 404, "not_found")
    refused(member.delete(f"/v1/me/sessions/session_{uuid.uuid4().hex}"), 404, "not_found")


def test_one_account_is_made_by_many_first_requests(server, project):
    project.auth.sent_at.clear()
    member = Member(server, project)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: ok(asked(server, member.token)), range(24)))
    assert all(answer == answers[0] for answer in answers)
    assert [entry["amount"] for entry in member.entries("grant")] == [30]


def test_the_address_follows_the_latest_token(server, project):
    member = Member(server, project)
    old_token, old_email = member.token, member.email
    assert ok(member.get("/v1/me"))["email"] == old_email
    project.change_address(member.user, f"new-{old_email}")
    # Tokens count time in seconds: the next one has to be later.
    issued = jwt.decode(old_token, options={"verify_signature": False})["iat"]
    wait_until(lambda: int(time.time()) > issued, 5, "the next second")
    member.refresh()
    assert ok(member.get("/v1/me"))["email"] == f"new-{old_email}"
    assert ok(asked(server, old_token, "/v1/me"))["email"] == f"new-{old_email}"
    newcomer = Member(server, project, old_email)
    assert newcomer.balance == 0, "its address was welcomed before"


# Who is not believed


def packed(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def attacks(project):
    """Tokens by what is wrong with them."""
    now = int(time.time())
    key, good = project.key, project.token()
    header, claims, signature = good.split(".")
    stranger = SigningKey("ES256", kid=key.kid)
    rsa = SigningKey("RS256", kid=key.kid)
    public = json.dumps(key.published)

    def shared(secret):
        text = packed({"alg": "HS256", "kid": key.kid}) + "." + claims
        return f"{text}.{packed(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"

    yield from {
        "alg none": packed({"alg": "none", "typ": "JWT"}) + f".{claims}.",
        "alg none with a signature": packed({"alg": "none", "kid": key.kid})
            + f".{claims}.{signature}",
        "no signature": f"{header}.{claims}.",
        "HS256 with the public key": shared(public),
        "HS256 with the key's name": shared(key.kid),
        "HS256 with the publishable key": shared(project.publishable_key),
        "HS256 with the secret of local projects": shared(
            "super-secret-jwt-token-with-at-least-32-characters-long"),
        "RS256 under an ES256 key's name": rsa.sign(project.claims()),
        "another's key under the name": stranger.sign(project.claims()),
        "an unknown key": SigningKey("ES256").sign(project.claims()),
        "wrong issuer": project.token(iss="https://evil.example/auth/v1"),
        "the issuer without its path": project.token(iss=project.url),
        "wrong audience": project.token(aud="anon"),
        "no audience": project.token(aud=None),
        "expired": project.token(exp=now - 60),
        "never ends": project.token(exp=None),
        "not yet": project.token(nbf=now + 600),
        "service_role": project.token(role="service_role"),
        "anon": project.token(role="anon"),
        "no role": project.token(role=None),
        "missing sub": project.token(sub=None),
        "sub that is no uuid": project.token(sub="postgres"),
        "huge": project.token(app_metadata={"groups": "g" * 20_000}),
        "critical extension": key.sign(project.claims(), crit=["b64"], b64=True),
        "the publishable key": project.publishable_key,
        "the built-in sign-in's kind": "pm_" + uuid.uuid4().hex,
    }.items()


def test_tokens_that_somebody_might_try_are_refused(server, project):
    assert asked(server, project.token()).status_code == 200, "the forger works"
    assert asked(server, project.token(aud=["authenticated"])).status_code == 200
    before = server.rows("SELECT count(*) FROM public.users")
    for name, token in attacks(project):
        answer = asked(server, token)
        assert answer.status_code == 401, name
        refused(answer, 401, "unauthorized")
    assert server.rows("SELECT count(*) FROM public.users") == before, "nobody was made"


@pytest.mark.parametrize("claims", [
    {"is_anonymous": True, "email": ""}, {"email": ""}, {"email": None}])
def test_people_without_an_address_are_told_so(server, project, claims):
    error = refused(asked(server, project.token(**claims)), 403, "forbidden")
    assert "e-mail address" in error["message"]


# Keys that change, and a project that is away


def test_keys_rotate(own):
    server, project = own()
    old = project.token()
    assert asked(server, old).status_code == 200
    before = len(project.key_fetches)
    # The pause in which no made-up name has the project asked again.
    first = project.rotate("RS256")
    token = project.token()
    wait_until(lambda: asked(server, token).status_code == 200, 30, "the new key")
    assert asked(server, old).status_code == 200, "the old one is still published"
    assert first.kid in [key["kid"] for key in project.auth.key_set(None)["keys"]]
    assert len(project.key_fetches) == before + 1


def test_made_up_key_names_do_not_hammer_the_project(own):
    server, project = own()
    second = Server(WORKERS=0, **project.environment)
    try:
        began = time.monotonic()
        good = project.token()
        with ThreadPoolExecutor(16) as pool:
            for site in (server, second):
                tokens = [SigningKey("ES256").sign(project.claims()) for _ in range(80)]
                answers = list(pool.map(lambda token: asked(site, token), tokens))
                assert {answer.status_code for answer in answers} == {401}
                assert asked(site, good).status_code == 200
        seconds = time.monotonic() - began
        # Each server: once at its start, and once in each five seconds after that.
        assert len(project.key_fetches) <= 2 * (2 + seconds // 5)
    finally:
        second.discard()


def test_an_outage_of_the_project_is_survived(own):
    server, project = own()
    member = Member(server, project)
    assert member.balance == 0
    with project.outage():
        assert member.balance == 0
        assert asked(server, project.token()).status_code == 200, "somebody new, by a known key"
        refused(asked(server, SigningKey("ES256").sign(project.claims())), 401, "unauthorized")
    with project.outage(failure=503), project.slowness():
        assert member.balance == 0


def test_a_server_that_never_had_the_keys_says_when_to_come_again(own):
    server, project = own(failure=500)
    answer = asked(server, project.token())
    assert 1 <= int(answer.headers["retry-after"]) <= 5
    assert refused(answer, 503, "sign_in_unavailable")["type"] == "server_error"
    refused(asked(server, "nonsense"), 401, "unauthorized")
    assert "Supabase's keys could not be fetched" in server.log
    project.failure = None
    wait_until(lambda: asked(server, project.token()).status_code == 200, 40, "the keys")


def test_a_project_without_public_keys_needs_its_secret(own):
    server, project = own("HS256", SUPABASE_JWT_SECRET=None)
    refused(asked(server, SigningKey("ES256").sign(project.claims())), 503, "sign_in_unavailable")
    refused(asked(server, project.token()), 401, "unauthorized")
    assert "set SUPABASE_JWT_SECRET" in server.log
    findings = server.run("doctor").stdout
    assert "BROKEN" in findings and "SUPABASE_JWT_SECRET is not set" in findings
    server.restart(SUPABASE_JWT_SECRET=project.key.private)
    assert Member(server, project).balance == 0
    assert "HS256" in server.run("doctor").stdout


# The operator


def test_the_doctor_looks_at_the_project(server, project):
    done = server.run("doctor")
    assert done.returncode == 0, done.stdout
    for words in ("1 published", "the key is taken", "deleted at Supabase by hand"):
        assert words in done.stdout
    assert "mail " not in done.stdout
    wrong = server.run("doctor", SUPABASE_PUBLISHABLE_KEY="sb_publishable_of_another")
    assert wrong.returncode == 1 and "does not take SUPABASE_PUBLISHABLE_KEY" in wrong.stdout
    with project.outage(failure=503):
        away = server.run("doctor")
    assert away.returncode == 1 and "answered 503" in away.stdout


@pytest.mark.parametrize("change, words", [
    ({"mailer_autoconfirm": True}, "Confirm email"),
    ({"external": {"email": False}}, "sign-in by e-mail is off")])
def test_the_doctor_finds_a_project_that_cannot_sign_people_in(server, project, change, words):
    before = dict(project.auth.offers)
    project.auth.offers.update(change)
    try:
        done = server.run("doctor")
    finally:
        project.auth.offers.update(before)
    assert done.returncode == 1 and words in done.stdout


def test_no_key_or_token_is_in_the_log(server, project):
    member = Member(server, project)
    for name, token in attacks(project):
        asked(server, token)
    assert member.token not in server.log and project.publishable_key not in server.log


@pytest.mark.parametrize("variable, settings", [
    ("SUPABASE_PUBLISHABLE_KEY", {"SUPABASE_URL": "https://abc.supabase.co"}),
    ("SUPABASE_URL", {"SUPABASE_URL": "abc", "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_a"})])
def test_half_a_project_stops_the_start(tmp_path, variable, settings):
    done = run("serve", cwd=tmp_path, PLACEMINT_DATA=tmp_path, PORT=free_port(), **settings)
    assert complaint(done).startswith(variable + ": ")
