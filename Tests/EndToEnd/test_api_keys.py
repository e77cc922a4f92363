"""Keys for programs: what they open, what they do not, what they may spend, and how they end."""
import io
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest
import requests

from rig import pictures
from rig.person import CLIP_CREDITS, Person, ok, refused

SCOPES = ["credits:read", "files", "videos"]


class Program(Person):
    """Somebody's program: it signs in nowhere, and has a key."""

    def __init__(self, server, key):
        self.server, self.token, self.session = server, key, requests.Session()


@pytest.fixture
def owner(idle_server):
    """Somebody whose videos stay queued, with credits for 25 of them."""
    owner = Person(idle_server)
    owner.buy()
    return owner


def make(owner, name="A program", **fields):
    """The answer to making a key."""
    return ok(owner.post("/v1/api_keys", json={"name": name} | fields), 201)


def program(owner, **fields):
    return Program(owner.server, make(owner, **fields)["key"])


# Making and ending them

def test_a_key_is_shown_once_and_kept_as_a_hash(owner):
    made = make(owner, name="  My\nshop ", scopes=["videos"], monthly_credit_limit=100)
    key = made["key"]
    assert key.startswith("pm_") and len(key) == 46
    assert (made["name"], made["scopes"], made["hint"]) == ("My shop", ["videos"], key[-4:])
    assert (made["monthly_credit_limit"], made["expires_at"], made["last_used_at"]) == (
        100, None, None)
    answer = owner.get("/v1/api_keys")
    assert ok(answer)["data"] == [{name: made[name] for name in made if name != "key"}]
    assert key not in answer.text and key[3:-4] not in answer.text
    kept = owner.server.psql("SELECT to_jsonb(key) FROM public.api_keys AS key")
    assert key not in kept and key[3:-4] not in kept


def test_without_a_word_a_key_may_do_all_that_keys_may(owner):
    assert make(owner)["scopes"] == SCOPES


@pytest.mark.parametrize("fields, param", [
    ({}, "name"), ({"name": ""}, "name"), ({"name": " "}, "name"), ({"name": "a" * 81}, "name"),
    ({"name": 7}, "name"), ({"name": "A", "scopes": []}, "scopes"),
    ({"name": "A", "scopes": ["admin"]}, "scopes"), ({"name": "A", "scopes": "videos"}, "scopes"),
    ({"name": "A", "monthly_credit_limit": -1}, "monthly_credit_limit"),
    ({"name": "A", "monthly_credit_limit": 1.5}, "monthly_credit_limit"),
    ({"name": "A", "monthly_credit_limit": 10**10}, "monthly_credit_limit"),
    ({"name": "A", "expires_at": 1}, "expires_at"),
    ({"name": "A", "expires_at": 4_102_444_800_000}, "expires_at"),
])
def test_a_wrong_wish_is_refused_by_its_name(owner, fields, param):
    refused(owner.post("/v1/api_keys", json=fields), 400, "invalid_request", param)
    assert ok(owner.get("/v1/api_keys"))["data"] == []


def test_nobody_has_more_than_fifty_keys_however_many_are_made_at_once(owner):
    owner.server.psql(f"""
        INSERT INTO public.api_keys (id, user_id, name, hash, hint, scopes)
        SELECT gen_random_uuid(), id, 'Old', sha256(gen_random_uuid()::text::bytea), 'abcd',
          '{{videos}}' FROM public.users, generate_series(1, 47)
        WHERE email = '{owner.email}'""")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(
            lambda n: owner.post("/v1/api_keys", json={"name": f"Key {n}"}), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [400] * 5
    assert len(ok(owner.get("/v1/api_keys"))["data"]) == 50


def test_a_revoked_key_opens_nothing_from_then_on(owner):
    made = make(owner)
    key = Program(owner.server, made["key"])
    ok(key.get("/v1/videos"))
    gone = ok(owner.delete(f"/v1/api_keys/{made['id']}"))
    assert gone == {"id": made["id"], "object": "api_key", "deleted": True}
    refused(key.get("/v1/videos"), 401, "unauthorized")
    refused(owner.delete(f"/v1/api_keys/{made['id']}"), 404, "not_found")
    assert ok(owner.get("/v1/api_keys"))["data"] == []


def test_nobody_ends_somebody_elses_key(owner):
    made = make(owner)
    refused(Person(owner.server).delete(f"/v1/api_keys/{made['id']}"), 404, "not_found")
    refused(owner.delete("/v1/api_keys/nonsense"), 404, "not_found")
    ok(Program(owner.server, made["key"]).get("/v1/videos"))


def test_a_key_ends_with_its_time(owner):
    made = make(owner, expires_at=int(time.time()) + 3600)
    key = Program(owner.server, made["key"])
    ok(key.get("/v1/videos"))
    owner.server.psql(
        f"UPDATE public.api_keys SET expires_at = now() WHERE hint = '{made['hint']}'")
    refused(key.get("/v1/videos"), 401, "unauthorized")


def test_a_key_ends_with_its_account(idle_server):
    owner = Person(idle_server)
    key = program(owner)
    ok(owner.delete("/v1/me"))
    refused(key.get("/v1/credits"), 401, "unauthorized")


@pytest.mark.parametrize("text", ["pm_", "pm_" + "a" * 43, "pm_" + "a" * 500, "pm_\u00e9"])
def test_a_wrong_key_opens_nothing(idle_server, text):
    key = Program(idle_server, text.encode("utf-8").decode("latin-1"))
    refused(key.get("/v1/videos"), 401, "unauthorized")


def test_people_see_which_keys_are_used(owner):
    made = make(owner)
    before = time.time()
    ok(Program(owner.server, made["key"]).get("/v1/videos"))
    used, = ok(owner.get("/v1/api_keys"))["data"]
    assert before - 2 <= used["last_used_at"] <= time.time() + 2


# What they open

# One request for each scope, and what no key may do.
PLACES = {
    "videos": [("GET", "/v1/videos"), ("POST", "/v1/quotes"), ("POST", "/v1/videos"),
               ("POST", "/v1/previews"), ("GET", "/v1/videos/video_" + "0" * 32)],
    "files": [("GET", "/v1/files"), ("GET", "/v1/files/file-" + "0" * 32)],
    "credits:read": [("GET", "/v1/credits"), ("GET", "/v1/credits/ledger")],
    None: [("GET", "/v1/api_keys"), ("POST", "/v1/api_keys"), ("POST", "/v1/checkouts"),
           ("DELETE", "/v1/api_keys/key_" + "0" * 32), ("GET", "/v1/checkouts/checkout_" + "0" * 32),
           ("GET", "/v1/me"), ("DELETE", "/v1/me"), ("GET", "/v1/me/export"),
           ("GET", "/v1/me/sessions"), ("DELETE", "/v1/me/sessions/session_" + "0" * 32)],
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_opens_what_its_scope_says_and_nothing_else(owner, scope):
    key = program(owner, scopes=[scope])
    for place, requests_ in PLACES.items():
        for method, path in requests_:
            answer = key.call(method, path, json={} if method == "POST" else None)
            if place == scope:
                assert answer.status_code not in (401, 403), (method, path, answer.text)
            else:
                refused(answer, 403, "forbidden")
    assert owner.get("/v1/me").status_code == 200


def test_openais_client_works_with_a_key(server):
    owner = Person(server)
    owner.buy()
    client = openai.OpenAI(base_url=server.url + "/v1", api_key=make(owner)["key"])
    file = client.files.create(file=("mug.jpg", pictures.jpeg(600, 800)), purpose="vision")
    video = client.videos.create_and_poll(
        prompt="The mug on a table.", model="animatic", seconds="4", poll_interval_ms=200,
        extra_body={"input_reference": {"file_id": file.id}})
    assert video.status == "completed"
    assert client.videos.download_content(video.id).read()[4:8] == b"ftyp"
    assert owner.balance == 500 - CLIP_CREDITS


def test_a_stream_of_events_keeps_the_balance_to_itself_without_the_scope(owner):
    told = {}
    for scopes in (["videos"], ["videos", "credits:read"]):
        key = program(owner, scopes=scopes)
        video = key.create()
        with key.get("/v1/events", stream=True) as stream:
            lines = iter(io.TextIOWrapper(stream.raw, encoding="utf-8"))
            text = next(line for line in lines if video["id"] in line or "balance" in line)
        told[len(scopes)] = "balance" in text
    assert told == {1: False, 2: True}


# What they may spend

def test_a_key_spends_no_more_than_its_limit_however_many_orders_come_at_once(owner):
    key = program(owner, monthly_credit_limit=3 * CLIP_CREDITS + 1)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: key.order(), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [402] * 5
    for answer in answers:
        if answer.status_code == 402:
            assert str(3 * CLIP_CREDITS) in refused(answer, 402, "key_limit_reached")["message"]
    assert owner.balance == 500 - 3 * CLIP_CREDITS
    # Its owner may go on, and so may another key.
    ok(owner.order())
    ok(program(owner).order())


def test_what_failed_and_what_was_last_month_does_not_count(owner):
    made = make(owner, monthly_credit_limit=CLIP_CREDITS)
    key = Program(owner.server, made["key"])
    first = key.create()
    refused(key.order(), 402, "key_limit_reached")
    ok(key.post(f"/v1/videos/{first['id']}/cancel"))
    second = key.create()
    refused(key.order(), 402, "key_limit_reached")
    number = second["id"].removeprefix("video_")
    owner.server.psql(f"""
        UPDATE public.jobs SET created_at = date_trunc('month', now() AT TIME ZONE 'UTC')
          AT TIME ZONE 'UTC' - interval '1 second' WHERE id = '{number}'""")
    ok(key.order())


def test_a_key_that_may_spend_nothing_may_still_ask_for_prices(owner):
    key = program(owner, monthly_credit_limit=0)
    assert ok(key.post("/v1/quotes", json={"prompt": "A mug."}))["credits"] == CLIP_CREDITS
    refused(key.order(), 402, "key_limit_reached")


# Rates

def test_every_answer_says_how_much_of_the_rate_is_left(owner):
    headers = [owner.get(path).headers for path in ("/v1/credits", "/v1/videos/nonsense")]
    for header in headers:
        assert int(header["x-ratelimit-limit-requests"]) == 200
        assert header["x-ratelimit-reset-requests"].endswith("s")
    assert 0 < int(headers[1]["x-ratelimit-remaining-requests"]) < 200


def test_a_program_that_asks_too_often_is_slowed_down_alone(owner):
    busy, quiet = program(owner), program(owner)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(
            lambda _: busy.call("GET", "/v1/videos", patient=False), range(180)))
    refusals = [answer for answer in answers if answer.status_code == 429]
    assert len(refusals) > 10 and {answer.status_code for answer in answers} == {200, 429}
    assert refusals[0].headers["retry-after"] and int(
        refusals[0].headers["x-ratelimit-limit-requests"]) == 100
    assert refusals[0].json()["error"]["code"] == "rate_limited"
    for other in (quiet, owner):
        assert other.call("GET", "/v1/videos", patient=False).status_code == 200


def test_guessing_keys_has_a_price(start_server):
    server = start_server(WORKERS=0)
    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(
            lambda n: Program(server, f"pm_{n}").call("GET", "/v1/videos", patient=False).status_code,
            range(400)))
    assert codes[:50] == [401] * 50 and set(codes) == {401, 429}
