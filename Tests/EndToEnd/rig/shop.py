"""A server that sells at a Stripe of our own, and the people who buy there."""
import contextlib
import uuid

from stripe_fake import FakeStripe, Faults
from stripe_fake.faults import EventFaults, RequestFaults

from .audit import audit
from .person import Person, ok
from .server import Server, wait_until

KEY, SECRET = "sk_test_endtoend0123456789", "whsec_endtoend0123456789"
# Credits and cents of the packs in the catalogue.
PACKS = {"starter": (500, 500), "creator": (1300, 1200), "pro": (2800, 2500)}


def account():
    """A new account at Stripe. For a `with` block."""
    return FakeStripe(KEY, SECRET)


def keys(fake):
    """The settings with which a server sells at the fake."""
    return {"STRIPE_SECRET_KEY": fake.secret_key, "STRIPE_WEBHOOK_SECRET": fake.webhook_secret,
            "STRIPE_API_BASE": fake.url}


@contextlib.contextmanager
def open_shop(**settings):
    """A shop that several tests share. Its books have to be right when it closes."""
    with account() as fake:
        server = Server(WORKERS=0, **(keys(fake) | settings))
        try:
            yield Shop(server, fake)
            audit(server)
            books = server.run("audit")
            assert books.returncode == 0, books.stdout
        finally:
            server.discard()


class Shop:
    """A running server with its account at Stripe, which reports to it."""

    def __init__(self, server, fake, is_reached=True):
        """is_reached: whether the server can talk to the account as it stands."""
        self.server = server
        self.connect(fake)
        if is_reached:
            self.await_comparison()

    def connect(self, fake):
        self.fake = fake
        fake.webhook_url = self.server.url + "/webhooks/stripe"
        fake.enabled_events |= {"charge.dispute.updated"}

    def await_comparison(self, earlier=0):
        """Waits for the end of the comparison with Stripe that each start begins with.

        earlier: how many lists of disputes were asked for before that start.
        """
        wait_until(lambda: len(self.requests("GET", "/v1/disputes")) > earlier, 20,
                   "the first comparison with Stripe")

    def customer(self):
        return Customer(self)

    def requests(self, method, path):
        """What Stripe was asked by that method and path, and has answered."""
        return [request for request in self.fake.requests
                if (request.method, request.path) == (method, path) and request.status]

    @property
    def openings(self):
        """The requests that opened a session, or tried."""
        return self.requests("POST", "/v1/checkout/sessions")

    def event(self, type, session):
        """The last event of that type about a session."""
        return [event for event in self.fake.events_of(type)
                if event["data"]["object"]["id"] == session][-1]

    def recorded(self, event):
        """The server's own row of an event, or None."""
        found = self.server.rows(
            f"SELECT * FROM public.stripe_events WHERE id = '{event['id']}'")
        return found[0] if found else None

    def purchase(self, session):
        """The server's own row of a purchase, or None."""
        found = self.server.rows(
            f"SELECT * FROM public.purchases WHERE checkout_session = '{session}'")
        return found[0] if found else None

    def await_applied(self, event, limit=20):
        """The row of an event, once it is done with. Nobody may have to look at it."""
        row = wait_until(
            lambda: (row := self.recorded(event)) and (row["applied_at"] or row["review_reason"])
            and row, limit, f"the end of {event['type']}")
        assert row["applied_at"], f"{event['type']} is to be reviewed: {row['review_reason']}"
        return row

    @property
    def to_review(self):
        """The events that wait for a person, and why."""
        found = self.server.rows("SELECT id, review_reason FROM public.stripe_events "
                                 "WHERE review_reason IS NOT NULL AND applied_at IS NULL")
        return {row["id"]: row["review_reason"] for row in found}


class Customer(Person):
    def __init__(self, shop):
        self.shop = shop
        super().__init__(shop.server)

    @property
    def fake(self):
        return self.shop.fake

    def click(self, pack="starter"):
        """A click on a pack. The answer, whatever it is."""
        return self.post("/v1/checkouts", json={"pack": pack})

    def open_session(self, pack="starter"):
        """The session of a new page, or of one that is still open."""
        return session_of(self.checkout(pack))

    def buy(self, pack="starter"):
        """Buys a pack. The paid session."""
        session = self.open_session(pack)
        self.fake.pay(session)
        self.fake.settle()
        return session

    def buy_unheard(self, pack="starter"):
        """Pays a pack while Stripe reports to nobody. The paid session."""
        session = self.open_session(pack)
        with self.unheard():
            self.fake.pay(session)
        return session

    @contextlib.contextmanager
    def unheard(self):
        """Whatever happens meanwhile is never reported."""
        url, self.fake.webhook_url = self.fake.webhook_url, None
        try:
            yield
        finally:
            self.fake.webhook_url = url

    def look(self, checkout):
        """The checkout as it stands."""
        return ok(self.get(f"/v1/checkouts/{checkout['id']}"))

    @property
    def standing(self):
        said = ok(self.get("/v1/credits"))
        return {"balance": said["balance"], "frozen": said.get("frozen")}

    @property
    def purchases(self):
        """The server's own rows of this person's purchases, oldest first."""
        return self.server.rows(f"""
            SELECT purchase.* FROM public.purchases AS purchase
            JOIN public.users AS person ON person.id = user_id
            WHERE email = '{self.email}' ORDER BY purchase.created_at""")


class Planned(Faults):
    """Faults that the next requests meet, one after the other."""

    def __init__(self, *requests):
        self.seed, self.requests = "planned", list(requests)

    def next_event(self):
        return EventFaults()

    def next_request(self):
        return self.requests.pop(0) if self.requests else RequestFaults()


def refusals(status, count=1):
    return Planned(*[RequestFaults(refuse=status)] * count)


def session_of(checkout):
    """Stripe's name for a checkout's page, which ends its address."""
    return checkout["url"].rsplit("/", 1)[1]


def purchase_id(checkout):
    """The purchase of a checkout, as the database writes it."""
    return str(uuid.UUID(checkout["id"].removeprefix("checkout_")))
