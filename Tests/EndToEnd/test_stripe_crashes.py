"""The server dies while money is on its way: before, between and after what it writes down."""
import contextlib
import signal
import subprocess
import threading

import pytest
import requests
from stripe_fake import Faults

from rig.audit import audit
from rig.cluster import Cluster
from rig.person import ok
from rig.server import run, wait_until
from rig.shop import Shop, account, keys, session_of

# Within the time that a statement may take.
QUICKLY = 6
# Holds back the commit of whatever says that an event was applied.
BARRIER = """
    CREATE FUNCTION public.wait_at_the_barrier() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER barrier AFTER UPDATE ON public.stripe_events
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      WHEN (old.applied_at IS NULL AND new.applied_at IS NOT NULL)
      EXECUTE FUNCTION public.wait_at_the_barrier()"""


@pytest.fixture(scope="module")
def cluster():
    """A Postgres that outlives the server."""
    cluster = Cluster()
    yield cluster
    cluster.discard()


@pytest.fixture
def fake():
    with account() as fake:
        # What is not taken at once is not sent again by itself.
        fake.retry_pauses = ()
        yield fake


@pytest.fixture
def shop(cluster, fake, start_server, tmp_path):
    database = cluster.url(database=cluster.new_database())
    assert run("migrate", cwd=tmp_path, DATABASE_URL=database).returncode == 0
    return Shop(start_server(WORKERS=0, DATABASE_URL=database, **keys(fake)), fake)


@pytest.fixture
def buyer(shop):
    return shop.customer()


class Session:
    """A connection to the database that keeps what it holds."""

    def __init__(self, database):
        self.process = subprocess.Popen(
            ["psql", "-X", "-q", "-A", "-t", "-d", database], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)

    def say(self, statement):
        """Runs a statement. What it answers."""
        self.process.stdin.write(statement + ";\n\\echo done\n")
        lines = []
        while (line := self.process.stdout.readline().strip()) != "done":
            assert line or self.process.poll() is None, lines
            lines.append(line)
        assert not any("ERROR" in line for line in lines), lines
        return lines


@contextlib.contextmanager
def in_background(act):
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    yield
    thread.join(30)
    assert not thread.is_alive()


def start_without_stripe(shop):
    """Starts again. Stripe says nothing: what is known has to be enough."""
    shop.fake.faults = Faults.only(refuse=1)
    shop.server.start()


def tries(shop, event):
    return [attempt for attempt in shop.fake.attempts if attempt.event == event["id"]]


def assert_granted_once(buyer, credits=500):
    assert buyer.balance == credits
    assert [(entry["kind"], entry["amount"]) for entry in buyer.ledger] == [("purchase", credits)]
    audit(buyer.server)


def pay_and_catch(shop, session):
    """Pays while the purchase cannot be touched. The event, recorded and not applied."""
    shop.fake.pay(session)
    event = shop.event("checkout.session.completed", session)
    row = wait_until(lambda: shop.recorded(event), QUICKLY, "the event's row")
    assert row["applied_at"] is None
    return event


def test_killed_between_recording_and_applying(shop, buyer):
    session = buyer.open_session()
    with Session(shop.server.database) as other:
        other.say("BEGIN")
        assert len(other.say("SELECT id FROM public.purchases "
                             f"WHERE checkout_session = '{session}' FOR UPDATE")) == 1
        event = pay_and_catch(shop, session)
        shop.server.kill9()
        other.say("ROLLBACK")
    shop.fake.settle()
    assert shop.recorded(event)["applied_at"] is None
    assert shop.purchase(session)["status"] == "open", "nothing was half done"
    start_without_stripe(shop)
    wait_until(lambda: shop.recorded(event)["applied_at"], 20, "the event's end")
    assert_granted_once(buyer)
    assert [attempt.status for attempt in tries(shop, event)] == [None], "never delivered again"


def test_killed_between_recording_and_applying_and_told_again_at_once(shop, buyer):
    session = buyer.open_session()
    with Session(shop.server.database) as other:
        other.say("BEGIN")
        other.say(f"SELECT FROM public.purchases WHERE checkout_session = '{session}' FOR UPDATE")
        event = pay_and_catch(shop, session)
        shop.server.kill9()
        other.say("ROLLBACK")
    start_without_stripe(shop)
    assert shop.fake.deliver_together(*[event] * 5) == [200] * 5
    assert shop.recorded(event)["applied_at"]
    assert_granted_once(buyer)


def test_killed_between_applying_and_answering(shop, buyer):
    """The commit goes through in the database; the server that asked for it never knows."""
    session = buyer.open_session()
    shop.server.psql(BARRIER)
    with Session(shop.server.database) as other:
        other.say("SELECT pg_advisory_lock(4711)")
        shop.fake.pay(session)
        event = shop.event("checkout.session.completed", session)
        wait_until(lambda: waiting_commits(shop), QUICKLY, "the commit that waits")
        assert shop.recorded(event)["applied_at"] is None
        shop.server.process.send_signal(signal.SIGSTOP)
        other.say("SELECT pg_advisory_unlock(4711)")
        wait_until(lambda: shop.recorded(event)["applied_at"], QUICKLY, "the commit")
        assert tries(shop, event) == [], "nothing was answered"
        shop.server.kill9()
    shop.fake.settle()
    assert [attempt.status for attempt in tries(shop, event)] == [None]
    shop.server.psql("DROP FUNCTION public.wait_at_the_barrier() CASCADE")
    start_without_stripe(shop)
    assert shop.fake.redeliver(event["id"]) == 200
    assert shop.recorded(event)["attempts"] == 1
    assert_granted_once(buyer)


def waiting_commits(shop):
    return shop.server.rows("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def test_killed_before_a_commit_nothing_was_given(shop, buyer):
    """As above, and the database loses the commit: the next try gives everything."""
    session = buyer.open_session()
    shop.server.psql(BARRIER)
    with Session(shop.server.database) as other:
        other.say("SELECT pg_advisory_lock(4711)")
        shop.fake.pay(session)
        event = shop.event("checkout.session.completed", session)
        [waiting] = wait_until(lambda: waiting_commits(shop), QUICKLY, "the commit that waits")
        shop.server.kill9()
        other.say(f"SELECT pg_terminate_backend({waiting['pid']})")
        wait_until(lambda: not waiting_commits(shop), QUICKLY, "the end of the commit")
    shop.fake.settle()
    assert shop.purchase(session)["status"] == "open" and not shop.recorded(event)["applied_at"]
    shop.server.psql("DROP FUNCTION public.wait_at_the_barrier() CASCADE")
    start_without_stripe(shop)
    assert shop.fake.redeliver(event["id"]) == 200
    assert_granted_once(buyer)


def test_a_lost_connection_at_the_commit_is_no_failure_of_the_delivery(shop, buyer):
    """Nobody knows whether it was committed; the event is on record either way."""
    session = buyer.open_session()
    shop.server.psql(BARRIER)
    with Session(shop.server.database) as other:
        other.say("SELECT pg_advisory_lock(4711)")
        shop.fake.pay(session)
        event = shop.event("checkout.session.completed", session)
        [waiting] = wait_until(lambda: waiting_commits(shop), QUICKLY, "the commit that waits")
        other.say(f"SELECT pg_terminate_backend({waiting['pid']})")
        other.say("SELECT pg_advisory_unlock(4711)")
    wait_until(lambda: shop.recorded(event)["applied_at"], 20, "the event's end")
    shop.fake.settle()
    assert_granted_once(buyer)
    assert shop.fake.redeliver(event["id"]) == 200
    assert_granted_once(buyer)


def test_killed_while_a_page_is_opened(shop, buyer):
    shop.fake.pause_requests()

    def click():
        with contextlib.suppress(requests.RequestException):
            buyer.click()

    with in_background(click):
        wait_until(
            lambda: any(request.method == "POST" for request in shop.fake.requests), QUICKLY,
            "the request to Stripe")
        shop.server.kill9()
        shop.fake.resume_requests()
    [session] = wait_until(lambda: shop.fake.sessions, QUICKLY, "the session")
    [purchase] = buyer.purchases
    assert (purchase["status"], purchase["checkout_session"]) == ("open", None)
    shop.server.start()
    checkout = ok(buyer.click(), 201)
    assert session_of(checkout) == session["id"], "Stripe knows the request again"
    assert len(shop.fake.sessions) == len(buyer.purchases) == 1
    shop.fake.pay(session)
    shop.fake.settle()
    assert_granted_once(buyer)


def test_killed_while_a_page_is_opened_that_is_paid_without_another_click(shop, buyer):
    """The session's name was lost with the server: its reference finds the purchase."""
    shop.fake.pause_requests()

    def click():
        with contextlib.suppress(requests.RequestException):
            buyer.click()

    with in_background(click):
        wait_until(
            lambda: any(request.method == "POST" for request in shop.fake.requests), QUICKLY,
            "the request to Stripe")
        shop.server.kill9()
        shop.fake.resume_requests()
    [session] = wait_until(lambda: shop.fake.sessions, QUICKLY, "the session")
    shop.server.start()
    shop.fake.pay(session)
    shop.fake.settle()
    assert shop.purchase(session["id"])["status"] == "paid"
    assert_granted_once(buyer)
    assert buyer.checkout()["url"] != session["url"], "what is paid is not offered again"


def test_killed_while_credits_are_taken_back(shop, buyer):
    session = buyer.buy()
    with Session(shop.server.database) as other:
        other.say("BEGIN")
        other.say(f"SELECT FROM public.purchases WHERE checkout_session = '{session}' FOR UPDATE")
        refund = shop.fake.refund(session, 200)
        event = shop.event("refund.created", refund["id"])
        wait_until(lambda: shop.recorded(event), QUICKLY, "the event's row")
        shop.server.kill9()
        other.say("ROLLBACK")
    shop.fake.settle()
    start_without_stripe(shop)
    wait_until(lambda: shop.recorded(event)["applied_at"], 20, "the event's end")
    assert buyer.balance == 300 and len(buyer.ledger) == 2
    assert shop.fake.redeliver(event["id"]) == 200
    assert buyer.balance == 300 and len(buyer.ledger) == 2
