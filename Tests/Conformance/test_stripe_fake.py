"""Stripe's own Python client, unmodified, takes the fake for Stripe."""
import sys
import time
import typing
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import stripe

import stripe_fake
from stripe_fake import FakeStripe, Faults
from stripe_orders import COMPLETED, FORM, KEY, SECRET, buy, client, order, paid, post
from webhook_receiver import WebhookReceiver


@pytest.fixture
def fake():
    with FakeStripe(KEY, SECRET) as fake:
        yield fake


@pytest.fixture
def v1(fake):
    return client(fake)


# Sessions

def test_a_session_is_created_retrieved_listed_and_expired(fake, v1):
    created = v1.checkout.sessions.create(order(
        client_reference_id="order-1", metadata={"pack": "p100"}, customer_email="a@b.example"))
    assert (created.status, created.payment_status, created.payment_intent) == (
        "open", "unpaid", None)
    assert (created.amount_subtotal, created.amount_total, created.currency) == (1900, 1900, "usd")
    assert created.url == f"{fake.url}/pay/{created.id}" and created.livemode is False
    assert (created.client_reference_id, created.metadata["pack"], created.customer_email) == (
        "order-1", "p100", "a@b.example")
    assert v1.checkout.sessions.retrieve(created.id).to_dict() == created.to_dict()
    other = v1.checkout.sessions.create(order())
    assert [one.id for one in v1.checkout.sessions.list().data] == [other.id, created.id]
    expired = v1.checkout.sessions.expire(created.id)
    assert (expired.status, expired.url) == ("expired", None)
    still_open = v1.checkout.sessions.list({"status": "open"})
    assert [one.id for one in still_open.data] == [other.id]
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        v1.checkout.sessions.expire(created.id)
    with pytest.raises(stripe.InvalidRequestError) as missing:
        v1.checkout.sessions.retrieve("cs_test_none")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")


def test_objects_have_the_fields_of_the_clients_types(fake, v1):
    session = buy(fake)
    intent = v1.payment_intents.retrieve(fake.pay(session)["payment_intent"])
    fake.refund(intent.id, 100)
    fake.dispute(intent.id)
    for thing in (v1.checkout.sessions.retrieve(session), intent, v1.charges.list().data[0],
                  v1.refunds.list().data[0], v1.disputes.list().data[0], v1.events.list().data[0]):
        fields = {name: kind for name, kind in type(thing).__annotations__.items()
                  if typing.get_origin(kind) is not typing.ClassVar}
        values = thing.to_dict()
        assert set(values) <= set(fields), set(values) - set(fields)
        needed = {name for name, kind in fields.items() if type(None) not in typing.get_args(kind)}
        assert {name for name in needed if values.get(name) is None} == set(), thing.object


# Refunds and disputes

def test_partial_refunds_add_up_on_the_charge(fake, v1):
    intent = paid(fake)
    first = v1.refunds.create({"payment_intent": intent, "amount": 500,
                               "reason": "requested_by_customer", "metadata": {"why": "x"}})
    assert (first.status, first.amount, first.payment_intent) == ("succeeded", 500, intent)
    second = v1.refunds.create({"charge": first.charge})
    assert second.amount == 1400
    assert [one.id for one in v1.refunds.list({"payment_intent": intent}).data] == [
        second.id, first.id]
    assert v1.refunds.retrieve(first.id).metadata["why"] == "x"
    charges = [event["data"]["object"] for event in fake.events_of("charge.refunded")]
    assert [(one["amount_refunded"], one["refunded"]) for one in charges] == [
        (500, False), (1900, True)]
    assert all("refunds" not in one for one in charges)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize("params, param", [
    ({"amount": 1901}, "amount"), ({"amount": 0}, "amount"), ({"charge": "ch_1"}, None),
    ({"payment_intent": "pi_none"}, "payment_intent"), ({"reason": "mood"}, "reason"),
    ({"refunds": 1}, "refunds")])
def test_a_wrong_refund_is_refused(fake, v1, params, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v1.refunds.create({"payment_intent": paid(fake)} | params)
    assert (refused.value.http_status, refused.value.param) == (400, param)
    assert fake.all("refund") == []


def test_a_pending_refund_may_be_canceled_fail_or_succeed(fake, v1):
    fake.refund_status = "pending"
    intent = paid(fake)
    ids = [v1.refunds.create({"payment_intent": intent, "amount": 100}).id for _ in range(3)]
    charge = v1.payment_intents.retrieve(intent).latest_charge
    assert v1.charges.retrieve(charge).amount_refunded == 300
    assert v1.refunds.cancel(ids[0]).status == "canceled"
    assert fake.refund_fail(ids[1])["failure_reason"]
    assert fake.refund_succeed(ids[2])["status"] == "succeeded"
    assert v1.charges.retrieve(charge).amount_refunded == 100
    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded"):
        v1.refunds.cancel(ids[2])
    told = [(event["type"], event["data"]["object"]["status"]) for event in fake.events
            if event["type"].startswith("refund.") and event["type"] != "refund.created"]
    assert told == [("refund.updated", "canceled"), ("refund.updated", "failed"),
                    ("refund.failed", "failed"), ("refund.updated", "succeeded")]
    fake.refund_fail(ids[2])
    assert v1.charges.retrieve(charge).amount_refunded == 0


# Lists

def test_events_are_found_by_type_time_and_page(v1, fake):
    for _ in range(7):
        fake.pay(buy(fake))
    wanted = {"types": [COMPLETED, "charge.succeeded"], "limit": 3}
    found = list(v1.events.list(wanted).auto_paging_iter())
    assert Counter(event.type for event in found) == {COMPLETED: 7, "charge.succeeded": 7}
    newest_first = [e["id"] for e in reversed(fake.events) if e["type"] in wanted["types"]]
    assert [event.id for event in found] == newest_first
    page = v1.events.list(wanted | {"ending_before": newest_first[5]})
    assert [event.id for event in page.data] == newest_first[2:5] and page.has_more
    back = list(v1.events.list(wanted | {"ending_before": newest_first[-1]}).auto_paging_iter())
    assert [event.id for event in back] == newest_first[:-1][::-1]
    assert len(v1.events.list().data) == 10
    assert v1.events.retrieve(newest_first[0]).data.object.id.startswith("cs_test_")
    assert v1.events.list({"type": COMPLETED, "limit": 7}).has_more is False
    created = found[0].created
    assert v1.events.list({"created": {"gt": created}}).data == []
    assert v1.events.list({"created": {"lt": found[-1].created}}).data == []
    assert len(v1.events.list({"created": {"gte": found[-1].created}, "limit": 100}).data) == 28


@pytest.mark.parametrize("params, param", [
    ({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"starting_after": "evt_0"},
     "starting_after"), ({"colour": "red"}, "colour"), ({"created": {"about": 1}},
     "created[about]")])
def test_a_wrong_list_is_refused(v1, params, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v1.events.list(params)
    assert refused.value.param == param


# Keys

def test_a_wrong_key_is_refused(fake):
    with pytest.raises(stripe.AuthenticationError):
        client(fake, "sk_test_other").events.list()
    assert requests.get(f"{fake.url}/v1/events", timeout=20).status_code == 401
    assert requests.get(f"{fake.url}/v1/events", auth=(KEY, ""), timeout=20).status_code == 200


def test_requests_are_kept_with_their_version_and_name_themselves_in_events(fake, v1):
    id = buy(fake)
    v1.checkout.sessions.expire(id, options={"idempotency_key": "key-1"})
    request = fake.requests[-1]
    assert (request.method, request.path, request.status, request.idempotency_key) == (
        "POST", f"/v1/checkout/sessions/{id}/expire", 200, "key-1")
    assert request.version == "2026-10-28.endive"
    assert fake.requests[0].params["line_items"]["0"]["price_data"]["unit_amount"] == "1900"
    assert fake.events[0]["request"] == {"id": request.id, "idempotency_key": "key-1"}
    fake.pay(buy(fake))
    assert fake.events[-1]["request"] == {"id": None, "idempotency_key": None}


def test_the_same_idempotency_key_gives_the_same_session(fake, v1):
    options = {"idempotency_key": "order-1"}
    first = v1.checkout.sessions.create(order(), options)
    fake.pay(first.id)
    again = v1.checkout.sessions.create(order(), options)
    assert again.to_dict() == first.to_dict() and len(fake.sessions) == 1
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.last_response.headers
    for call in (lambda: v1.checkout.sessions.create(order(locale="de"), options),
                 lambda: v1.refunds.create({"payment_intent": "pi_1"}, options)):
        with pytest.raises(stripe.IdempotencyError) as refused:
            call()
        assert refused.value.http_status == 400
    assert len(fake.sessions) == 1


def test_refused_parameters_do_not_use_up_a_key(fake, v1):
    options = {"idempotency_key": "order-1"}
    with pytest.raises(stripe.InvalidRequestError):
        v1.checkout.sessions.create(order(mode="gift"), options)
    assert v1.checkout.sessions.create(order(), options).status == "open"


def test_a_key_is_forgotten_after_a_day():
    now = [1_800_000_000]
    with FakeStripe(KEY, clock=lambda: now[0]) as fake:
        first = post(fake, "checkout/sessions", FORM, key="k").json()["id"]
        now[0] += 24 * 60 * 60
        assert post(fake, "checkout/sessions", FORM, key="k").json()["id"] == first
        now[0] += 1
        assert post(fake, "checkout/sessions", FORM, key="k").json()["id"] != first


def test_a_key_in_use_is_refused_and_works_once(fake):
    fake.pause_requests()
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(post, fake, "checkout/sessions", FORM, key="k") for _ in range(8)]
        deadline = time.monotonic() + 10
        while sum(call.done() for call in calls) < 7:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        fake.resume_requests()
        answers = [call.result() for call in calls]
    assert Counter(answer.status_code for answer in answers) == {409: 7, 200: 1}
    assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {
        "idempotency_key_in_use"}
    assert len(fake.sessions) == 1
    assert post(fake, "checkout/sessions", FORM, key="k").status_code == 200


def test_an_error_after_the_work_is_kept(fake, v1):
    fake.faults = Faults.only(error_after_commit=1)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            v1.checkout.sessions.create(order(), {"idempotency_key": "k"})
        assert failed.value.http_status == 500
    fake.faults = None
    with pytest.raises(stripe.APIError) as failed:
        v1.checkout.sessions.create(order(), {"idempotency_key": "k"})
    assert failed.value.headers["idempotent-replayed"] == "true"
    assert len(fake.sessions) == 1
    assert v1.checkout.sessions.list().data[0].id == fake.sessions[0]["id"]


def test_a_refused_request_does_nothing_and_keeps_nothing(fake, v1):
    fake.faults = Faults.only(refuse=1)
    kinds = set()
    for _ in range(20):
        with pytest.raises((stripe.RateLimitError, stripe.APIError)) as refused:
            v1.checkout.sessions.create(order(), {"idempotency_key": "k"})
        kinds.add(refused.value.http_status)
    assert kinds == {429, 503} and fake.sessions == []
    fake.faults = None
    assert v1.checkout.sessions.create(order(), {"idempotency_key": "k"}).status == "open"


# Webhooks

def test_signatures_are_those_of_the_official_client():
    body = ('{"id":"evt_1","object":"event","type":"checkout.session.completed","data":{"object":'
            '{"id":"cs_1","object":"checkout.session"}}}')
    header = stripe_fake.signature(body.encode(), SECRET, 1763800000)
    assert header == stripe.WebhookSignature.generate_signature_header(body, SECRET, 1763800000)
    assert header.endswith("23fc108d1b863905b198a1bfa305418303d9a2a9d3cdcdff079f08102b7af7b3")


def test_the_official_client_accepts_deliveries_and_no_changed_byte():
    with WebhookReceiver() as receiver, FakeStripe(
            KEY, SECRET, webhook_url=receiver.url) as fake:
        fake.rolling_secret = "whsec_2"
        session = fake.pay(buy(fake, metadata={"name": "Zoë"}))
        fake.settle()
        [received] = receiver.received
        assert fake.deliver(fake.events[-1], secret="whsec_3", timestamp=1) == 200
        other = receiver.received[-1]
        assert other.signature == stripe_fake.signature(other.body, "whsec_3", 1)
    for secret in (SECRET, "whsec_2"):
        event = stripe.Webhook.construct_event(received.body, received.signature, secret)
        assert (event.type, event.data.object.id) == (COMPLETED, session["id"])
    assert received.signature.count("v1=") == 2 and "Zoë".encode() in received.body
    refused = [(received.body.replace(b"paid", b"free"), SECRET), (received.body, "whsec_3"),
               (received.body + b"\n", SECRET)]
    for body, secret in refused:
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, received.signature, secret)
