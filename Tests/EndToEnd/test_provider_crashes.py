"""Two workers beside a server, killed again and again while a provider of many faults makes clips:
in the end every job is over, none was paid for twice, and the books add up."""
import os
import random
import threading
import time
from collections import Counter

import pytest
import video_fakes

from rig import pictures
from rig.audit import audit, audit_halves, finished
from rig.cluster import Cluster
from rig.person import Person, ok
from rig.providers import KEY, PROVIDERS
from rig.server import Server, psql, run, wait_until

KILLS = int(os.environ.get("PLACEMINT_KILLS", 160))
PEOPLE = 4
# What all jobs may take once nobody is killed any more.
LIMIT = 180


class Fleet:
    """A server and two workers on one database, any of which may be killed."""

    def __init__(self, **settings):
        self.cluster = Cluster()
        url = self.cluster.url()
        self.server = None
        try:
            done = run("migrate", cwd="/tmp", DATABASE_URL=url)
            assert done.returncode == 0, done.stderr
            self.server = Server(DATABASE_URL=url, WORKERS=2, DATABASE_POOL=6, **settings)
            self.workers = [self.spawn() for _ in range(2)]
        except BaseException:
            self.discard()
            raise

    def spawn(self):
        return self.server.spawn_worker(WORKERS=3, DATABASE_POOL=6)

    def kill_somebody(self, dice):
        number = dice.randrange(3)
        if number == 2:
            self.server.kill9()
            self.server.start()
        else:
            self.workers[number].kill()
            self.workers[number].wait()
            self.workers[number] = self.spawn()

    def discard(self):
        for worker in getattr(self, "workers", []):
            worker.kill()
            worker.wait()
        if self.server:
            self.server.discard()
        self.cluster.discard()


@pytest.fixture
def fake():
    provider = PROVIDERS["videos_api"]
    with provider.start(render_seconds=1, faults=video_fakes.Faults(seed=7)) as fake:
        yield fake


@pytest.fixture
def fleet(fake):
    fleet = Fleet(**PROVIDERS["videos_api"].environment(fake))
    yield fleet
    fleet.discard()


class Orders:
    """People who keep ordering, each clip with a prompt of its own."""

    def __init__(self, server):
        self.people = [Person(server) for _ in range(PEOPLE)]
        self.photos = [{"file_id": person.upload(pictures.jpeg(600, 800))["id"]}
                       for person in self.people]
        for person in self.people:
            person.has_credits_for(600)
        self.taken = {}
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.keep_ordering, args=(number,))
                        for number in range(PEOPLE)]
        for thread in self.threads:
            thread.start()

    def keep_ordering(self, number):
        person, photo, count = self.people[number], self.photos[number], 0
        while not self.stopped.wait(1.2):
            count += 1
            prompt = f"Clip {count} of person {number}."
            order = PROVIDERS["videos_api"].order | {"prompt": prompt, "input_reference": photo}
            # A client that got no answer asks again under the same key.
            self.order(person, order, key=prompt)

    def order(self, person, order, key):
        while not self.stopped.is_set():
            try:
                answer = person.post("/v1/videos", json=order,
                                     headers={"Idempotency-Key": key}, timeout=20)
            except OSError:
                time.sleep(0.2)
                continue
            if answer.status_code == 200:
                self.taken[order["prompt"]] = (person, answer.json()["id"])
            if answer.status_code != 503 or "model_unavailable" in answer.text:
                return
            time.sleep(0.2)

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)


def test_whoever_dies_no_job_is_lost_or_paid_for_twice(fleet, fake):
    dice = random.Random(11)
    orders = Orders(fleet.server)
    try:
        for number in range(KILLS):
            time.sleep(dice.uniform(0.05, 0.6))
            fleet.kill_somebody(dice)
            if number % 10 == 9:
                # Nobody waits half a minute for the leases of the dead; and those of the living
                # are taken away with them, as if they had been frozen.
                fleet.server.end_leases()
    finally:
        orders.stop()
    # Some clips are never finished; nobody waits half an hour for their deadlines either.
    fleet.server.end_leases()
    fleet.server.psql("""
        UPDATE public.jobs SET deadline_at = least(deadline_at, now() + interval '60 seconds')
        WHERE stage <> 'done'""")
    wait_until(lambda: finished(fleet.server), LIMIT, "the end of all jobs")
    check(fleet.server, fake, orders)


def check(server, fake, orders):
    jobs = server.rows("SELECT id, prompt, status, error_code, stage FROM public.jobs")
    assert all(job["stage"] == "done" for job in jobs), Counter(job["stage"] for job in jobs)
    paid = Counter(job.fields["prompt"] for job in fake.creates)
    assert max(paid.values()) == 1, "a clip was paid for twice"
    for job in jobs:
        if job["status"] == "completed":
            assert paid[job["prompt"]] == 1
    ordered = {prompt for prompt in orders.taken}
    assert ordered <= {job["prompt"] for job in jobs}, "an order that was taken is lost"
    ends = Counter(job["error_code"] or "completed" for job in jobs)
    assert ends["completed"] > len(jobs) / 4, ends
    print(f"{KILLS} kills, {len(jobs)} jobs: {dict(ends)}")
    audit(server)
    audit_halves(server)
    done = run("audit", cwd=server.folder, timeout=60, **server.environment)
    assert done.returncode == 0, done.stdout
    for person, video in list(orders.taken.values())[:20]:
        ok(person.get(f"/v1/videos/{video}"))
