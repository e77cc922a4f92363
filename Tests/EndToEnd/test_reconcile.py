"""`placemint reconcile`: what was missed is made good, what does not fit is named."""
import re
import uuid

import pytest
import requests
from stripe_fake import Faults

from rig.person import Person
from rig.server import complaint
from rig.shop import Shop, account, keys, session_of

ATTENTION = 3
USAGE = 64
COUNTS = {"recovered": "Events recovered", "compared": "Paid sessions compared",
          "settled": "Purchases settled", "expired": "Purchases expired",
          "reversed": "Refunds and disputes caught up on"}


@pytest.fixture
def fake():
    with account() as fake:
        yield fake


@pytest.fixture
def shop(fake, start_server):
    return Shop(start_server(WORKERS=0, **keys(fake)), fake)


@pytest.fixture
def buyer(shop):
    return shop.customer()


class Report:
    """What a run said: its counts, and the lists under their titles."""

    def __init__(self, done):
        assert done.stderr == "", done.stderr
        self.status, self.text = done.returncode, done.stdout
        self.counts = {name: int(re.search(rf"^{title}: (\d+)$", self.text, re.M)[1])
                       for name, title in COUNTS.items()}
        self.is_clean = "Nothing needs a person." in self.text

    def under(self, title):
        """The lines of the list whose title begins so."""
        found = re.search(rf"^{title}.*:\n((?:  .*\n)*)", self.text, re.M)
        return [line.strip() for line in found[1].splitlines()] if found else []

    @property
    def differences(self):
        return self.under("Differences")

    @property
    def to_review(self):
        return self.under("Events to review")


def reconcile(shop, *arguments):
    return Report(shop.server.run("reconcile", *arguments))


def assert_clean(report, **counts):
    assert report.status == 0 and report.is_clean, report.text
    expected = dict.fromkeys(COUNTS, 0) | counts
    assert report.counts == expected, report.text
    assert report.differences == report.to_review == []


# Making good

def test_with_nothing_missed_there_is_nothing_to_do(shop, buyer):
    shop.fake.refund(buyer.buy())
    buyer.buy("creator")
    shop.fake.settle()
    before = buyer.ledger
    assert_clean(reconcile(shop), compared=2)
    assert_clean(reconcile(shop, "run", "--days", "1"), compared=2)
    assert buyer.ledger == before


def test_events_that_were_lost_are_fetched(shop, buyer):
    checkout = buyer.checkout()
    shop.fake.faults = Faults.only(lose=1)
    session = session_of(checkout)
    shop.fake.pay(session)
    shop.fake.refund(session, 100)
    lost = shop.fake.undelivered
    assert len(lost) == 3 and buyer.ledger == []
    report = reconcile(shop)
    assert_clean(report, recovered=3, compared=1)
    assert buyer.balance == 400
    assert all(shop.recorded(event)["applied_at"] for event in lost)
    assert {entry["kind"] for entry in buyer.ledger} == {"purchase", "clawback"}
    # Stripe marks them as undelivered until it succeeds; that they come again changes nothing.
    assert [shop.fake.redeliver(event["id"]) for event in lost] == [200] * 3
    assert_clean(reconcile(shop), compared=1)
    assert buyer.balance == 400


def test_more_lost_events_than_a_page_holds_are_fetched(shop, buyer):
    session = buyer.buy("pro")
    shop.fake.faults = Faults.only(lose=1)
    for _ in range(120):
        shop.fake.refund(session, 10)
    assert len(shop.fake.undelivered) == 240
    report = reconcile(shop)
    assert report.status == 0 and report.counts["recovered"] == 240, report.text
    assert buyer.balance == 2800 - 2800 * 1200 // 2500


def test_a_payment_nobody_reported_is_settled(shop, buyer):
    sessions = {buyer.buy_unheard(), buyer.buy_unheard("creator")}
    report = reconcile(shop)
    assert_clean(report, compared=2, settled=2)
    assert set(re.findall(r"^  settled (cs_\w+)$", report.text, re.M)) == sessions
    assert buyer.balance == 1800
    assert_clean(reconcile(shop), compared=2)


def test_more_payments_than_a_page_holds_are_settled(shop, buyer):
    """Delayed ones, whose money came unheard."""
    sessions = []
    for _ in range(105):
        sessions.append(buyer.open_session())
        shop.fake.pay_later(sessions[-1])
        shop.fake.settle()
    with buyer.unheard():
        for session in sessions:
            shop.fake.delayed_success(session)
    assert_clean(reconcile(shop), compared=105, settled=105)
    assert buyer.balance == 105 * 500
    assert_clean(reconcile(shop), compared=105)


@pytest.mark.parametrize("what", ["refund", "lost dispute", "open dispute"])
def test_what_was_taken_back_unheard_is_caught_up_on(shop, buyer, what):
    session = buyer.buy()
    with buyer.unheard():
        thing = shop.fake.refund(session) if what == "refund" else shop.fake.dispute(session)
        if what == "lost dispute":
            shop.fake.close_dispute(thing, "lost")
    taken = what != "open dispute"
    report = reconcile(shop)
    assert_clean(report, compared=1, reversed=int(taken))
    assert ("  caught up on " + thing["id"] in report.text) == taken
    assert buyer.balance == (0 if taken else 500)
    assert bool(buyer.standing["frozen"]) == (what == "open dispute")
    assert_clean(reconcile(shop), compared=1)


def test_a_payment_and_its_refund_that_nobody_reported_are_both_found(shop, buyer):
    session = buyer.buy_unheard()
    with buyer.unheard():
        shop.fake.refund(session, 200)
    assert_clean(reconcile(shop), compared=1, settled=1, reversed=1)
    assert [entry["amount"] for entry in buyer.ledger] == [-200, 500]


def test_pages_whose_time_is_over_are_over(shop, buyer):
    checkout = buyer.checkout()
    session = session_of(checkout)
    still = buyer.checkout("pro")
    with buyer.unheard():
        shop.fake.expire(session)
    shop.server.psql("UPDATE public.purchases SET expires_at = now() - interval '1 minute'")
    assert_clean(reconcile(shop), expired=1)
    assert shop.purchase(session)["status"] == "expired"
    assert shop.purchase(session_of(still))["status"] == "open", "Stripe still takes money for it"


def test_a_page_that_was_never_made_is_over_after_a_day(shop, buyer):
    shop.fake.faults = Faults.only(refuse=1)
    buyer.click()
    shop.fake.faults = None
    shop.server.psql("UPDATE public.purchases SET status = 'open', checkout_session = NULL")
    assert_clean(reconcile(shop))
    shop.server.psql("UPDATE public.purchases SET created_at = now() - interval '25 hours'")
    assert_clean(reconcile(shop), expired=1)
    assert [purchase["status"] for purchase in buyer.purchases] == ["expired"]


def test_another_products_sales_are_not_compared(shop, buyer):
    form = {"mode": "payment", "success_url": "https://app.example/",
            "line_items[0][quantity]": "1", "line_items[0][price_data][currency]": "usd",
            "line_items[0][price_data][unit_amount]": "1900",
            "line_items[0][price_data][product_data][name]": "A book"}
    buyer.buy()
    with buyer.unheard():
        other = requests.post(shop.fake.url + "/v1/checkout/sessions", form, timeout=20,
                              auth=(shop.fake.secret_key, "")).json()["id"]
        shop.fake.pay(other)
        shop.fake.refund(other, 100)
        shop.fake.dispute(other)
    assert_clean(reconcile(shop), compared=1)


def test_a_start_catches_up_by_itself(shop, buyer):
    session = buyer.buy_unheard()
    earlier = len(shop.requests("GET", "/v1/disputes"))
    shop.server.restart()
    shop.await_comparison(earlier)
    assert shop.purchase(session)["status"] == "paid" and buyer.balance == 500


# What does not fit

def test_another_amount_than_was_asked_is_named_and_gives_nothing(shop, buyer):
    session = buyer.open_session()
    price = shop.fake.state.drafts[session]["line_items"][0]["price_data"]
    price["unit_amount"] = 100
    with buyer.unheard():
        shop.fake.pay(session)
    report = reconcile(shop)
    assert (report.status, report.is_clean) == (ATTENTION, False)
    assert report.differences == [f"{session}: the subtotal is 100, not 500"]
    assert buyer.ledger == [] and shop.purchase(session)["status"] == "open"


def test_another_amount_than_is_on_record_is_named(shop, buyer):
    session = buyer.buy()
    shop.server.psql("UPDATE public.purchases SET paid_cents = 400")
    report = reconcile(shop)
    assert report.status == ATTENTION
    assert report.differences == [f"{session}: Stripe charged 500, on record is 400"]


def test_a_session_stripe_does_not_know_is_named(shop, buyer):
    open_one, paid_one = buyer.open_session("pro"), buyer.buy()
    with shop.fake.state.lock:
        for session in (open_one, paid_one):
            del shop.fake.state.table("checkout.session")[session]
    shop.server.psql("UPDATE public.purchases SET expires_at = now() - interval '1 minute'")
    report = reconcile(shop)
    assert report.status == ATTENTION
    assert set(report.differences) == {
        f"{open_one}: open here, and unknown at Stripe",
        f"{paid_one}: paid here, and not at Stripe"}
    assert buyer.balance == 500, "nothing was changed for it"


def test_a_payment_that_stripe_has_as_unpaid_is_named(shop, buyer):
    session = buyer.buy()
    with shop.fake.state.lock:
        shop.fake.state.find("checkout.session", session)["payment_status"] = "unpaid"
    report = reconcile(shop)
    assert report.status == ATTENTION
    assert report.differences == [f"{session}: paid here, and not at Stripe"]


def test_what_is_older_than_the_window_is_not_looked_at(shop, buyer):
    session = buyer.buy_unheard()
    with shop.fake.state.lock:
        shop.fake.state.find("checkout.session", session)["created"] -= 3 * 86_400
    assert_clean(reconcile(shop, "--days", "2"))
    assert_clean(reconcile(shop, "--days", "4"), compared=1, settled=1)


@pytest.mark.parametrize("days", ["0", "366", "-1", "many"])
def test_days_that_are_none_are_refused(shop, days):
    assert shop.server.run("reconcile", f"--days={days}").returncode == USAGE


def test_while_stripe_is_down_it_says_so_and_changes_nothing(shop, buyer):
    buyer.buy_unheard()
    shop.fake.faults = Faults.only(refuse=1)
    line = complaint_after_logs(shop.server.run("reconcile"))
    assert "Stripe answered" in line and shop.fake.secret_key not in line
    assert buyer.ledger == []
    shop.fake.faults = None
    assert_clean(reconcile(shop), compared=1, settled=1)


def complaint_after_logs(done):
    assert done.returncode == 1
    return done.stderr.strip().splitlines()[-1]


# Reviewing

@pytest.fixture
def warned(shop, buyer):
    """An event that waits for a person."""
    warning = shop.fake.warn_of_fraud(buyer.buy())
    shop.fake.settle()
    return shop.event("radar.early_fraud_warning.created", warning["id"])


def review(shop, verb, event, *more, reason="Looked into it.", by="Ada"):
    return shop.server.run("reconcile", verb, event, "--reason", reason, "--by", by, *more)


def actions(shop):
    return shop.server.rows("SELECT operator, action, subject, reason, amount "
                            "FROM public.operator_actions ORDER BY created_at")


def test_an_event_to_review_is_listed_until_it_is_dismissed(shop, buyer, warned):
    for _ in range(2):
        report = reconcile(shop)
        assert report.status == ATTENTION and report.differences == []
        [line] = report.to_review
        assert line.startswith(f"{warned['id']} radar.early_fraud_warning.created: early fraud")
    done = review(shop, "dismiss", warned["id"], reason="A known buyer.")
    assert (done.returncode, done.stdout) == (0, f"{warned['id']} is put away.\n")
    assert actions(shop) == [{"operator": "Ada", "action": "dismiss_event", "amount": None,
                              "subject": warned["id"], "reason": "A known buyer."}]
    assert_clean(reconcile(shop), compared=1)
    assert shop.fake.redeliver(warned["id"]) == 200
    assert_clean(reconcile(shop), compared=1)
    assert buyer.balance == 500


def test_an_event_is_tried_again_after_a_person_mended_what_was_wrong(shop, buyer):
    session = buyer.open_session()
    shop.server.psql("UPDATE public.purchases SET amount_cents = 700")
    shop.fake.pay(session)
    shop.fake.settle()
    event = shop.event("checkout.session.completed", session)
    assert shop.to_review == {event["id"]: "the subtotal is 500, not 700"}
    assert review(shop, "retry", event["id"]).returncode == 0
    assert event["id"] in shop.to_review and buyer.ledger == [], "nothing was mended"
    shop.server.psql("UPDATE public.purchases SET amount_cents = 500")
    assert review(shop, "retry", event["id"], reason="The price was wrong.").returncode == 0
    assert shop.recorded(event)["applied_at"] and buyer.balance == 500
    assert [(action["action"], action["reason"]) for action in actions(shop)] == [
        ("retry_event", "Looked into it."), ("retry_event", "The price was wrong.")]
    assert_clean(reconcile(shop), compared=1)


@pytest.mark.parametrize("verb", ["retry", "dismiss"])
def test_what_does_not_wait_cannot_be_reviewed(shop, buyer, verb):
    session = buyer.buy()
    for event in (shop.event("checkout.session.completed", session)["id"], "evt_none", ""):
        line = complaint(review(shop, verb, event))
        assert line == f"no event '{event}' waits to be applied or reviewed"
    assert actions(shop) == [] and len(buyer.ledger) == 1


@pytest.mark.parametrize("verb", ["retry", "dismiss"])
def test_a_review_needs_a_reason_and_somebody(shop, warned, verb):
    missing = shop.server.run("reconcile", verb, warned["id"], "--by", "Ada")
    assert missing.returncode == USAGE and "--reason" in missing.stderr
    complaint(review(shop, verb, warned["id"], reason=" "))
    complaint(review(shop, verb, warned["id"], by=""))
    assert warned["id"] in shop.to_review and actions(shop) == []


def test_a_review_under_anothers_id_is_refused(shop, buyer, warned):
    """It would be on record as what it is not."""
    name = str(uuid.uuid4())
    granted = shop.server.run("credits", "grant", buyer.email, "5", "--reason", "x", "--by", "Ada",
                              "--id", name)
    assert granted.returncode == 0
    done = review(shop, "dismiss", warned["id"], "--id", name, by="Eve")
    assert warned["id"] in shop.to_review, f"dismissed, on record are {actions(shop)}"
    complaint(done)


# Without a Stripe

def test_the_sandbox_has_nothing_to_compare_with(start_server):
    server = start_server(WORKERS=0)
    person = Person(server)
    person.buy()
    open_one = person.checkout()
    done = server.run("reconcile")
    assert "Payments are the sandbox's: there is no Stripe to compare with.\n" in done.stdout
    assert_clean(Report(done))
    server.psql("UPDATE public.purchases SET created_at = now() - interval '25 hours'")
    assert_clean(Report(server.run("reconcile")), expired=1)
    assert person.get(f"/v1/checkouts/{open_one['id']}").json()["status"] == "expired"
    assert person.balance == 500
