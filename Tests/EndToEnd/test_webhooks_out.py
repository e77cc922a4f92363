"""People's programs hear of their videos and credits: signed, at least once, and nobody else does."""
import os
import signal
import time
import uuid

import openai
import pytest
from standardwebhooks import WebhookVerificationError

from rig.audit import audit
from rig.person import CLIP_CREDITS, Person, ok, refused
from rig.receiver import Receiver
from rig.server import wait_until

ALL = ["credits.low", "video.completed", "video.failed"]
CLIP = {"prompt": "A mug on a table.", "seconds": "4", "size": "720x1280"}
HOOKS = "/v1/webhook_endpoints"


@pytest.fixture(scope="module")
def receivers():
    made = []
    yield lambda: made.append(Receiver()) or made[-1]
    for receiver in made:
        receiver.close()


@pytest.fixture(scope="module")
def server():
    from rig.server import Server
    started = Server(WORKERS=2, WEBHOOK_TRUSTED_HOSTS="127.0.0.1")
    yield started
    try:
        audit(started)
    finally:
        started.discard()


@pytest.fixture
def receiver(receivers):
    return receivers()


@pytest.fixture
def person(server):
    return Person(server).has_credits_for(10)


def endpoint(person, receiver, **fields):
    return ok(person.post(HOOKS, json={"url": receiver.url} | fields), 201)


def order(person, **fields):
    return ok(person.post("/v1/videos", json=CLIP | fields))


def log(person, hook):
    return ok(person.get(f"{HOOKS}/{hook['id']}/deliveries"))["data"]


def ended(person, hook, count=1):
    """The log, once so many deliveries are over."""
    def look():
        found = log(person, hook)
        return [one for one in found if one["status"] != "pending"][count - 1:] and found
    return wait_until(look, 30, "the end of the deliveries")


def hurry(server, hook):
    """Brings the next try forward."""
    server.psql(f"""
        UPDATE public.webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'
        AND endpoint_id = '{uuid.UUID(hook["id"].removeprefix("we_"))}'""")


# What is told

def test_a_finished_video_is_told_of_once_signed(person, receiver):
    hook = endpoint(person, receiver)
    assert hook["secret"].startswith("whsec_") and hook["events"] == ALL and hook["enabled"]
    video = order(person)
    call, = receiver.wait_for(1)
    event = call.verified_by(hook["secret"])
    assert event["type"] == "video.completed" and event["object"] == "event"
    assert event["id"] == call.id and call.id.startswith("evt_")
    assert event["data"] == {"id": video["id"], "object": "video", "status": "completed",
                             "model": "animatic", "credits": CLIP_CREDITS, "error": None}
    delivery, = ended(person, hook)
    assert (delivery["status"], delivery["attempts"], delivery["response_status"]) == (
        "delivered", 1, 200)
    assert delivery["event_id"] == call.id and delivery["next_attempt_at"] is None
    time.sleep(1.5)
    assert len(receiver.calls) == 1


def test_openais_client_takes_it_too(person, receiver):
    hook = endpoint(person, receiver)
    order(person)
    call, = receiver.wait_for(1)
    client = openai.OpenAI(api_key="none", webhook_secret=hook["secret"])
    client.webhooks.verify_signature(call.body, call.headers)
    assert client.webhooks.unwrap(call.body, call.headers).type == "video.completed"
    with pytest.raises(openai.InvalidWebhookSignatureError):
        client.webhooks.verify_signature(call.body + b" ", call.headers)


def test_a_cancelled_video_is_told_of_as_failed(start_server, receiver):
    server = start_server(WORKERS=0, TICK_TOKEN="0123456789abcdef",
                          WEBHOOK_TRUSTED_HOSTS=f"127.0.0.1:{receiver.port}")
    person = Person(server).has_credits_for(2)
    hook = endpoint(person, receiver, events=["video.failed"])
    video = order(person)
    ok(person.post(f"/v1/videos/{video['id']}/cancel"))
    time.sleep(1)
    assert receiver.calls == [], "nothing goes on by itself here"
    tick = {"Authorization": "Bearer 0123456789abcdef"}
    ok(person.call("POST", "/internal/tick", headers=tick))
    call, = receiver.wait_for(1)
    event = call.verified_by(hook["secret"])
    assert event["type"] == "video.failed" and event["data"]["error"]["code"] == "cancelled"


def test_low_credits_are_told_of_each_time_the_mark_is_passed(server, receiver):
    person = Person(server).has_credits_for(4)
    hook = endpoint(person, receiver, events=["credits.low"], credits_below=3 * CLIP_CREDITS)
    order(person)
    time.sleep(1)
    assert receiver.calls == [], "three clips' worth is not below three clips' worth"
    order(person)
    order(person)
    assert [call.verified_by(hook["secret"])["data"] for call in receiver.wait_for(1)] == [
        {"object": "credits", "balance": 2 * CLIP_CREDITS, "credits_below": 3 * CLIP_CREDITS}]
    person.buy()
    for _ in range(10):
        person.call("GET", "/v1/credits")
    assert len(receiver.calls) == 1


def test_only_what_was_asked_for_is_sent_and_only_to_its_owner(person, receivers, server):
    mine, other, off = receivers(), receivers(), receivers()
    endpoint(person, mine, events=["video.failed"])
    endpoint(Person(server), other)
    hook = endpoint(person, off)
    ok(person.call("PATCH", f"{HOOKS}/{hook['id']}", json={"enabled": False}))
    heard = endpoint(person, receiver := receivers())
    order(person)
    receiver.wait_for(1)
    ended(person, heard)
    assert mine.calls == other.calls == off.calls == []


# Again and again

def test_what_fails_is_sent_again_with_the_same_id_and_bytes(server, person, receiver):
    receiver.answers = [500, 302]
    receiver.headers = {"Location": "http://127.0.0.1:1/elsewhere"}
    hook = endpoint(person, receiver)
    order(person)
    receiver.wait_for(1)
    wait_until(lambda: log(person, hook)[0]["attempts"] == 1
               and log(person, hook)[0]["error"] == "response_status", 10, "the first try's end")
    delivery, = log(person, hook)
    assert delivery["status"] == "pending" and delivery["response_status"] == 500
    assert delivery["next_attempt_at"] >= delivery["created_at"] + 4
    receiver.wait_for(2, limit=20)  # after some five seconds, by itself
    hurry(server, hook)
    first, second, third = receiver.wait_for(3)
    assert first.id == second.id == third.id and first.body == second.body == third.body
    assert third.verified_by(hook["secret"])["type"] == "video.completed"
    delivery, = ended(person, hook)
    assert (delivery["status"], delivery["attempts"]) == ("delivered", 3)


def test_after_a_day_it_is_given_up_and_may_be_sent_again_by_hand(server, person, receiver):
    receiver.answers = [503, 503]
    hook = endpoint(person, receiver)
    order(person)
    receiver.wait_for(1)
    server.psql(f"""UPDATE public.webhook_deliveries SET give_up_at = now(), next_attempt_at = now()
        WHERE endpoint_id = '{uuid.UUID(hook["id"].removeprefix("we_"))}'""")
    delivery, = ended(person, hook)
    assert (delivery["status"], delivery["response_status"]) == ("failed", 503)
    again = f"{HOOKS}/{hook['id']}/deliveries/{delivery['id']}/retry"
    assert ok(person.post(again), 202)["status"] == "pending"
    first, _, third = receiver.wait_for(3)
    assert first.id == third.id
    assert wait_until(lambda: log(person, hook)[0]["status"] == "delivered", 10, "delivery")
    receiver.answers = [503]
    ok(person.post(again), 202)
    wait_until(lambda: log(person, hook)[0]["attempts"] == 1, 10, "the try")
    refused(person.post(again), 409, "not_finished")


def test_who_says_gone_hears_no_more(person, receiver):
    receiver.answers = [410]
    hook = endpoint(person, receiver)
    order(person)
    delivery, = ended(person, hook)
    assert (delivery["status"], delivery["response_status"]) == ("failed", 410)
    now = ok(person.get(f"{HOOKS}/{hook['id']}"))
    assert (now["enabled"], now["disabled_reason"]) == (False, "gone")
    on = ok(person.call("PATCH", f"{HOOKS}/{hook['id']}", json={"enabled": True}))
    assert (on["enabled"], on["disabled_reason"]) == (True, None)


def test_turning_off_ends_what_is_pending(person, receiver):
    receiver.answers = [500]
    hook = endpoint(person, receiver)
    order(person)
    receiver.wait_for(1)
    wait_until(lambda: log(person, hook)[0]["error"], 10, "the first try's end")
    ok(person.call("PATCH", f"{HOOKS}/{hook['id']}", json={"enabled": False}))
    assert [(one["status"], one["error"]) for one in log(person, hook)] == [
        ("failed", "endpoint_disabled")]


def test_a_slow_receiver_holds_nobody_else_up(person, receivers):
    slow, quick = receivers(), receivers()
    slow.delay = 8
    held = endpoint(person, slow)
    for _ in range(12):
        ok(person.post(f"{HOOKS}/{held['id']}/test"), 202)
    slow.wait_for(4)
    hook = endpoint(person, quick)
    ok(person.post(f"{HOOKS}/{hook['id']}/test"), 202)
    quick.wait_for(1, limit=5)
    assert len(slow.calls) == 4, "four at a time are the most for one"


def test_a_server_that_dies_while_sending_sends_again(start_server, receiver):
    server = start_server(WORKERS=1, WEBHOOK_TRUSTED_HOSTS="127.0.0.1")
    person = Person(server).has_credits_for(1)
    hook = endpoint(person, receiver)
    receiver.delay = 5
    ok(person.post(f"{HOOKS}/{hook['id']}/test"), 202)
    receiver.wait_for(1)
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    receiver.delay = 0
    server.start()
    server.psql("UPDATE public.webhook_deliveries SET lease_until = now() - interval '1 s'")
    first, second = receiver.wait_for(2)
    assert first.id == second.id and first.body == second.body
    assert ended(person, hook)[0]["attempts"] == 2


# Secrets

def test_a_new_secret_signs_beside_the_old_one_for_a_day(server, person, receiver):
    hook = endpoint(person, receiver)
    rolled = ok(person.post(f"{HOOKS}/{hook['id']}/secret"))
    assert rolled["secret"] not in (None, hook["secret"])
    test = f"{HOOKS}/{hook['id']}/test"
    ok(person.post(test), 202)
    call, = receiver.wait_for(1)
    assert call.verified_by(rolled["secret"]) == call.verified_by(hook["secret"])
    server.psql("UPDATE public.webhook_endpoints SET previous_secret_until = now() "
                "WHERE previous_secret IS NOT NULL")
    ok(person.post(test), 202)
    _, call = receiver.wait_for(2)
    assert call.verified_by(rolled["secret"])["type"] == "webhook.test"
    with pytest.raises(WebhookVerificationError):
        call.verified_by(hook["secret"])


def test_secrets_are_shown_once_and_never_leave(server, person, receiver):
    hook = endpoint(person, receiver)
    secret = hook["secret"]
    for path in (HOOKS, f"{HOOKS}/{hook['id']}"):
        assert secret not in person.get(path).text
    assert secret.encode() not in person.get("/v1/me/export").content
    assert secret not in server.log
    readable = server.rows("""
        SELECT column_name AS name FROM information_schema.column_privileges
        WHERE table_name = 'webhook_endpoints' AND grantee IN ('authenticated', 'anon')""")
    assert not {row["name"] for row in readable} & {
        "secret", "previous_secret", "previous_secret_until"}


# Where nothing may be sent

@pytest.mark.parametrize("url", [
    "http://example.com/hook", "https://10.0.0.1/hook", "https://[::1]/hook", "ftp://example.com/",
    "https://localhost:8443/", "https://169.254.169.254/latest", "https://a:b@example.com/",
    "https://printer.local/", "https://2130706433/", "https://0x7f.1/", "https://intranet/",
    "https://[::ffff:10.0.0.1]/", "nonsense", "", "https://example.com/#part",
    "https://example.com/" + "a" * 2000])
def test_an_address_that_cannot_be_public_is_refused(person, url):
    refused(person.post(HOOKS, json={"url": url}), 400, "invalid_request", "url")
    assert ok(person.get(HOOKS))["data"] == []


def test_a_name_that_leads_inside_is_refused_when_it_is_used(server, person, receiver):
    """As after a rebinding: at the registration nothing was wrong with it."""
    hook = endpoint(person, receiver)
    inside = f"https://localhost:{receiver.port}/hook"
    for address in (inside, inside.replace("localhost", "127.1")):
        server.psql(f"UPDATE public.webhook_endpoints SET url = '{address}' "
                    f"WHERE url LIKE '%:{receiver.port}/hook'")
        ok(person.post(f"{HOOKS}/{hook['id']}/test"), 202)
    for delivery in ended(person, hook, 2):
        assert (delivery["status"], delivery["error"]) == ("failed", "address_not_public")
    assert receiver.calls == []


def test_nobody_there_is_a_failed_connection(person, receivers):
    gone = receivers()
    hook = endpoint(person, gone)
    gone.close()
    ok(person.post(f"{HOOKS}/{hook['id']}/test"), 202)
    delivery, = ended(person, hook)
    assert (delivery["status"], delivery["error"], delivery["attempts"]) == (
        "failed", "connection_failed", 1)


# Whose they are

def test_another_persons_endpoint_is_not_there(server, person, receiver):
    hook = endpoint(person, receiver)
    ok(person.post(f"{HOOKS}/{hook['id']}/test"), 202)
    delivery, = ended(person, hook)
    stranger, path = Person(server), f"{HOOKS}/{hook['id']}"
    for method, at in (("GET", path), ("PATCH", path), ("DELETE", path), ("POST", path + "/test"),
                       ("POST", path + "/secret"), ("GET", path + "/deliveries"),
                       ("POST", f"{path}/deliveries/{delivery['id']}/retry")):
        body = {"json": {"enabled": False}} if method == "PATCH" else {}
        refused(stranger.call(method, at, **body), 404, "not_found")
    assert ok(person.get(path))["enabled"]


def test_a_key_cannot_see_to_webhooks(person, receiver):
    key = ok(person.post("/v1/api_keys", json={"name": "Script"}), 201)["key"]
    headers = {"Authorization": f"Bearer {key}"}
    refused(person.call("GET", HOOKS, headers=headers), 403, "forbidden")
    refused(person.call("POST", HOOKS, headers=headers, json={"url": receiver.url}), 403,
            "forbidden")


def test_ten_endpoints_are_the_most(person, receiver):
    for _ in range(10):
        endpoint(person, receiver)
    refused(person.post(HOOKS, json={"url": receiver.url}), 400, "invalid_request")
    hooks = ok(person.get(HOOKS))["data"]
    assert len(hooks) == 10
    assert ok(person.call("DELETE", f"{HOOKS}/{hooks[0]['id']}"))["deleted"]
    endpoint(person, receiver)


@pytest.mark.parametrize("fields, param", [
    ({"events": []}, "events"), ({"events": ["video.started"]}, "events"),
    ({"events": "video.failed"}, "events"), ({"credits_below": 0}, "credits_below"),
    ({"credits_below": 1.5}, "credits_below"), ({"url": 7}, "url"), ({"url": None}, "url")])
def test_a_field_that_is_wrong_is_named(person, receiver, fields, param):
    refused(person.post(HOOKS, json={"url": receiver.url} | fields), 400, "invalid_request", param)


def test_a_closed_account_hears_nothing(server, receiver):
    person = Person(server)
    endpoint(person, receiver)
    ok(person.call("DELETE", "/v1/me"))
    assert server.rows("SELECT count(*) AS count FROM public.webhook_endpoints "
                       f"WHERE url = '{receiver.url}'")[0]["count"] == 0
