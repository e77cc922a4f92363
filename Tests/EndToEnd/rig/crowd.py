"""People who order, cancel and buy, each thing until it is done, while something goes wrong."""
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from .person import CLIP_CREDITS, ok
from .server import wait_until

# Tries of one thing, a tenth of a second apart at least.
TRIES = 300
# Orders that stay; the others are cancelled, as nobody may have more than 20 under way.
KEPT = 8


class Crowd:
    """What they are answered is a yes, or a clear 503 that says when to come again."""

    def __init__(self, people):
        self.people = people
        self.refusals = []
        self.ordered = {person: 0 for person in people}
        self.cancelled = {person: 0 for person in people}
        self.paid = {person: 1 for person in people}
        self.over = threading.Event()
        for person in people:
            person.buy()

    def work_while(self, disturb):
        """Lets everybody work until `disturb`, which sees that something is done, has ended."""
        with ThreadPoolExecutor(len(self.people)) as threads:
            work = [threads.submit(self.work, person) for person in self.people]
            try:
                disturb(self)
            finally:
                self.over.set()
            for person in work:
                person.result()

    def wait_for_more(self, orders):
        """Until so many more orders were taken."""
        wanted = sum(self.ordered.values()) + orders
        wait_until(lambda: sum(self.ordered.values()) >= wanted, 60, f"{orders} more orders")

    def work(self, person):
        while not self.over.is_set():
            key = uuid.uuid4().hex
            video = self.insist(lambda: person.order(key)).json()
            self.ordered[person] += 1
            if self.ordered[person] > KEPT:
                # 409: it was cancelled, and the answer was lost.
                self.insist(lambda: person.post(f"/v1/videos/{video['id']}/cancel"), also=409)
                self.cancelled[person] += 1
            if self.ordered[person] % 5 == 0:
                self.buy(person)

    def buy(self, person):
        # Every call is another purchase, so one whose answer is lost stays open and unpaid.
        checkout = self.insist(
            lambda: person.post("/v1/checkouts", json={"pack": "starter"}), status=201).json()
        for _ in range(TRIES):
            found = self.insist(lambda: person.get(f"/v1/checkouts/{checkout['id']}")).json()
            if found["status"] == "paid":
                self.paid[person] += 1
                return
            try:
                person.press("pay", checkout)
            except (AssertionError, StopIteration):
                time.sleep(0.1)  # The page could not be shown, or has no button any more.
        raise AssertionError("not paid")

    def insist(self, ask, status=200, also=None):
        for _ in range(TRIES):
            answer = ask()
            if answer.status_code in (status, also):
                return answer
            assert answer.status_code == 503, f"{answer.status_code}: {answer.text[:300]}"
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.json()["error"]["code"] == "overloaded"
            self.refusals.append(answer)
            time.sleep(0.1)
        raise AssertionError(f"not within {TRIES} tries")

    def audit(self, server):
        """Everything was done once, and nothing twice."""
        for person in self.people:
            found = server.rows(f"""
                SELECT balance,
                       (SELECT count(*) FROM public.jobs WHERE user_id = person.id) AS ordered,
                       (SELECT count(*) FROM public.jobs
                        WHERE user_id = person.id AND error_code = 'cancelled') AS cancelled,
                       (SELECT count(*) FROM public.purchases
                        WHERE user_id = person.id AND status = 'paid') AS paid
                FROM public.users AS person WHERE email = '{person.email}'""")[0]
            ordered, cancelled = self.ordered[person], self.cancelled[person]
            assert found == {
                "ordered": ordered, "cancelled": cancelled, "paid": self.paid[person],
                "balance": 500 * self.paid[person] - CLIP_CREDITS * (ordered - cancelled)}
        assert ok(self.people[0].get("/v1/credits"))["balance"] >= 0
        done = server.run("audit")
        assert done.returncode == 0, done.stdout + done.stderr
