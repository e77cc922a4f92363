"""What may be ordered at the fake Stripe, and what buyers and their banks do then."""
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
import stripe
from stripe_fake import FakeStripe, Refusal
from stripe_orders import COMPLETED, FORM, KEY, SECRET, buy, client, order, paid, post, priced


@pytest.fixture
def fake():
    with FakeStripe(KEY, SECRET) as fake:
        yield fake


@pytest.fixture
def v1(fake):
    return client(fake)


LINE = "line_items[0]"


@pytest.mark.parametrize("changes, param, code", [
    ({"mode": None}, "mode", "parameter_missing"),
    ({"mode": "gift"}, "mode", None),
    ({"success_url": None}, "success_url", "parameter_missing"),
    ({"success_url": ""}, "success_url", "parameter_invalid_empty"),
    ({"success_url": "app.example"}, "success_url", "url_invalid"),
    ({"line_items": None}, "line_items", "parameter_missing"),
    ({"line_items": [{"quantity": 1}]}, LINE, None),
    ({"line_items": [{"quantity": 1, "price": "price_1"}]}, f"{LINE}[price]", "resource_missing"),
    (priced(1900, currency="xxx"), f"{LINE}[price_data][currency]", None),
    (priced(1900, quantity=0), f"{LINE}[quantity]", "parameter_invalid_integer"),
    (priced("19.00"), f"{LINE}[price_data][unit_amount]", "parameter_invalid_integer"),
    (priced(1900, product_data={"tax_code": "txcd_1"}), f"{LINE}[price_data][product_data][name]",
     "parameter_missing"),
    (priced(1900, colour="red"), f"{LINE}[price_data][colour]", "parameter_unknown"),
    (priced(49), None, "amount_too_small"),
    ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
    ({"client_reference_id": "x" * 201}, "client_reference_id", None),
    ({"customer_email": "nobody"}, "customer_email", "email_invalid"),
    ({"metadata": {"k" * 41: "v"}}, "metadata", None),
    ({"metadata": {"k": "v" * 501}}, "metadata[k]", None),
    ({"metadata": {str(n): "v" for n in range(51)}}, "metadata", None),
    ({"expires_at": "now+1799"}, "expires_at", None),
    ({"expires_at": "now+86401"}, "expires_at", None),
    ({"automatic_tax": {"enabled": "yes"}}, "automatic_tax[enabled]", None),
    ({"managed_payments": {"enabled": True}, "automatic_tax": {"enabled": True}},
     "automatic_tax", None),
    ({"managed_payments": {"enabled": True}, "payment_intent_data": {
        "shipping": {"name": "x", "address": {"line1": "x"}}}}, "payment_intent_data[shipping]",
     None),
    ({"expand": ["customer"]}, "expand", None),
])
def test_a_wrong_session_is_refused(changes, param, code):
    with FakeStripe(KEY, clock=lambda: 1_800_000_000) as fake:
        if str(changes.get("expires_at", "")).startswith("now"):
            changes = {"expires_at": 1_800_000_000 + int(changes["expires_at"][4:])}
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client(fake).checkout.sessions.create(order(**changes))
        assert (refused.value.http_status, refused.value.param, refused.value.code) == (
            400, param, code)
        assert fake.sessions == []


@pytest.mark.parametrize("changes", [
    priced(50), {"client_reference_id": "x" * 200}, {"expires_at": 1_800_001_800},
    {"expires_at": 1_800_086_400}, {"metadata": {f"{n:040}": "v" * 500 for n in range(50)}},
    {"managed_payments": {"enabled": True}, "payment_intent_data": {"metadata": {"order": "1"}}},
    {"allow_promotion_codes": True, "invoice_creation": {"enabled": True},
     "adaptive_pricing": {"enabled": False}, "customer_creation": "always",
     "after_expiration": {"recovery": {"enabled": True}}, "allowed_payment_method_types": ["card"],
     "consent_collection": {"terms_of_service": "required"}, "customer": "cus_1"},
])
def test_a_session_at_the_limits_is_accepted(changes):
    with FakeStripe(KEY, clock=lambda: 1_800_000_000) as fake:
        assert client(fake).checkout.sessions.create(order(**changes)).status == "open"


@pytest.mark.parametrize("behaviour, discount, total, tax", [
    ("exclusive", 0, 2280, 380), ("inclusive", 0, 1900, 317), ("exclusive", 900, 1200, 200)])
def test_tax_and_discounts_change_the_total_alone(fake, v1, behaviour, discount, total, tax):
    params = priced(1900, tax_behavior=behaviour) | {"automatic_tax": {"enabled": True}}
    fake.pay(v1.checkout.sessions.create(params).id, discount=discount)
    session = v1.checkout.sessions.list().data[0]
    assert (session.amount_subtotal, session.amount_total) == (1900, total)
    assert session.total_details.amount_tax == tax
    assert session.total_details.amount_discount == discount
    assert v1.charges.list().data[0].amount == total


# Payments

def test_a_payment_makes_its_objects_and_events(fake, v1):
    session = buy(fake, metadata={"a": "1"}, payment_intent_data={"metadata": {"b": "2"}})
    assert fake.pay(session)["status"] == "complete"
    session = v1.checkout.sessions.retrieve(session)
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    intent = v1.payment_intents.retrieve(session.payment_intent)
    charge = v1.charges.retrieve(intent.latest_charge)
    assert (intent.status, intent.amount_received, charge.paid) == ("succeeded", 1900, True)
    # A session's metadata stay with the session.
    assert intent.metadata.to_dict() == charge.metadata.to_dict() == {"b": "2"}
    assert [event["type"] for event in fake.events] == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", COMPLETED]
    snapshot = fake.events_of(COMPLETED)[0]
    assert snapshot["data"]["object"] == session.to_dict()
    assert snapshot["api_version"] == "2026-10-28.endive" and snapshot["object"] == "event"
    with pytest.raises(Refusal, match="is complete"):
        fake.pay(session.id)
    found = v1.checkout.sessions.list({"payment_intent": intent.id, "expand": [
        "data.payment_intent.latest_charge"]})
    assert found.data[0].payment_intent.latest_charge.id == charge.id


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_delayed_payment_is_unpaid_until_it_ends(fake, v1, succeeds):
    id = buy(fake)
    later = fake.pay_later(id)
    assert (later["status"], later["payment_status"]) == ("complete", "unpaid")
    assert v1.payment_intents.retrieve(later["payment_intent"]).status == "processing"
    ended = fake.delayed_success(id) if succeeds else fake.delayed_failure(id)
    assert ended["payment_status"] == ("paid" if succeeds else "unpaid")
    kind = "succeeded" if succeeds else "failed"
    assert fake.events[-1]["type"] == f"checkout.session.async_payment_{kind}"
    assert fake.events_of(COMPLETED)[0]["data"]["object"]["payment_status"] == "unpaid"
    with pytest.raises(Refusal):
        fake.delayed_success(id)


def test_a_free_order_has_no_payment(fake):
    session = fake.pay_free(buy(fake))
    assert (session["payment_status"], session["amount_total"], session["payment_intent"]) == (
        "no_payment_required", 0, None)
    assert session["amount_subtotal"] == 1900
    assert [event["type"] for event in fake.events] == [COMPLETED]


def test_a_declined_card_may_be_followed_by_another(fake, v1):
    id = buy(fake)
    intent = fake.decline(id)["payment_intent"]
    assert v1.payment_intents.retrieve(intent).status == "requires_payment_method"
    assert fake.pay(id)["payment_intent"] == intent
    assert [charge.status for charge in v1.charges.list({"payment_intent": intent}).data] == [
        "succeeded", "failed"]


def test_a_session_expires_by_the_clock():
    now = [1_800_000_000]
    with FakeStripe(KEY, clock=lambda: now[0]) as fake:
        id = buy(fake, expires_at=now[0] + 1800)
        now[0] += 1799
        assert client(fake).checkout.sessions.retrieve(id).status == "open"
        now[0] += 1
        assert client(fake).checkout.sessions.retrieve(id).status == "expired"
        assert [event["type"] for event in fake.events] == ["checkout.session.expired"]


def test_a_dispute_takes_its_course(fake, v1):
    intent = paid(fake)
    id = fake.dispute(intent, amount=1000, status="warning_needs_response")["id"]
    fake.update_dispute(id, "needs_response")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"
    fake.withdraw_funds(id)
    assert [m.amount for m in v1.disputes.retrieve(id).balance_transactions] == [-1000]
    with pytest.raises(Refusal):
        fake.withdraw_funds(id)
    fake.reinstate_funds(id)
    fake.close_dispute(id, "won")
    dispute = v1.disputes.list({"payment_intent": intent}).data[0]
    assert (dispute.id, dispute.status, dispute.amount) == (id, "won", 1000)
    assert v1.charges.retrieve(dispute.charge).disputed is True
    assert [event["type"] for event in fake.events[4:]] == [f"charge.dispute.{step}" for step in (
        "created", "updated", "funds_withdrawn", "funds_reinstated", "closed")]
    assert v1.refunds.create({"payment_intent": intent}).status == "succeeded"
    with pytest.raises(Refusal):
        fake.close_dispute(id, "lost")


# Pages, and the fake itself

def test_the_page_pays_and_sends_the_buyer_back(fake, v1):
    session = v1.checkout.sessions.create(order())
    page = requests.get(session.url, timeout=20)
    assert "19.00 USD" in page.text and "100 &lt;credits&gt;" in page.text
    for button in ("pay", "pay_later", "decline", "cancel"):
        assert f'<form method="post" action="/pay/{session.id}/{button}">' in page.text

    def press(button):
        answer = requests.post(f"{session.url}/{button}", allow_redirects=False, timeout=20)
        return answer.status_code, answer.headers.get("Location")

    assert press("cancel") == (303, "https://app.example/pricing")
    assert press("decline") == (303, session.url)
    assert v1.checkout.sessions.retrieve(session.id).status == "open"
    assert press("pay") == (303, f"https://app.example/done?session_id={session.id}")
    assert v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert press("pay") == (410, None) and press("steal") == (404, None)
    assert requests.get(session.url, timeout=20).status_code == 410
    session = v1.checkout.sessions.create(order())
    assert press("pay_later")[0] == 303
    assert fake.find(session.id)["payment_status"] == "unpaid"


def test_what_is_no_form_is_refused(fake):
    unlabelled = post(fake, "checkout/sessions", urlencode(FORM))
    assert unlabelled.status_code == 400 and "content type" in unlabelled.text
    assert post(fake, "checkout/sessions", {"mode": "x", "mode[a]": "y"}).status_code == 400
    assert post(fake, "subscriptions", FORM).json()["error"]["message"].startswith("Unrecognized")
    assert fake.sessions == []


def test_ids_repeat_with_a_seed_and_never_without(fake):
    def ids(seed):
        with FakeStripe(KEY, seed=seed) as other:
            return paid(other)

    assert ids(5) == ids(5)
    assert len({ids(None), ids(None), ids(6)}) == 3


def test_a_stopped_fake_answers_nobody():
    with requests.Session() as kept:
        with FakeStripe(KEY) as fake:
            assert kept.get(f"{fake.url}/v1/events", auth=(KEY, ""), timeout=20).ok
        with pytest.raises(requests.ConnectionError):
            kept.get(f"{fake.url}/v1/events", auth=(KEY, ""), timeout=20)


def test_it_runs_by_itself():
    folder = Path(__file__).resolve().parent
    with subprocess.Popen(
            [sys.executable, "-m", "stripe_fake", "--port", "0", "--key", KEY], text=True,
            stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(folder)}) as running:
        try:
            address = running.stdout.readline().split()[1]
            assert requests.post(
                f"{address}/checkout/sessions", FORM, auth=(KEY, ""), timeout=20).ok
            running.send_signal(signal.SIGTERM)
            assert running.wait(20) == 0
        finally:
            running.kill()
