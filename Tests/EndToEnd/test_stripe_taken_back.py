"""Refunds and disputes: what a payment gave goes back with the money, once and no further."""
import pytest
from stripe_fake import Faults

from rig.person import CLIP_CREDITS, ok, refused
from rig.server import wait_until
from rig.shop import PACKS, open_shop, session_of


@pytest.fixture(scope="module")
def shop():
    with open_shop() as shop:
        yield shop


@pytest.fixture
def buyer(shop):
    yield shop.customer()
    shop.fake.faults = None


@pytest.fixture
def checkout(shop, buyer):
    """A starter pack that was paid: 500 credits for 500 cents."""
    checkout = buyer.checkout()
    shop.fake.pay(session_of(checkout))
    shop.fake.settle()
    assert buyer.balance == 500
    return checkout


@pytest.fixture
def session(checkout):
    return session_of(checkout)


def moves(buyer):
    """What happened to the credits, oldest first."""
    return [(entry["kind"], entry["amount"], entry["note"]) for entry in buyer.ledger[::-1]]


def is_frozen(buyer, reason):
    """Whether nothing can be spent, and for that reason, and people are told so."""
    standing = buyer.standing
    if standing["frozen"] is None:
        return False
    assert standing["frozen"]["reason"] == reason, standing
    error = refused(buyer.order(), 402, "spending_frozen")
    assert error["balance"] == standing["balance"]
    assert error["message"] == standing["frozen"]["message"]
    return True


# Refunds

def test_a_full_refund_takes_all_credits_back(shop, buyer, checkout, session):
    shop.fake.refund(session)
    shop.fake.settle()
    assert moves(buyer) == [("purchase", 500, "Starter: 500 credits"),
                            ("clawback", -500, "Starter: payment refunded")]
    assert [entry["subject"] for entry in buyer.ledger] == [checkout["id"]] * 2
    assert buyer.standing == {"balance": 0, "frozen": None}
    assert buyer.look(checkout)["status"] == "paid", "it was; the ledger says what became of it"


def test_partial_refunds_take_back_in_proportion_and_never_more_than_was_given(shop, buyer):
    """In the buyer's favour: 1300 credits for 12.00 are 1.08 for a cent."""
    credits, cents = PACKS["creator"]
    session, taken = buyer.buy("creator"), 0
    for amount in (1, 99, 100, 333, 667):
        shop.fake.refund(session, amount)
        shop.fake.settle()
        taken += amount
        assert buyer.balance == credits - credits * taken // cents
    assert taken == cents and buyer.balance == 0
    assert [kind for kind, _, _ in moves(buyer)] == ["purchase"] + ["clawback"] * 5


def test_a_pending_refund_takes_nothing_until_it_succeeds(shop, buyer, session):
    refund = shop.fake.refund(session, 200, status="pending")
    shop.fake.settle()
    assert buyer.balance == 500
    shop.fake.refund_succeed(refund)
    shop.fake.settle()
    assert buyer.balance == 300


@pytest.mark.parametrize("status", ["pending", "requires_action"])
@pytest.mark.parametrize("end", ["refund_fail", "refund_cancel"])
def test_a_refund_that_never_happens_takes_nothing(shop, buyer, session, status, end):
    refund = shop.fake.refund(session, status=status)
    getattr(shop.fake, end)(refund)
    shop.fake.settle()
    assert buyer.balance == 500 and buyer.standing["frozen"] is None


def test_a_refund_that_fails_afterwards_gives_the_credits_again(shop, buyer, checkout, session):
    refund = shop.fake.refund(session, 200)
    shop.fake.settle()
    assert buyer.balance == 300
    shop.fake.refund_fail(refund)
    shop.fake.settle()
    assert moves(buyer)[1:] == [("clawback", -200, "Starter: payment refunded"),
                                ("reinstatement", 200, "Starter: refund cancelled")]
    assert {entry["subject"] for entry in buyer.ledger} == {checkout["id"]}
    shop.fake.refund(session)
    shop.fake.settle()
    assert buyer.balance == 0, "the next one counts whole"


def test_a_refund_after_the_credits_were_spent_freezes_until_it_is_paid(shop, buyer, session):
    ok(buyer.order())
    shop.fake.refund(session)
    shop.fake.settle()
    assert buyer.balance == -CLIP_CREDITS
    assert is_frozen(buyer, "payment_taken_back")
    buyer.buy()
    assert buyer.standing == {"balance": 500 - CLIP_CREDITS, "frozen": None}
    ok(buyer.order())


def test_one_payments_refund_leaves_the_others_alone(shop, buyer, session):
    other = buyer.buy("creator")
    shop.fake.refund(session)
    shop.fake.settle()
    assert buyer.balance == 1300
    assert shop.purchase(other)["clawed_back"] == 0


# Disputes

def test_an_open_dispute_freezes_spending_and_takes_nothing(shop, buyer, session):
    assert not is_frozen(buyer, "none")
    shop.fake.dispute(session)
    shop.fake.settle()
    assert buyer.balance == 500
    assert is_frozen(buyer, "payment_disputed")


def test_a_dispute_is_won(shop, buyer, checkout, session):
    dispute = shop.fake.dispute(session)
    shop.fake.withdraw_funds(dispute)
    shop.fake.settle()
    assert buyer.balance == 0 and is_frozen(buyer, "payment_disputed")
    shop.fake.update_dispute(dispute)
    shop.fake.settle()
    assert is_frozen(buyer, "payment_disputed")
    shop.fake.reinstate_funds(dispute)
    shop.fake.close_dispute(dispute, "won")
    shop.fake.settle()
    assert moves(buyer)[1:] == [("clawback", -500, "Starter: payment disputed"),
                                ("reinstatement", 500, "Starter: dispute over")]
    assert {entry["subject"] for entry in buyer.ledger} == {checkout["id"]}
    assert buyer.standing == {"balance": 500, "frozen": None}
    ok(buyer.order())


def test_a_dispute_is_lost_after_the_credits_were_spent(shop, buyer, session):
    ok(buyer.order())
    dispute = shop.fake.dispute(session)
    shop.fake.withdraw_funds(dispute)
    shop.fake.settle()
    assert is_frozen(buyer, "payment_disputed")
    shop.fake.close_dispute(dispute, "lost")
    shop.fake.settle()
    assert buyer.balance == -CLIP_CREDITS
    assert is_frozen(buyer, "payment_taken_back")
    assert [kind for kind, _, _ in moves(buyer)] == ["purchase", "generation", "clawback"]
    buyer.buy()
    assert buyer.standing == {"balance": 500 - CLIP_CREDITS, "frozen": None}


@pytest.mark.parametrize("end, credits", [("lost", 0), ("won", 500), ("warning_closed", 500)])
def test_an_inquiry_freezes_until_it_is_over(shop, buyer, session, end, credits):
    dispute = shop.fake.dispute(session, status="warning_needs_response")
    shop.fake.settle()
    assert buyer.balance == 500 and is_frozen(buyer, "payment_disputed")
    if end != "warning_closed":
        shop.fake.update_dispute(dispute, "needs_response")
    shop.fake.close_dispute(dispute, end)
    shop.fake.settle()
    assert buyer.standing == {"balance": credits, "frozen": None}


def test_what_was_refunded_is_not_taken_again_by_a_dispute(shop, buyer, session):
    shop.fake.refund(session, 200)
    shop.fake.withdraw_funds(shop.fake.dispute(session))
    shop.fake.settle()
    assert buyer.balance == 0
    assert shop.purchase(session)["clawed_back"] == 500


def test_spending_stays_frozen_until_the_last_dispute_is_over(shop, buyer, session):
    first = shop.fake.dispute(session)
    second = shop.fake.dispute(buyer.buy())
    shop.fake.close_dispute(first, "won")
    shop.fake.settle()
    assert is_frozen(buyer, "payment_disputed")
    shop.fake.close_dispute(second, "won")
    shop.fake.settle()
    assert buyer.standing == {"balance": 1000, "frozen": None}


def test_anothers_dispute_freezes_nobody_else(shop, buyer, session):
    other = shop.customer()
    other.buy()
    shop.fake.dispute(session)
    shop.fake.settle()
    assert other.standing == {"balance": 500, "frozen": None}
    ok(other.order())


def test_a_warning_of_fraud_waits_for_a_person_and_changes_nothing(shop, buyer, session):
    warning = shop.fake.warn_of_fraud(session)
    shop.fake.settle()
    event = shop.event("radar.early_fraud_warning.created", warning["id"])
    assert "fraud" in shop.to_review[event["id"]] and "Starter" in shop.to_review[event["id"]]
    assert buyer.standing == {"balance": 500, "frozen": None}


# News in the wrong order, or lost

def test_news_of_a_dispute_from_last_to_first_end_the_same(shop, buyer, session):
    with buyer.unheard():
        dispute = shop.fake.dispute(session)
        shop.fake.withdraw_funds(dispute)
        shop.fake.update_dispute(dispute)
        shop.fake.reinstate_funds(dispute)
        shop.fake.close_dispute(dispute, "won")
    news = [event for event in shop.fake.events if event["data"]["object"]["id"] == dispute["id"]]
    assert len(news) == 5
    for event in reversed(news):
        assert shop.fake.deliver(event) == 200
    assert buyer.standing == {"balance": 500, "frozen": None}
    assert all(shop.recorded(event)["applied_at"] for event in news)


def test_a_failed_refunds_first_news_come_last(shop, buyer, session):
    with buyer.unheard():
        shop.fake.refund_fail(shop.fake.refund(session))
    news = [event for event in shop.fake.events[-4:] if event["type"] in shop.fake.enabled_events]
    assert {event["type"] for event in news} == {
        "refund.created", "charge.refunded", "refund.updated", "refund.failed"}
    for event in reversed(news):
        assert shop.fake.deliver(event) == 200
    assert buyer.balance == 500


@pytest.mark.parametrize("type", ["refund.created", "charge.refunded"])
def test_either_word_of_a_refund_is_enough(shop, buyer, session, type):
    with buyer.unheard():
        shop.fake.refund(session, 200)
    assert shop.fake.deliver(shop.fake.events_of(type)[-1]) == 200
    assert buyer.balance == 300


def test_a_refund_that_comes_before_the_payment_waits_for_it(shop, buyer):
    session = buyer.buy_unheard()
    with buyer.unheard():
        shop.fake.refund(session, 200)
    refund = shop.fake.events_of("refund.created")[-1]
    assert shop.fake.deliver(refund) == 200
    assert shop.recorded(refund)["applied_at"] is None and buyer.ledger == []
    assert shop.fake.deliver(shop.event("checkout.session.completed", session)) == 200
    shop.await_applied(refund)
    assert buyer.balance == 300
    assert [kind for kind, _, _ in moves(buyer)] == ["purchase", "clawback"]


@pytest.mark.parametrize("what", ["refund", "dispute"])
def test_news_of_a_payment_nobody_heard_of_are_looked_up_at_stripe(shop, buyer, what):
    session = buyer.buy_unheard()
    thing = getattr(shop.fake, what)(session)
    if what == "dispute":
        shop.fake.withdraw_funds(thing)
    shop.fake.settle()
    wait_until(lambda: shop.purchase(session)["clawed_back"] == 500, 20, "the clawback")
    assert [(kind, amount) for kind, amount, _ in moves(buyer)] == [
        ("purchase", 500), ("clawback", -500)]
    payment = shop.fake.find(session)["payment_intent"]
    assert any(request.params.get("payment_intent") == payment
               for request in shop.requests("GET", "/v1/checkout/sessions"))
    # The word of the payment comes after all.
    assert shop.fake.deliver(shop.event("checkout.session.completed", session)) == 200
    assert len(buyer.ledger) == 2
    assert shop.to_review.keys().isdisjoint(
        event["id"] for event in shop.fake.events if session in str(event))


def test_while_stripe_is_down_such_news_wait(shop, buyer):
    session = buyer.buy_unheard()
    shop.fake.faults = Faults.only(refuse=1)
    shop.fake.refund(session)
    shop.fake.settle()
    event = shop.fake.events_of("refund.created")[-1]
    wait_until(lambda: shop.recorded(event)["attempts"] >= 2, 20, "the second try")
    assert shop.recorded(event)["review_reason"] is None and buyer.ledger == []
    shop.fake.faults = None
    shop.await_applied(event, limit=40)
    assert buyer.balance == 0 and len(buyer.ledger) == 2
