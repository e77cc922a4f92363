"""Packs are bought at Stripe: whatever the buyer and Stripe do, one payment gives credits once."""
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from stripe_fake import FakeStripe
from stripe_fake.faults import RequestFaults

from rig.audit import audit
from rig.person import ok, refused
from rig.server import free_port, wait_until
from rig.shop import (
    KEY, PACKS, SECRET, Planned, Shop, account, keys, open_shop, purchase_id, refusals, session_of)

VERSION = "2026-10-28.endive"
HOUR = 3600


@pytest.fixture(scope="module")
def shop():
    with open_shop() as shop:
        yield shop


@pytest.fixture
def fake():
    with account() as fake:
        yield fake


@pytest.fixture
def buyer(shop):
    yield shop.customer()
    shop.fake.faults = None


def at_once(count, act):
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: act(), range(count)))


def click_at_once(buyer, count):
    """Clicks that do not wait for each other. Their answers."""
    return at_once(count, lambda: requests.post(
        buyer.server.url + "/v1/checkouts", headers=buyer.headers, json={"pack": "starter"},
        timeout=60))


# Paying

@pytest.mark.parametrize("pack", PACKS)
def test_a_paid_pack_gives_its_credits(shop, buyer, pack):
    credits, cents = PACKS[pack]
    checkout = buyer.checkout(pack)
    assert (checkout["status"], checkout["pack"], checkout["credits"]) == ("open", pack, credits)
    assert abs(checkout["expires_at"] - time.time() - HOUR) < 60
    shop.fake.pay(session_of(checkout))
    shop.fake.settle()
    assert buyer.balance == credits
    assert buyer.look(checkout)["status"] == "paid"
    [entry] = buyer.ledger
    assert (entry["kind"], entry["amount"], entry["seq"]) == ("purchase", credits, 1)
    assert entry["note"] == f"{pack.capitalize()}: {credits} credits"
    assert entry["subject"] == checkout["id"]
    [purchase] = buyer.purchases
    assert (purchase["paid_cents"], purchase["amount_cents"]) == (cents, cents)
    assert purchase["payment_intent"] == shop.fake.find(session_of(checkout))["payment_intent"]


def test_stripe_is_asked_for_exactly_what_was_clicked(shop, buyer):
    checkout = buyer.checkout("creator")
    request = shop.openings[-1]
    assert request.version == VERSION
    assert request.idempotency_key == purchase_id(checkout)
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    [user] = shop.server.rows(f"SELECT id FROM public.users WHERE email = '{buyer.email}'")
    labels = {"order_id": purchase_id(checkout), "user_id": user["id"], "pack": "creator",
              "credits": "1300"}
    back = way_back(shop, checkout)
    expiry = request.params.pop("expires_at")
    assert request.params == {
        "mode": "payment", "client_reference_id": purchase_id(checkout),
        "customer_email": buyer.email, "adaptive_pricing": {"enabled": "false"},
        "success_url": back, "cancel_url": back + "&cancelled=1",
        "line_items": {"0": {"quantity": "1", "price_data": {
            "currency": "usd", "unit_amount": "1200", "product_data": {
                "name": "Creator: 1300 credits", "tax_code": "txcd_10105001"}}}},
        "metadata": labels, "payment_intent_data": {"metadata": labels}}
    assert int(expiry) == checkout["expires_at"]


def way_back(shop, checkout):
    """The studio's page that says how a purchase ended."""
    return f"{shop.server.url}/studio/#/credits?checkout={checkout['id']}"


def test_the_page_sends_the_buyer_back_to_the_studio(shop, buyer):
    checkout = buyer.checkout()
    answer = requests.post(checkout["url"] + "/pay", allow_redirects=False, timeout=20)
    assert answer.headers["location"] == way_back(shop, checkout)
    shop.fake.settle()
    assert buyer.balance == 500


@pytest.mark.parametrize("options, form, total", [
    ({"STRIPE_AUTOMATIC_TAX": 1}, {"automatic_tax": {"enabled": "true"}}, 600),
    ({"STRIPE_MANAGED_PAYMENTS": 1}, {"managed_payments": {"enabled": "true"}}, 600),
    ({"STRIPE_PROMOTION_CODES": 1}, {"allow_promotion_codes": "true"}, 500)])
def test_an_option_is_passed_on_and_changes_no_credits(start_server, fake, options, form, total):
    shop = Shop(start_server(WORKERS=0, **keys(fake), **options), fake)
    buyer = shop.customer()
    session = buyer.buy()
    params = shop.openings[-1].params
    assert form.items() <= params.items()
    behaviour = params["line_items"]["0"]["price_data"].get("tax_behavior")
    assert behaviour == ("exclusive" if "automatic_tax" in form else None)
    assert shop.purchase(session)["paid_cents"] == total
    assert buyer.balance == 500
    fake.refund(session)
    fake.settle()
    assert buyer.balance == 0, "tax goes back too, and no more credits than were given"
    if "allow_promotion_codes" not in form:
        return
    free = buyer.open_session()
    fake.pay_free(free)
    fake.settle()
    assert buyer.balance == 500 and shop.purchase(free)["paid_cents"] == 0


def test_a_pack_for_nothing_waits_for_a_person_where_promotions_are_off(shop, buyer):
    session = buyer.open_session()
    shop.fake.pay_free(session)
    shop.fake.settle()
    event = shop.event("checkout.session.completed", session)
    assert "no_payment_required" in shop.to_review[event["id"]]
    assert buyer.balance == 0


def test_a_declined_card_leaves_the_page_open(shop, buyer):
    checkout = buyer.checkout()
    shop.fake.decline(session_of(checkout))
    shop.fake.settle()
    assert buyer.balance == 0 and buyer.checkout() == checkout
    shop.fake.pay(session_of(checkout))
    shop.fake.settle()
    assert buyer.balance == 500


# Clicking

def test_a_second_click_comes_to_the_same_page(shop, buyer):
    before = len(shop.openings)
    assert buyer.checkout() == buyer.checkout()
    assert len(shop.openings) == before + 1
    assert len(buyer.purchases) == 1


def test_ten_clicks_at_once_are_one_purchase(shop, buyer):
    answers = [ok(answer, 201) for answer in click_at_once(buyer, 10)]
    assert len({(answer["id"], answer["url"]) for answer in answers}) == 1
    keys = {request.idempotency_key for request in shop.openings}
    assert purchase_id(answers[0]) in keys
    assert [session["client_reference_id"] for session in shop.fake.sessions].count(
        purchase_id(answers[0])) == 1
    assert len(buyer.purchases) == 1


def test_packs_do_not_share_a_page(buyer):
    assert buyer.checkout("starter")["id"] != buyer.checkout("pro")["id"]


def test_after_a_payment_the_next_click_opens_another_page(shop, buyer):
    first = buyer.buy()
    second = buyer.buy()
    assert first != second and buyer.balance == 1000
    assert [purchase["status"] for purchase in buyer.purchases] == ["paid", "paid"]


def test_an_impatient_click_does_not_spoil_the_first(shop, buyer):
    """Stripe takes its time; meanwhile it refuses the second request with the same key."""
    before = len(shop.openings)
    shop.fake.pause_requests()
    try:
        with ThreadPoolExecutor(2) as pool:
            clicks = [pool.submit(lambda: click_at_once(buyer, 1)[0]) for _ in range(2)]
            wait_until(lambda: any(click.done() for click in clicks), 30, "the second's answer")
            assert {request.status for request in shop.openings[before:]} == {409}
            shop.fake.resume_requests()
            answers = [click.result() for click in clicks]
    finally:
        shop.fake.resume_requests()
    first = next(answer.json() for answer in answers if answer.status_code == 201)
    assert first["status"] == "open", first
    for answer in answers:
        if answer.status_code != 201:
            refused(answer, 503, "payments_unavailable")
    assert buyer.checkout() == first, "the page is still good"
    shop.fake.pay(session_of(first))
    shop.fake.settle()
    assert buyer.balance == 500 and len(buyer.purchases) == 1


# Money that comes later, or not at all

def test_a_delayed_payment_gives_credits_when_it_arrives(shop, buyer):
    checkout = buyer.checkout()
    shop.fake.pay_later(session_of(checkout))
    shop.fake.settle()
    assert (buyer.look(checkout)["status"], buyer.balance) == ("awaiting_payment", 0)
    assert buyer.checkout()["id"] != checkout["id"], "nobody pays a page twice"
    shop.fake.delayed_success(session_of(checkout))
    shop.fake.settle()
    assert (buyer.look(checkout)["status"], buyer.balance) == ("paid", 500)


def test_a_delayed_payment_that_fails_gives_nothing(shop, buyer):
    checkout = buyer.checkout()
    shop.fake.pay_later(session_of(checkout))
    shop.fake.delayed_failure(session_of(checkout))
    shop.fake.settle()
    assert (buyer.look(checkout)["status"], buyer.balance, buyer.ledger) == ("failed", 0, [])


def test_an_expired_page_is_over_and_the_next_click_opens_another(shop, buyer):
    checkout = buyer.checkout()
    shop.fake.expire(session_of(checkout))
    shop.fake.settle()
    assert buyer.look(checkout)["status"] == "expired"
    assert buyer.checkout()["id"] != checkout["id"]
    assert buyer.balance == 0


# Messages that are lost

@pytest.mark.parametrize("verb, status, credits", [
    ("pay", "paid", 500), ("pay_later", "awaiting_payment", 0), ("expire", "expired", 0)])
def test_a_look_at_the_checkout_finds_out_what_nobody_reported(shop, buyer, verb, status, credits):
    checkout = buyer.checkout()
    with buyer.unheard():
        getattr(shop.fake, verb)(session_of(checkout))
    assert buyer.balance == 0
    assert buyer.look(checkout)["status"] == status
    assert buyer.balance == credits
    assert shop.server.rows("SELECT id FROM public.stripe_events WHERE payload::text LIKE "
                            f"'%{session_of(checkout)}%'") == []


def test_many_looks_at_once_ask_stripe_once_and_give_credits_once(shop, buyer):
    checkout = buyer.checkout()
    with buyer.unheard():
        shop.fake.pay(session_of(checkout))
    at_once(10, lambda: requests.get(
        f"{shop.server.url}/v1/checkouts/{checkout['id']}", headers=buyer.headers, timeout=30))
    assert len(shop.requests("GET", f"/v1/checkout/sessions/{session_of(checkout)}")) == 1
    assert buyer.look(checkout)["status"] == "paid" and len(buyer.ledger) == 1


def test_a_look_is_answered_while_stripe_is_down(shop, buyer):
    checkout = buyer.checkout()
    shop.fake.faults = refusals(503)
    assert buyer.look(checkout)["status"] == "open"
    assert shop.fake.faults.requests == [], "Stripe was asked"


def test_others_do_not_see_a_checkout(shop, buyer):
    checkout = buyer.checkout()
    refused(shop.customer().get(f"/v1/checkouts/{checkout['id']}"), 404, "not_found")


# Stripe says no

@pytest.mark.parametrize("faults", [
    refusals(503), refusals(429, 4), Planned(RequestFaults(error_after_commit=True))],
    ids=["out of order", "too many requests", "the answer is an error"])
def test_when_stripe_fails_nothing_is_charged_and_the_next_click_works(shop, buyer, faults):
    shop.fake.faults = faults
    error = refused(buyer.click(), 503, "payments_unavailable")
    assert "not charged" in error["message"] and KEY not in str(error)
    assert faults.requests == [] and buyer.ledger == []
    session = buyer.buy()
    assert buyer.balance == 500
    # What the failed click may have left at Stripe ends by itself, and needs nobody.
    mine = [purchase["id"] for purchase in buyer.purchases]
    left = [other["id"] for other in shop.fake.sessions
            if other["client_reference_id"] in mine and other["id"] != session]
    for other in left:
        shop.fake.expire(other)
        shop.fake.settle()
        assert shop.recorded(shop.event("checkout.session.expired", other))["applied_at"]
    assert buyer.balance == 500
    assert [purchase["status"] for purchase in buyer.purchases].count("paid") == 1


def test_a_page_that_was_made_though_the_answer_was_an_error_can_still_be_paid(shop, buyer):
    shop.fake.faults = Planned(RequestFaults(error_after_commit=True))
    refused(buyer.click(), 503, "payments_unavailable")
    [purchase] = buyer.purchases
    session = next(session for session in shop.fake.sessions
                   if session["client_reference_id"] == purchase["id"])
    shop.fake.pay(session["id"])
    shop.fake.settle()
    assert buyer.balance == 500, "who paid gets what they paid for"


def test_a_few_refusals_for_the_rate_are_waited_out(shop, buyer):
    shop.fake.faults = refusals(429, 3)
    before = len(shop.openings)
    ok(buyer.click(), 201)
    assert [request.status for request in shop.openings[before:]] == [429, 429, 429, 200]
    assert len({request.idempotency_key for request in shop.openings[before:]}) == 1


def test_an_unreachable_stripe_is_asked_again_under_the_same_name(start_server, fake):
    port = free_port()
    server = start_server(
        WORKERS=0, STRIPE_SECRET_KEY=KEY, STRIPE_WEBHOOK_SECRET=SECRET,
        STRIPE_API_BASE=f"http://127.0.0.1:{port}")
    buyer = Shop(server, fake, is_reached=False).customer()
    began = time.monotonic()
    refused(buyer.click(), 503, "payments_unavailable")
    assert time.monotonic() - began < 45, "nobody waits for ever"
    [purchase] = buyer.purchases
    assert (purchase["status"], purchase["checkout_session"]) == ("open", None)
    with FakeStripe(KEY, SECRET, port=port) as reached:
        buyer.shop.connect(reached)
        buyer.buy()
        assert buyer.balance == 500
        assert [session["client_reference_id"] for session in reached.sessions] == [
            purchase["id"]]
        assert len(buyer.purchases) == 1


def test_a_wrong_key_is_said_to_the_operator_and_told_to_nobody(start_server, fake):
    wrong = "sk_test_" + uuid.uuid4().hex
    server = start_server(WORKERS=0, LOG_LEVEL="trace", LOG_FORMAT="json",
                          **keys(fake) | {"STRIPE_SECRET_KEY": wrong})
    buyer = Shop(server, fake, is_reached=False).customer()
    answer = buyer.click()
    refused(answer, 503, "payments_unavailable")
    assert "401" in server.log and "No checkout page could be opened" in server.log
    reconciled = server.run("reconcile")
    assert reconciled.returncode == 1
    server.restart(STRIPE_SECRET_KEY=KEY)
    buyer.buy()
    assert buyer.balance == 500
    told = [server.log, answer.text, str(answer.headers), reconciled.stdout, reconciled.stderr]
    for secret in (wrong, KEY, SECRET):
        assert not any(secret in text for text in told), "a secret was told"
    audit(server)
