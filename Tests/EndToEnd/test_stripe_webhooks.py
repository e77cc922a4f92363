"""What arrives at the webhook: who may say something there, and what is none of ours."""
import json
import time
import uuid

import pytest
import requests
import stripe
from stripe_fake import FakeStripe, signature
from stripe_fake.endpoint import body_of
from stripe_orders import client, order

from rig.person import refused
from rig.shop import SECRET, Shop, account, keys, open_shop, session_of
from rig.wire import Wire

TOLERANCE = 300
LIMIT = 1_000_000


@pytest.fixture(scope="module")
def shop():
    with open_shop() as shop:
        yield shop


@pytest.fixture
def buyer(shop):
    return shop.customer()


@pytest.fixture
def unheard(shop, buyer):
    """An event about a payment of the buyer's that was never sent."""
    session = buyer.open_session()
    with buyer.unheard():
        shop.fake.pay(session)
    return shop.event("checkout.session.completed", session)


def send(shop, body, header):
    return requests.post(
        shop.server.url + "/webhooks/stripe", data=body, timeout=20,
        headers={"Stripe-Signature": header, "Content-Type": "application/json"})


def official(body, secret=SECRET, timestamp=None):
    """A signature by Stripe's own client."""
    return stripe.WebhookSignature.generate_signature_header(
        body.decode(), secret, timestamp and int(timestamp))


# Signatures

def test_the_official_signature_is_accepted(shop, buyer, unheard):
    body = body_of(unheard)
    answer = send(shop, body, official(body))
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert buyer.balance == 500


@pytest.mark.parametrize("compact", [True, False])
def test_the_bytes_are_what_is_signed_however_they_are_written(shop, buyer, unheard, compact):
    body = json.dumps(unheard, separators=(",", ":")).encode() if compact else (
        b"\n\t " + json.dumps(unheard, indent=8, sort_keys=True).encode() + b"\r\n")
    assert send(shop, body, official(body)).status_code == 200
    assert buyer.balance == 500


@pytest.mark.parametrize("age", [0, TOLERANCE - 20, 20 - TOLERANCE])
def test_a_signature_may_be_some_minutes_off(shop, buyer, unheard, age):
    assert shop.fake.deliver(unheard, timestamp=int(time.time() - age)) == 200
    assert buyer.balance == 500


@pytest.mark.parametrize("age", [TOLERANCE + 20, -TOLERANCE - 20, 86_400, -86_400, 1_750_000_000])
def test_a_signature_of_another_time_is_refused(shop, buyer, unheard, age):
    body = body_of(unheard)
    answer = send(shop, body, official(body, timestamp=max(1, time.time() - age)))
    refused(answer, 400, "invalid_request")
    assert buyer.balance == 0 and shop.recorded(unheard) is None


def test_a_changed_body_is_refused(shop, buyer, unheard):
    body = body_of(unheard)
    header = official(body)
    for changed in (body + b" ", body[:-1], body.replace(b'"paid"', b'"Paid"'), body.upper(), b""):
        refused(send(shop, changed, header), 400, "invalid_request")
    assert buyer.balance == 0 and shop.recorded(unheard) is None
    assert send(shop, body, header).status_code == 200


@pytest.mark.parametrize("secret", ["whsec_other", SECRET + "x", SECRET[:-1], "", "whsec_",
                                    SECRET.removeprefix("whsec_")])
def test_another_secret_is_refused(shop, buyer, unheard, secret):
    body = body_of(unheard)
    refused(send(shop, body, signature(body, secret or "\0")), 400, "invalid_request")
    refused(send(shop, body, signature(body, "whsec_other", rolling_secret=secret or "\0")),
            400, "invalid_request")
    assert buyer.balance == 0


def test_one_good_signature_among_others_is_enough(shop, buyer, unheard):
    body = body_of(unheard)
    good = signature(body, SECRET)
    stamp, code = good.split(",")
    assert send(shop, body, f"{stamp},v1={'0' * 64},v0=1,{code},v2=new").status_code == 200
    assert buyer.balance == 500


def test_while_a_secret_is_rolled_both_are_good(start_server):
    with FakeStripe("sk_test_rolling", "whsec_new") as fake:
        fake.rolling_secret = "whsec_old"
        server = start_server(
            WORKERS=0, **keys(fake) | {"STRIPE_WEBHOOK_SECRET": "whsec_old"})
        shop = Shop(server, fake)
        buyer = shop.customer()
        buyer.buy()
        assert buyer.balance == 500, "the server knows the old one only"
        server.restart(STRIPE_WEBHOOK_SECRET="whsec_old, whsec_new")
        for secret in ("whsec_old", "whsec_new"):
            session = buyer.buy_unheard()
            event = shop.event("checkout.session.completed", session)
            assert fake.deliver(event, secret=secret) == 200
        assert buyer.balance == 1500
        assert fake.deliver(event, secret="whsec_old, whsec_new") == 400
        server.restart(STRIPE_WEBHOOK_SECRET="whsec_new")
        assert fake.deliver(event, secret="whsec_old") == 400
        assert fake.deliver(event, secret="whsec_new") == 200
        assert buyer.balance == 1500


# Shapes

def test_a_header_given_twice_is_refused(shop, buyer, unheard):
    body = body_of(unheard)
    header = official(body)
    with Wire(shop.server) as wire:
        wire.send(b"POST /webhooks/stripe HTTP/1.1\r\nHost: studio.test\r\n"
                  + f"Content-Length: {len(body)}\r\n".encode()
                  + 2 * f"Stripe-Signature: {header}\r\n".encode() + b"\r\n" + body)
        status, _, answer = wire.answer()
    assert (status, json.loads(answer)["error"]["code"]) == (400, "invalid_request")
    assert buyer.balance == 0


def thin():
    return {"id": "evt_" + uuid.uuid4().hex, "object": "v2.core.event",
            "type": "v1.charge.refunded", "created": "2026-11-01T00:00:00.000Z", "livemode": False,
            "related_object": {"id": "ch_1", "type": "charge", "url": "/v1/charges/ch_1"}}


@pytest.mark.parametrize("body", [
    json.dumps(thin()).encode(), b"", b"{}", b"[]", b"null", b"no JSON", b"\xff\xfe", b"{\"id\":",
    b'{"object":"event"}', b'{"object":"event","id":7,"type":"refund.created"}',
    b'{"object":"event","id":"","type":"refund.created","data":{"object":{}}}',
    json.dumps({"object": "event", "id": "e" * 256, "type": "ping", "data": {}}).encode(),
    json.dumps({"object": "event", "id": "evt_nul", "type": "a\0b", "data": {}}).encode(),
    b'{"object":"event","id":"evt_deep","type":"ping","data":' + b"[" * 9000 + b"]" * 9000 + b"}",
], ids=["thin", "empty", "no fields", "list", "null", "text", "no UTF-8", "cut off", "no id",
        "a number's id", "an empty id", "a long id", "a NUL", "nested"])
def test_what_is_no_snapshot_event_is_refused(shop, body):
    before = shop.server.rows("SELECT count(*) AS n FROM public.stripe_events")
    refused(send(shop, body, signature(body, SECRET)), 400, "invalid_request")
    assert shop.server.rows("SELECT count(*) AS n FROM public.stripe_events") == before


@pytest.mark.parametrize("value", [b"1e999999", b'"\\ud800"', b'"' + b"a" * 900_000 + b'"',
                                   b"123456789012345678901234567890.5", b'{"":{"":null}}'])
def test_odd_values_are_taken_or_refused_but_break_nothing(shop, value):
    name = "evt_" + uuid.uuid4().hex
    body = b'{"object":"event","id":"%s","type":"ping","data":{"object":%s}}' % (
        name.encode(), value)
    answer = send(shop, body, signature(body, SECRET))
    assert answer.status_code in (200, 400), answer.text
    recorded = shop.recorded({"id": name})
    assert bool(recorded and recorded["applied_at"]) == (answer.status_code == 200)


def test_a_huge_body_is_refused_before_it_is_read(shop):
    with Wire(shop.server) as wire:
        wire.send_head("POST", "/webhooks/stripe", {
            "Content-Length": 10 ** 12, "Stripe-Signature": "t=1,v1=00"})
        status, _, answer = wire.answer()
    assert (status, json.loads(answer)["error"]["code"]) == (413, "payload_too_large")
    body = b"x" * (LIMIT + 1)
    refused(send(shop, body, signature(body, SECRET)), 413, "payload_too_large")


# Nothing of ours

def of_another_product(shop, **changes):
    """A paid session that something else sells through the same account."""
    params = order(**changes)
    session = client(shop.fake, shop.fake.secret_key).checkout.sessions.create(params).id
    shop.fake.pay(session)
    return session


@pytest.mark.parametrize("changes", [
    {}, {"metadata": {"plan": "gold"}}, {"client_reference_id": "customer-17"},
    {"client_reference_id": str(uuid.uuid4()), "metadata": {"shop": "another"}}],
    ids=["unmarked", "labelled", "with its own reference", "with a uuid for reference"])
def test_what_another_product_sells_is_left_alone(shop, changes):
    fake = shop.fake
    session = of_another_product(shop, **changes)
    refund = fake.refund(session, 500)
    dispute = fake.dispute(session, 100)
    warning = fake.warn_of_fraud(session)
    fake.settle()
    charge = fake.state.charge_of(session)["id"]
    mine = [event for event in fake.events if event["data"]["object"]["id"] in (
        session, refund["id"], dispute["id"], warning["id"], charge)
        and event["type"] in fake.enabled_events]
    assert len(mine) == 5
    assert fake.undelivered == [], "all were answered with 200"
    for event in mine:
        shop.await_applied(event)
    assert shop.server.rows("SELECT id FROM public.purchase_reversals WHERE id IN "
                            f"('{refund['id']}', '{dispute['id']}')") == []
    report = shop.server.run("reconcile")
    assert session not in report.stdout and refund["id"] not in report.stdout, report.stdout


@pytest.mark.parametrize("kind", ["ping", "payment_intent.succeeded", "invoice.paid"])
def test_an_event_of_a_kind_we_leave_alone_is_taken(shop, buyer, kind):
    session = buyer.open_session()
    event = shop.fake.emit(kind, shop.fake.find(session))
    assert shop.fake.deliver(event) == 200
    assert shop.recorded(event)["applied_at"] and buyer.balance == 0


def test_a_live_payment_buys_nothing_in_test_mode(shop, buyer, unheard):
    unheard["data"]["object"]["livemode"] = unheard["livemode"] = True
    assert shop.fake.deliver(unheard) == 200
    assert "a real payment" in shop.to_review[unheard["id"]] and buyer.balance == 0


# Nobody's, and the same in every process that collects these tests.
SOMEBODY = "5f0c7a1e-93d8-4b6e-a2c4-d817f6b93e02"


@pytest.mark.parametrize("field, value, reason", [
    ("amount_subtotal", 1, "subtotal"), ("currency", "eur", "currency"), ("mode", "setup", "mode"),
    ("client_reference_id", SOMEBODY, "client_reference_id"),
    ("metadata", {"user_id": SOMEBODY}, "user_id"),
    ("payment_status", "no_payment_required", "payment_status")])
def test_a_payment_that_does_not_fit_waits_for_a_person(shop, buyer, unheard, field, value, reason):
    unheard["data"]["object"][field] = value
    assert shop.fake.deliver(unheard) == 200
    assert reason in shop.to_review[unheard["id"]]
    assert buyer.ledger == [] and buyer.purchases[0]["status"] == "open"


def test_an_event_again_and_again_gives_credits_once(shop, buyer):
    checkout = buyer.checkout()
    shop.fake.pause_delivery()
    shop.fake.pay(session_of(checkout))
    event = shop.event("checkout.session.completed", session_of(checkout))
    assert shop.fake.deliver_together(*[event] * 20) == [200] * 20
    shop.fake.resume()
    shop.fake.settle()
    assert shop.fake.redeliver(event["id"]) == 200
    assert buyer.balance == 500 and len(buyer.ledger) == 1
    assert shop.recorded(event)["attempts"] == 1


def test_the_same_payment_by_many_events_gives_credits_once(shop, buyer, unheard):
    copies = [unheard | {"id": "evt_" + uuid.uuid4().hex} for _ in range(10)]
    assert shop.fake.deliver_together(*copies) == [200] * 10
    assert buyer.balance == 500 and len(buyer.ledger) == 1


@pytest.fixture
def fake():
    with account() as fake:
        yield fake


def test_where_payments_are_the_sandboxs_nobody_else_may_report(start_server, fake):
    server = start_server(WORKERS=0)
    shop = Shop(server, fake, is_reached=False)
    buyer = shop.customer()
    checkout = buyer.checkout()
    event = {"id": "evt_guess", "object": "event", "type": "checkout.session.completed",
             "data": {"object": fake.all("checkout.session")}}
    for secret in (SECRET, "whsec_sandbox_", "whsec_sandbox"):
        assert fake.deliver(event, secret=secret) == 400
    assert buyer.look(checkout)["status"] == "open" and buyer.balance == 0
