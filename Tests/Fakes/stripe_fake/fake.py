"""The fake as a whole, and what tests can make happen in it."""
import copy
import threading
import time

from . import pages
from .api import Api
from .checkout import Checkout
from .delivery import Delivery
from .disputes import Disputes
from .endpoint import Endpoint
from .events import Events
from .http import HTTPServer
from .refunds import Refunds
from .state import State


def part(owner, name):
    """A property that is one of a part's."""
    return property(lambda self: getattr(getattr(self, owner), name),
                    lambda self, value: setattr(getattr(self, owner), name, value))


class FakeStripe:
    """A Stripe account behind `url`, from the beginning of a `with` block to its end.

    secret_key: of the interface; webhook_secret: of the endpoint; webhook_url: the endpoint, if
    any; seed: makes the ids repeatable; faults: see `Faults`; clock: gives Unix time, by which
    sessions expire; port: 0 takes a free one.

    Objects go by their id, or by themselves as dictionaries; what is given back are copies. What
    does not fit the state of things raises `Refusal`.
    """

    webhook_url = part("endpoint", "url")
    webhook_secret = part("endpoint", "secret")
    rolling_secret = part("endpoint", "rolling_secret")
    enabled_events = part("endpoint", "enabled_events")
    delivery_timeout = part("endpoint", "timeout")
    retry_pauses = part("delivery", "retry_pauses")
    faults = part("state", "faults")
    tax_rate = part("state", "tax_rate")
    # What refunds begin as that were asked for over HTTP.
    refund_status = part("state", "refund_status")

    def __init__(self, secret_key="sk_test_fake", webhook_secret="whsec_fake", webhook_url=None,
                 seed=None, faults=None, clock=time.time, port=0):
        self.secret_key = secret_key
        self.state = State(clock, seed, faults)
        self.endpoint = Endpoint(webhook_url, webhook_secret)
        self.server = HTTPServer(port, self)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.delivery = Delivery(self.state, self.endpoint)
        self.log = Events(self.state, self.delivery)
        self.checkout = Checkout(self.state, self.log, self.url)
        self.refunds = Refunds(self.state, self.log)
        self.disputes = Disputes(self.state, self.log)
        self.api = Api(self.state, self.log, self.checkout, self.refunds, secret_key)
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=[0.05], name="stripe-http", daemon=True)

    def __enter__(self):
        self.delivery.thread.start()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.resume_requests()
        self.server.stop()
        self.delivery.stop()

    # Buyers

    def pay(self, session, discount=0):
        return self.change(self.checkout.pay, session, discount)

    def pay_free(self, session):
        """With a promotion of 100 %."""
        return self.change(self.checkout.pay_free, session)

    def pay_later(self, session):
        """With a delayed method: complete, and unpaid until `delayed_success`."""
        return self.change(self.checkout.pay_later, session)

    def delayed_success(self, session):
        return self.change(self.checkout.delayed_success, session)

    def delayed_failure(self, session):
        return self.change(self.checkout.delayed_failure, session)

    def decline(self, session):
        """The card is refused, and the session stays open."""
        return self.change(self.checkout.decline, session)

    def expire(self, session):
        return self.change(self.checkout.expire, session)

    # Money going back; a payment is a session, a payment intent or a charge

    def refund(self, payment, amount=None, status="succeeded"):
        return self.of_charge(self.refunds.refund, payment, amount, status)

    def refund_succeed(self, refund):
        return self.change(self.refunds.succeed, refund)

    def refund_fail(self, refund, reason="expired_or_canceled_card"):
        return self.change(self.refunds.fail, refund, reason)

    def refund_cancel(self, refund):
        return self.change(self.refunds.cancel, refund)

    def dispute(self, payment, amount=None, status="needs_response", reason="fraudulent"):
        return self.of_charge(self.disputes.create, payment, amount, status, reason)

    def update_dispute(self, dispute, status="under_review"):
        return self.change(self.disputes.update, dispute, status)

    def withdraw_funds(self, dispute):
        return self.change(self.disputes.withdraw_funds, dispute)

    def reinstate_funds(self, dispute):
        return self.change(self.disputes.reinstate_funds, dispute)

    def close_dispute(self, dispute, status):
        """status: won, lost, warning_closed or prevented."""
        return self.change(self.disputes.close, dispute, status)

    def warn_of_fraud(self, payment):
        return self.of_charge(self.disputes.warn_of_fraud, payment)

    # Looking

    @property
    def requests(self):
        """All requests to the interface, oldest first."""
        return list(self.api.requests)

    @property
    def attempts(self):
        """All tries to deliver an event, oldest first."""
        return list(self.delivery.attempts)

    @property
    def sessions(self):
        return self.all("checkout.session")

    @property
    def events(self):
        """All events, oldest first, delivered or not."""
        return self.all("event")

    def events_of(self, type):
        return [event for event in self.events if event["type"] == type]

    @property
    def undelivered(self):
        return [event for event in self.events if event["pending_webhooks"]]

    def all(self, kind):
        with self.state.lock:
            return copy.deepcopy(list(self.state.table(kind).values()))

    def find(self, id):
        """The object of that id, of whatever kind."""
        return self.change(self.state.find_any, id)

    # Webhooks

    def emit(self, type, thing):
        """Any other event about any other object. The event."""
        with self.state.lock:
            return copy.deepcopy(self.log.record(type, thing))

    def deliver(self, event, secret=None, timestamp=None):
        """Sends an event as it is given, or a kept one by its id, once and now.

        The status of the answer, or None. secret and timestamp: other ones to sign with.
        """
        return self.delivery.send(self.kept(event), "manual", secret=secret, timestamp=timestamp)

    def redeliver(self, event_id):
        """Sends a kept event again, once and now. The status, or None."""
        return self.deliver(event_id)

    def deliver_together(self, *events):
        """Sends events, or copies of one, all at the same moment. Their statuses."""
        return self.delivery.send_together([self.kept(event) for event in events], "manual")

    def kept(self, event):
        return self.find(event) if isinstance(event, str) else event

    def pause_delivery(self):
        self.delivery.pause(True)

    def resume(self):
        self.delivery.pause(False)

    def settle(self, timeout=10):
        """Waits until no event is on its way any more, delivered or given up."""
        self.delivery.settle(timeout)

    # Requests and pages

    def pause_requests(self):
        """Holds back requests that came in, each before its work and with its key in use."""
        self.api.gate.clear()

    def resume_requests(self):
        self.api.gate.set()

    def page(self, id):
        with self.state.lock:
            self.checkout.expire_due()
            session = self.checkout.open(id)
            return pages.checkout(session, self.state.drafts[id]["line_items"])

    def press(self, id, button):
        """Presses a button of a session's page. Where the buyer is sent."""
        session = self.change(self.checkout.open, id)
        if button == "cancel":
            return session["cancel_url"] or session["url"]
        if button == "decline":
            self.decline(id)
            return session["url"]
        (self.pay if button == "pay" else self.pay_later)(id)
        return session["success_url"].replace("{CHECKOUT_SESSION_ID}", id)

    # How everything changes

    def change(self, verb, thing, *arguments):
        id = thing["id"] if isinstance(thing, dict) else thing
        with self.state.lock:
            self.checkout.expire_due()
            return copy.deepcopy(verb(id, *arguments))

    def of_charge(self, verb, payment, *arguments):
        return self.change(
            lambda id: verb(self.state.charge_of(id), *arguments), payment)
