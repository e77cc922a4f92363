"""Checkout sessions and the payments made on their pages."""
from decimal import ROUND_HALF_UP, Decimal

from . import parameters, shapes
from .errors import conflict, invalid


class Checkout:
    def __init__(self, state, events, base):
        self.state = state
        self.events = events
        self.base = base

    # What a program does

    def create(self, sent):
        params = parameters.session(sent, self.state.now)
        session = shapes.session(
            self.state.new_id("cs_test_"), params, self.state.now, self.base)
        self.set_amounts(session, params, discount=0)
        if session["amount_total"] < parameters.SMALLEST_TOTAL:
            raise invalid("The Checkout Session's total amount due must add up to at least "
                          f"0.50 {session['currency']}", code="amount_too_small")
        self.state.drafts[session["id"]] = params
        return self.state.add(session)

    def expire(self, id):
        session = self.state.find("checkout.session", id)
        if session["status"] != "open":
            raise conflict('Only Checkout Sessions with a status in ["open"] can be expired. This '
                           f"Checkout Session has a status of `{session['status']}`.")
        session |= {"status": "expired", "url": None}
        if session["payment_intent"]:
            intent = self.state.find("payment_intent", session["payment_intent"])
            intent |= {"status": "canceled", "cancellation_reason": "expired",
                       "canceled_at": self.state.now}
            self.events.record("payment_intent.canceled", intent)
        self.events.record("checkout.session.expired", session)
        return session

    def expire_due(self):
        """Expires what is past its time."""
        for id, session in list(self.state.table("checkout.session").items()):
            if session["status"] == "open" and session["expires_at"] <= self.state.now:
                self.expire(id)

    # What a buyer does

    def pay(self, id, discount=0):
        session = self.open(id)
        self.set_amounts(session, self.state.drafts[id], discount)
        if session["amount_total"] == 0:
            return self.complete(session, "no_payment_required")
        charge = self.attempt(session)
        self.succeed(charge)
        return self.complete(session, "paid")

    def pay_free(self, id):
        return self.pay(id, discount=self.open(id)["amount_subtotal"])

    def pay_later(self, id):
        """With a method whose money comes, or does not, days later."""
        session = self.open(id)
        charge = self.attempt(session)
        intent = self.state.find("payment_intent", session["payment_intent"])
        intent["status"] = "processing"
        self.events.record("charge.pending", charge)
        self.events.record("payment_intent.processing", intent)
        return self.complete(session, "unpaid")

    def delayed_success(self, id):
        session, charge = self.awaited(id)
        self.succeed(charge)
        session["payment_status"] = "paid"
        self.events.record("checkout.session.async_payment_succeeded", session)
        return session

    def delayed_failure(self, id):
        session, charge = self.awaited(id)
        self.fail(charge, "insufficient_funds")
        self.events.record("checkout.session.async_payment_failed", session)
        return session

    def decline(self, id):
        """The card is refused; the page stays open for another try."""
        session = self.open(id)
        self.fail(self.attempt(session), "card_declined")
        return session

    # Steps of these

    def open(self, id):
        session = self.state.find("checkout.session", id)
        if session["status"] != "open":
            raise conflict(f"{id} is {session['status']}, so nothing can be paid on its page.")
        return session

    def awaited(self, id):
        session = self.state.find("checkout.session", id)
        charge = session["payment_intent"] and self.state.charge_of(id)
        if session["status"] != "complete" or not charge or charge["status"] != "pending":
            raise conflict(f"{id} does not await a delayed payment.")
        return session, charge

    def attempt(self, session):
        """A pending charge of a session's payment intent, which is made at the first attempt."""
        email = session["customer_email"] or "buyer@example.com"
        if session["payment_intent"]:
            intent = self.state.find("payment_intent", session["payment_intent"])
            intent["amount"] = session["amount_total"]
        else:
            details = self.state.drafts[session["id"]].get("payment_intent_data", {})
            intent = self.state.add(shapes.intent(
                self.state.new_id("pi_"), session, details, self.state.now))
            session["payment_intent"] = intent["id"]
            self.events.record("payment_intent.created", intent)
        session["customer_details"] = shapes.customer(email)
        charge = self.state.add(shapes.charge(
            self.state.new_id("ch_"), intent, email, self.state.now))
        intent["latest_charge"] = charge["id"]
        return charge

    def succeed(self, charge):
        intent = self.state.find("payment_intent", charge["payment_intent"])
        charge |= {"status": "succeeded", "paid": True, "captured": True,
                   "amount_captured": charge["amount"]}
        intent |= {"status": "succeeded", "amount_received": charge["amount"],
                   "last_payment_error": None}
        self.events.record("charge.succeeded", charge)
        self.events.record("payment_intent.succeeded", intent)

    def fail(self, charge, code):
        intent = self.state.find("payment_intent", charge["payment_intent"])
        charge |= {"status": "failed", "failure_code": code,
                   "failure_message": "The payment was refused."}
        intent |= {"status": "requires_payment_method", "last_payment_error": {
            "type": "card_error", "code": code, "charge": charge["id"],
            "message": "The payment was refused."}}
        self.events.record("charge.failed", charge)
        self.events.record("payment_intent.payment_failed", intent)

    def complete(self, session, payment_status):
        if session["customer_details"] is None:
            session["customer_details"] = shapes.customer("buyer@example.com")
        session |= {"status": "complete", "payment_status": payment_status, "url": None}
        self.events.record("checkout.session.completed", session)
        return session

    def set_amounts(self, session, params, discount):
        """Tax is counted on what remains after the discount."""
        lines = [line_amount(line) for line in params["line_items"]]
        subtotal = sum(amount for amount, _ in lines)
        if not 0 <= discount <= subtotal:
            raise invalid(f"A discount of {discount} does not fit a price of {subtotal}.")
        added = within = 0
        managed = params.get("managed_payments", {}).get("enabled", False)
        if subtotal and (session["automatic_tax"]["enabled"] or managed):
            rate = Decimal(str(self.state.tax_rate))
            inclusive = sum(amount for amount, inclusive in lines if inclusive)
            share = Decimal(subtotal - discount) / subtotal
            added = cents((subtotal - inclusive) * share * rate)
            within = cents(inclusive * share * rate / (1 + rate))
        session |= {
            "amount_subtotal": subtotal,
            "amount_total": subtotal - discount + added,
            "total_details": {"amount_discount": discount, "amount_shipping": 0,
                              "amount_tax": added + within}}


def line_amount(line):
    """A line's amount, and whether tax is already in it."""
    price = line["price_data"]
    unit = price.get("unit_amount", price.get("unit_amount_decimal"))
    return cents(Decimal(unit) * line["quantity"]), price.get("tax_behavior") == "inclusive"


def cents(amount):
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
