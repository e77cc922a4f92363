"""Money going back."""
from . import parameters, shapes
from .checks import read
from .errors import conflict, invalid

# A refund of which nothing reaches the buyer any more.
ENDED = ("failed", "canceled")
BEGINNINGS = ("succeeded", "pending", "requires_action")


class Refunds:
    def __init__(self, state, events):
        self.state = state
        self.events = events

    def create(self, sent):
        params = read(sent, parameters.REFUND)
        if ("charge" in params) == ("payment_intent" in params):
            raise invalid("One of the following params should be provided for this request: "
                          "payment_intent or charge.", code="parameter_missing")
        if "charge" in params:
            charge = self.state.find("charge", params["charge"], "charge", status=400)
        else:
            intent = self.state.find(
                "payment_intent", params["payment_intent"], "payment_intent", status=400)
            if not intent["latest_charge"]:
                raise conflict(f"This PaymentIntent ({intent['id']}) does not have a successful "
                               "charge to refund.", "payment_intent_unexpected_state")
            charge = self.state.find("charge", intent["latest_charge"])
        return self.refund(charge, params.get("amount"), self.state.refund_status, params)

    def refund(self, charge, amount, status, params=None):
        """amount: all that is left when None."""
        if status not in BEGINNINGS:
            raise invalid(f"No refund begins as {status}.", "status")
        remaining = charge["amount_captured"] - charge["amount_refunded"]
        amount = remaining if amount is None else amount
        self.check(charge, amount, remaining)
        refund = self.state.add(shapes.refund(
            self.state.new_id("re_"), charge, amount, status, params or {}, self.state.now))
        self.count(charge)
        self.events.record("refund.created", refund)
        self.events.record("charge.refunded", charge)
        return refund

    def check(self, charge, amount, remaining):
        if charge["status"] != "succeeded":
            raise conflict(f"Charge {charge['id']} was not paid, so there is nothing to refund.")
        for dispute in self.state.table("dispute").values():
            if dispute["charge"] == charge["id"] and not dispute["is_charge_refundable"]:
                raise conflict(f"Charge {charge['id']} has been charged back; cannot issue a "
                               "refund.", "charge_disputed")
        if remaining == 0:
            raise conflict(
                f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
        if not 0 < amount <= remaining:
            raise conflict(f"Refund amount ({amount / 100:.2f}) is greater than unrefunded amount "
                           f"on charge ({remaining / 100:.2f})", param="amount")

    def succeed(self, id):
        refund = self.state.find("refund", id)
        if refund["status"] not in ("pending", "requires_action"):
            raise conflict(f"{id} is {refund['status']} already.")
        refund |= {"status": "succeeded", "pending_reason": None}
        self.events.record("refund.updated", refund)
        return refund

    def fail(self, id, reason="expired_or_canceled_card"):
        """Also one that had succeeded: the buyer's bank may send it back days later."""
        refund = self.state.find("refund", id)
        if refund["status"] in ENDED:
            raise conflict(f"{id} is {refund['status']} already.")
        self.end(refund, "failed")
        refund["failure_reason"] = reason
        self.events.record("refund.updated", refund)
        self.events.record("refund.failed", refund)
        return refund

    def cancel(self, id):
        refund = self.state.find("refund", id)
        if refund["status"] not in ("pending", "requires_action"):
            raise conflict(f"You can't cancel a refund with a status of {refund['status']}.")
        self.end(refund, "canceled")
        self.events.record("refund.updated", refund)
        return refund

    def end(self, refund, status):
        refund |= {"status": status, "pending_reason": None}
        self.count(self.state.find("charge", refund["charge"]))

    def count(self, charge):
        """A charge counts what went back or is on its way, over all its refunds."""
        total = sum(refund["amount"] for refund in self.state.table("refund").values()
                    if refund["charge"] == charge["id"] and refund["status"] not in ENDED)
        charge |= {"amount_refunded": total, "refunded": total == charge["amount"]}
