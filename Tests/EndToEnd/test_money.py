"""Credits leave once and come back at most once, however many hands reach for them."""
import hashlib
import hmac
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from rig import pictures
from rig.audit import audit
from rig.person import CLIP, CLIP_CREDITS, Person, ok, refused


@pytest.fixture
def poor(idle_server):
    """Somebody new without credits, where jobs stay queued."""
    return Person(idle_server)


def at_once(count, act):
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda number: act(number), range(count)))


# Spending

def test_a_hundred_orders_at_once_spend_what_there_is_and_no_more(poor):
    poor.has_credits_for(3)
    answers = at_once(100, lambda number: requests.post(
        poor.server.url + "/v1/videos", json=CLIP | {"prompt": f"Clip {number}."},
        headers=poor.headers, timeout=60))
    taken = [answer for answer in answers if answer.status_code == 200]
    assert len(taken) == 3, sorted(answer.status_code for answer in answers)
    for answer in answers:
        if answer not in taken:
            error = refused(answer, 402, "insufficient_credits")
            assert error["required"] == CLIP_CREDITS and error["balance"] in (0, 20, 40)
    assert poor.balance == 0
    assert len(poor.entries("generation")) == 3
    assert len(ok(poor.get("/v1/videos"))["data"]) == 3
    audit(poor.server)


def test_without_credits_an_order_says_what_is_missing(poor):
    error = refused(poor.order(seconds="8"), 402, "insufficient_credits")
    assert (error["required"], error["balance"]) == (2 * CLIP_CREDITS, 0)
    assert error["type"] == "insufficient_quota"
    assert poor.ledger == [] and ok(poor.get("/v1/videos"))["data"] == []


def test_a_refused_order_keeps_no_photo(poor):
    answer = poor.post("/v1/videos", data=CLIP, files={
        "input_reference": ("mug.jpg", pictures.jpeg(300, 400))})
    refused(answer, 402, "insufficient_credits")
    assert ok(poor.get("/v1/files"))["data"] == []


def test_one_person_has_at_most_twenty_videos_under_way(poor):
    poor.has_credits_for(25)
    answers = at_once(25, lambda number: poor.order(prompt=f"Clip {number}."))
    refusals = [answer for answer in answers if answer.status_code != 200]
    assert len(refusals) == 5
    for answer in refusals:
        refused(answer, 429, "too_many_unfinished")
    assert poor.balance == 5 * CLIP_CREDITS


def test_a_video_under_way_is_neither_deleted_nor_downloaded(poor):
    poor.has_credits_for(1)
    video = poor.create()["id"]
    refused(poor.delete(f"/v1/videos/{video}"), 409, "not_finished")
    refused(poor.get(f"/v1/videos/{video}/content"), 409, "not_finished")
    assert poor.balance == 0


def test_credits_and_jobs_cannot_be_written_from_outside_the_ledger(poor):
    """The database itself refuses what no code of ours would do."""
    poor.has_credits_for(2)
    poor.create()
    user = f"(SELECT id FROM public.users WHERE email = '{poor.email}')"
    for attack in (
            f"UPDATE public.users SET balance = 1000 WHERE id = {user}",
            f"UPDATE public.credit_ledger SET amount = 1000 WHERE user_id = {user}",
            f"DELETE FROM public.credit_ledger WHERE user_id = {user}",
            "TRUNCATE public.credit_ledger CASCADE",
            f"UPDATE public.jobs SET status = 'failed', stage = 'done', error_code = 'cancelled' "
            f"WHERE user_id = {user}",
            f"INSERT INTO public.credit_ledger SELECT {user}, 9, 5, 5, 'grant', 'gap', NULL"):
        with pytest.raises(AssertionError, match="ERROR"):
            poor.server.psql(attack)
    audit(poor.server)


# Buying

def test_pressing_pay_again_and_again_buys_once(poor):
    checkout = poor.checkout()
    pay = checkout["url"] + "/pay"
    assert requests.post(pay, timeout=20).status_code == 200
    assert requests.post(pay, timeout=20).status_code == 200
    statuses = at_once(20, lambda _: requests.post(pay, timeout=30).status_code)
    assert set(statuses) == {200}
    assert poor.balance == 500 and len(poor.entries("purchase")) == 1


def test_twenty_first_presses_at_once_buy_once(poor):
    checkout = poor.checkout()
    statuses = at_once(20, lambda _: requests.post(checkout["url"] + "/pay", timeout=30))
    assert all(answer.status_code == 200 for answer in statuses)
    assert poor.balance == 500 and len(poor.entries("purchase")) == 1
    assert ok(poor.get(f"/v1/checkouts/{checkout['id']}"))["status"] == "paid"


def test_paying_and_cancelling_at_once_does_one_of_both(poor):
    for _ in range(5):
        before, checkout = poor.balance, poor.checkout()
        at_once(2, lambda number: requests.post(
            checkout["url"] + ("/pay", "/cancel")[number], timeout=30))
        status = ok(poor.get(f"/v1/checkouts/{checkout['id']}"))["status"]
        gained = poor.balance - before
        assert (status, gained) in (("paid", 500), ("expired", 0)), status
    audit(poor.server)


def test_a_cancelled_checkout_cannot_be_paid_on_its_page(poor):
    checkout = poor.checkout()
    # The button leads back to the studio, and the page says how it stands from then on.
    assert "cancelled=1" in poor.press("cancel", checkout).url
    page = requests.get(checkout["url"], timeout=10)
    assert page.status_code == 200 and "Cancelled" in page.text
    assert ok(poor.get(f"/v1/checkouts/{checkout['id']}"))["status"] == "expired"
    assert "/pay" not in page.text
    requests.post(checkout["url"] + "/pay", timeout=20)
    assert poor.balance == 0 and poor.ledger == []
    assert ok(poor.get(f"/v1/checkouts/{checkout['id']}"))["status"] == "expired"


def test_every_pack_gives_its_credits_for_its_price(poor):
    packs = ok(poor.get("/v1/credits/packs"))["data"]
    for pack in packs:
        before = poor.balance
        checkout = poor.checkout(pack["id"])
        page = requests.get(checkout["url"], timeout=10).text
        assert f"{pack['amount_cents'] / 100:.2f} {pack['currency'].upper()}" in page
        assert f"{pack['credits']} credits" in page
        poor.press("pay", checkout)
        assert poor.balance - before == pack["credits"]


def test_a_checkout_page_that_is_none_is_not_found(server):
    for path in ("/sandbox/checkout/cs_sandbox_nobody", "/sandbox/checkout/"):
        assert requests.get(server.url + path, timeout=10).status_code == 404
    refused(requests.post(server.url + "/sandbox/checkout/cs_nobody/pay", timeout=10), 404,
            "not_found")


# The webhook

def paid_event(session="cs_sandbox_x"):
    return json.dumps({
        "id": "evt_" + uuid.uuid4().hex, "object": "event", "type": "checkout.session.completed",
        "data": {"object": {"id": session, "mode": "payment", "currency": "usd",
                            "amount_subtotal": 500, "payment_status": "paid"}}}).encode()


def signed(body, secret, at=None):
    at = int(at or time.time())
    code = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"


def test_an_event_without_a_good_signature_changes_nothing(poor):
    checkout = poor.checkout()
    body = paid_event(checkout["url"].rsplit("/", 1)[1])
    now = int(time.time())
    signatures = [None, "", "nonsense", f"t={now}", "v1=00", f"t={now},v1=", f"t={now},v1=00",
                  f"t={now},v1={'0' * 64}", f"t=,v1={'0' * 64}", f"t={now},v0={'0' * 64}",
                  signed(body, "whsec_guess"), signed(body, ""), signed(body, "whsec_sandbox_"),
                  signed(body, "null"), "t=" + "9" * 400 + ",v1=00"]
    for signature in signatures:
        headers = {"Content-Type": "application/json"}
        if signature is not None:
            headers["Stripe-Signature"] = signature
        answer = requests.post(poor.server.url + "/webhooks/stripe", data=body, headers=headers,
                               timeout=10)
        refused(answer, 400, "invalid_request")
    assert poor.balance == 0 and poor.ledger == []
    assert ok(poor.get(f"/v1/checkouts/{checkout['id']}"))["status"] == "open"
    recorded = poor.server.rows(
        f"SELECT id FROM public.stripe_events WHERE payload::text LIKE '%{checkout['id'][9:]}%'")
    assert recorded == []


def test_a_large_event_is_refused(server):
    answer = requests.post(server.url + "/webhooks/stripe", data=b"x" * 1_100_000, timeout=10,
                           headers={"Stripe-Signature": "t=1,v1=00"})
    refused(answer, 413, "payload_too_large")


# Refunds

def test_a_job_whose_photo_is_lost_fails_and_is_refunded_once(start_server):
    server = start_server(WORKERS=0)
    person = Person(server)
    person.buy()
    file = person.upload(pictures.jpeg(600, 800))
    lost = person.create(input_reference={"file_id": file["id"]})
    other = person.create()
    assert person.balance == 500 - 2 * CLIP_CREDITS
    for path in server.objects.values():
        path.unlink()
    server.restart(WORKERS=2)
    failed = person.wait(lost)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "storage_failed")
    assert "credits are back" in failed["error"]["message"]
    assert person.wait(other)["status"] == "completed"
    kinds = [entry["kind"] for entry in person.ledger]
    assert sorted(kinds) == ["generation", "generation", "purchase", "refund"]
    assert person.balance == 500 - CLIP_CREDITS
    refund = person.entries("refund")[0]
    assert refund["amount"] == CLIP_CREDITS and refund["note"].startswith("Refund")
    refused(person.get(f"/v1/videos/{lost['id']}/content"), 404, "not_found")
    # A failed video can be put away; its refund stays.
    assert ok(person.delete(f"/v1/videos/{lost['id']}"))["deleted"] is True
    server.restart()
    assert len(person.entries("refund")) == 1
    # The photo is recorded and gone, which the audit of files would find.
    person.delete(f"/v1/files/{file['id']}")


def test_welcome_credits_are_given_once(start_server):
    server = start_server(WELCOME_CREDITS=40, WORKERS=0)
    person = Person(server)
    balances = at_once(10, lambda _: person.balance)
    assert set(balances) == {40}
    server.restart()
    again = Person(server, "other-" + person.email)
    assert person.balance == 40 and again.balance == 40
    assert [entry["kind"] for entry in person.ledger] == ["grant"]
