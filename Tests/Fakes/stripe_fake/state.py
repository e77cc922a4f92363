"""Everything the fake account holds."""
import random
import string
import threading
import time

from .errors import no_such

# What follows the prefix in Stripe's own ids.
ID_LENGTHS = {"cs_test_": 58, "pi_": 24, "ch_": 24, "re_": 24, "dp_": 24, "evt_": 24, "req_": 14,
              "issfr_": 24, "txn_": 24}
NAMES_IN_ERRORS = {"refund": ("refund", "refund"), "dispute": ("dispute", "dispute"),
                   "checkout.session": ("checkout.session", "session"),
                   "payment_intent": ("payment_intent", "intent")}


class State:
    """Objects by kind and id, oldest first. Whoever reads or changes them holds the lock.

    seed: gives the same ids in every run. Without one they are new each time, so that two fakes
    that one server meets do not repeat each other's.
    """

    def __init__(self, clock=time.time, seed=None, faults=None):
        self.lock = threading.RLock()
        self.clock = clock
        self.random = random.Random(seed)
        self.tables = {}
        # What was sent for a session and is not shown in it.
        self.drafts = {}
        self.faults = faults
        self.tax_rate = 0.2
        self.refund_status = "succeeded"

    @property
    def now(self):
        return int(self.clock())

    def new_id(self, prefix):
        with self.lock:
            letters = self.random.choices(
                string.ascii_letters + string.digits, k=ID_LENGTHS[prefix])
        return prefix + "".join(letters)

    def table(self, kind):
        return self.tables.setdefault(kind, {})

    def add(self, thing):
        self.table(thing["object"])[thing["id"]] = thing
        return thing

    def find(self, kind, id, param=None, status=404):
        try:
            return self.table(kind)[id]
        except KeyError:
            name, usual = NAMES_IN_ERRORS.get(kind, (kind, "id"))
            raise no_such(name, id, param or usual, status) from None

    def find_any(self, id):
        """The object of that id, of whatever kind."""
        for table in self.tables.values():
            if id in table:
                return table[id]
        raise no_such("object", id)

    def charge_of(self, id):
        """The charge that a session, payment intent or charge came to."""
        thing = self.find_any(id)
        if thing["object"] == "checkout.session":
            thing = self.find("payment_intent", thing["payment_intent"])
        if thing["object"] == "payment_intent":
            thing = self.find("charge", thing["latest_charge"])
        return self.find("charge", thing["id"])
