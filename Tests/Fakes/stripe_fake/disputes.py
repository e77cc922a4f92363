"""Buyers who ask their bank for the money."""
from . import shapes
from .errors import conflict, invalid

OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
CLOSED = ("won", "lost", "warning_closed", "prevented")
FEE = 1500


class Disputes:
    def __init__(self, state, events):
        self.state = state
        self.events = events

    def create(self, charge, amount=None, status="needs_response", reason="fraudulent"):
        """amount: the whole charge when None. Banks may also ask for another amount."""
        if status not in OPEN:
            raise invalid(f"No dispute begins as {status}.", "status")
        if charge["status"] != "succeeded":
            raise conflict(f"Charge {charge['id']} was not paid, so nobody disputes it.")
        dispute = self.state.add(shapes.dispute(
            self.state.new_id("dp_"), charge, charge["amount"] if amount is None else amount,
            status, reason, self.state.now))
        charge["disputed"] = True
        self.events.record("charge.dispute.created", dispute)
        return dispute

    def update(self, id, status):
        """Evidence was sent, or an inquiry became a dispute."""
        if status not in OPEN:
            raise invalid(f"{status} is not a state of an open dispute.", "status")
        dispute = self.open(id)
        self.set_status(dispute, status)
        self.events.record("charge.dispute.updated", dispute)
        return dispute

    def close(self, id, status):
        if status not in CLOSED:
            raise invalid(f"No dispute ends as {status}.", "status")
        dispute = self.open(id)
        self.set_status(dispute, status)
        self.events.record("charge.dispute.closed", dispute)
        return dispute

    def withdraw_funds(self, id):
        dispute = self.state.find("dispute", id)
        if self.balance(dispute) != 0:
            raise conflict(f"The money of {id} was withdrawn already.")
        self.move(dispute, -dispute["amount"], FEE)
        self.events.record("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def reinstate_funds(self, id):
        dispute = self.state.find("dispute", id)
        if self.balance(dispute) == 0:
            raise conflict(f"No money of {id} was withdrawn.")
        self.move(dispute, dispute["amount"], 0)
        self.events.record("charge.dispute.funds_reinstated", dispute)
        return dispute

    def warn_of_fraud(self, charge):
        warning = self.state.add(shapes.fraud_warning(
            self.state.new_id("issfr_"), charge, self.state.now))
        self.events.record("radar.early_fraud_warning.created", warning)
        return warning

    def open(self, id):
        dispute = self.state.find("dispute", id)
        if dispute["status"] not in OPEN:
            raise conflict(f"{id} was closed as {dispute['status']}.")
        return dispute

    def set_status(self, dispute, status):
        dispute |= {"status": status, "is_charge_refundable":
                    status.startswith("warning_") or status in ("won", "prevented")}

    def balance(self, dispute):
        return sum(movement["amount"] for movement in dispute["balance_transactions"])

    def move(self, dispute, amount, fee):
        dispute["balance_transactions"].append(shapes.movement(
            self.state.new_id("txn_"), dispute, amount, fee, self.state.now))
