"""People who order and buy at once, each thing until it is done, whatever happens meanwhile."""
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import requests

from .person import CLIP_CREDITS

# Tries of one thing. Each waits as it is told to, so that this is minutes.
TRIES = 60


class Crowd:
    """Answers are kept: each has to be a yes, or a clear 503 that says when to come again."""

    def __init__(self, people, orders):
        self.people = people
        self.orders = orders
        self.refusals = []
        self.over = threading.Event()

    def run(self, disturb):
        """Lets everybody order and buy, while `disturb` runs once in the middle of it."""
        tasks = [lambda person=person: self.order(person)
                 for _ in range(self.orders) for person in self.people]
        tasks += [lambda person=person: self.buy(person) for person in self.people]
        with ThreadPoolExecutor(len(self.people) * 2 + 1) as threads:
            trouble = threads.submit(disturb, self)
            done = list(threads.map(lambda task: task(), tasks))
            self.over.set()
            trouble.result()
        assert len(done) == len(tasks)

    def order(self, person):
        key = uuid.uuid4().hex
        return self.insist(lambda: person.order(key)).json()["id"]

    def buy(self, person):
        checkout = self.insist(
            lambda: person.post("/v1/checkouts", json={"pack": "starter"}), status=201).json()
        self.insist(lambda: person.press("pay", checkout))

    def insist(self, ask, status=200):
        for _ in range(TRIES):
            try:
                answer = ask()
            except AssertionError:
                # The page of the checkout could not be shown.
                time.sleep(0.2)
                continue
            if answer.status_code == status:
                return answer
            assert answer.status_code == 503, f"{answer.status_code}: {answer.text[:300]}"
            self.refusals.append(answer)
            time.sleep(0.1)
        raise AssertionError(f"not within {TRIES} tries")

    def audit(self, server):
        """Everything was done once: as many jobs as orders, as many purchases as were paid."""
        for answer in self.refusals:
            assert int(answer.headers["retry-after"]) >= 1
            if "json" in answer.headers["content-type"]:
                assert answer.json()["error"]["code"] == "overloaded"
        for person in self.people:
            found = server.rows(f"""
                SELECT count(DISTINCT job.id) AS jobs,
                       (SELECT count(*) FROM public.purchases
                        WHERE user_id = person.id AND status = 'paid') AS paid, balance
                FROM public.users AS person LEFT JOIN public.jobs AS job ON user_id = person.id
                WHERE email = '{person.email}' GROUP BY person.id""")[0]
            assert found["jobs"] == self.orders
            assert found["balance"] == 500 * found["paid"] - self.orders * CLIP_CREDITS


def is_served(server):
    try:
        return requests.get(server.url + "/readyz", timeout=5).status_code == 200
    except requests.RequestException:
        return False
