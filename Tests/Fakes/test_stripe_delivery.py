"""The fake Stripe's webhooks arrive, and its faults happen."""
import threading
import time

import pytest
from stripe_fake import FakeStripe, Faults
from stripe_orders import COMPLETED, KEY, SECRET, buy, client, paid
from webhook_receiver import WebhookReceiver


@pytest.fixture
def receiver():
    with WebhookReceiver() as receiver:
        yield receiver


@pytest.fixture
def hooked(receiver):
    with FakeStripe(KEY, SECRET, webhook_url=receiver.url) as fake:
        yield fake


def test_events_arrive_in_order_and_only_the_wanted_ones(hooked, receiver):
    intents = [paid(hooked) for _ in range(5)]
    hooked.refund(intents[0])
    hooked.warn_of_fraud(intents[1])
    hooked.settle()
    wanted = [event for event in hooked.events if event["type"] in hooked.enabled_events]
    assert receiver.ids == [event["id"] for event in wanted]
    assert receiver.types == [COMPLETED] * 5 + [
        "refund.created", "charge.refunded", "radar.early_fraud_warning.created"]
    assert hooked.undelivered == []


def test_a_refused_delivery_is_tried_again_until_it_is_taken(hooked, receiver):
    receiver.statuses = [500, 302, 200]
    id = hooked.expire(buy(hooked))["id"]
    hooked.settle()
    assert [one.event["data"]["object"]["id"] for one in receiver.received] == [id] * 3
    assert [one.status for one in hooked.attempts] == [500, 302, 200]
    assert client(hooked).events.list({"delivery_success": False}).data == []


def test_what_is_given_up_is_found_undelivered_and_delivered_by_hand(hooked, receiver):
    hooked.retry_pauses = (0.01, 0.01)
    receiver.statuses = [500] * 3
    paid(hooked)
    hooked.settle()
    [undelivered] = client(hooked).events.list({"delivery_success": False}).data
    assert (undelivered.type, undelivered.pending_webhooks) == (COMPLETED, 1)
    assert len(receiver.received) == 3
    assert undelivered.id not in [
        one.id for one in client(hooked).events.list({"delivery_success": True}).data]
    assert hooked.redeliver(undelivered.id) == 200
    assert hooked.undelivered == []
    assert hooked.deliver_together(*[undelivered.id] * 4) == [200] * 4
    hooked.webhook_url = "http://127.0.0.1:9/"
    assert hooked.redeliver(undelivered.id) is None


def test_delivery_waits_while_paused(hooked, receiver):
    hooked.pause_delivery()
    paid(hooked)
    with pytest.raises(AssertionError, match="paused"):
        hooked.settle(0.1)
    assert receiver.received == []
    hooked.resume()
    hooked.settle()
    assert receiver.types == [COMPLETED]


def test_an_event_of_ones_own_is_delivered_as_it_is(hooked, receiver):
    hooked.enabled_events = hooked.enabled_events | {"invoice.paid"}
    hooked.emit("invoice.paid", {"id": "in_1", "object": "invoice"})
    hooked.settle()
    forged = hooked.events[0] | {"id": "evt_forged", "livemode": True}
    assert hooked.deliver(forged) == 200
    assert [one.event["livemode"] for one in receiver.received] == [False, True]
    assert [event["id"] for event in hooked.events] != ["evt_forged"]


# Faults

def test_the_same_seed_gives_the_same_schedule():
    def schedule(seed):
        faults = Faults(seed)
        return ([faults.next_event() for _ in range(500)],
                [faults.next_request() for _ in range(500)])

    events, calls = schedule(7)
    assert schedule(7) == (events, calls)
    others, other_calls = schedule(8)
    assert others != events and other_calls != calls
    for name, share in Faults().event_shares.items():
        assert abs(sum(getattr(event, name) for event in events) / 500 - share) < 0.06, name
    assert 5 < sum(call.refuse is not None for call in calls) < 50
    assert 5 < sum(call.error_after_commit for call in calls) < 50
    assert Faults(7).of_event(3) == events[3] and Faults(7).of_request(9) == calls[9]


def run_with(hooked, count=1, **shares):
    """The ids of so many events in the order of making, delivered with only these faults."""
    hooked.faults = Faults.only(1, **shares)
    ids = [buy(hooked) for _ in range(count)]
    for id in ids:
        hooked.expire(id)
    hooked.settle()
    return [event["id"] for event in hooked.events]


def test_a_duplicate_arrives_twice(hooked, receiver):
    [id] = run_with(hooked, duplicate=1)
    assert receiver.ids == [id] * 2
    assert [one.kind for one in hooked.attempts] == ["first", "duplicate"]


def test_reordered_events_change_places(hooked, receiver):
    first, second, third, fourth, last = run_with(hooked, 5, reorder=1)
    assert receiver.ids == [second, first, fourth, third, last]


def test_a_dropped_try_is_followed_by_another(hooked, receiver):
    ids = run_with(hooked, drop=1)
    assert receiver.ids == ids
    assert [one.kind for one in hooked.attempts] == ["dropped", "retry"]
    assert hooked.undelivered == []


def test_a_delayed_event_arrives_late(hooked, receiver):
    began = time.monotonic()
    run_with(hooked, delay=1)
    assert receiver.received[0].began - began >= hooked.delivery.delay


def test_copies_arrive_at_the_same_time(hooked, receiver):
    receiver.pause = 0.2
    [id] = run_with(hooked, concurrent=1)
    assert receiver.ids == [id] * 3
    assert max(one.began for one in receiver.received) < min(
        one.ended for one in receiver.received)


def test_copies_that_are_all_refused_are_tried_again(hooked, receiver):
    receiver.statuses = [500] * 3
    [id] = run_with(hooked, concurrent=1)
    assert receiver.ids == [id] * 4 and hooked.undelivered == []


def test_a_lost_event_never_arrives_and_can_be_fetched(hooked, receiver):
    ids = run_with(hooked, 3, lose=1)
    assert receiver.received == []
    found = client(hooked).events.list({"delivery_success": False}).data
    assert [event.id for event in found] == ids[::-1]


def test_all_faults_together_leave_each_event_delivered_or_found(hooked, receiver):
    hooked.faults = Faults(3, error_after_commit=0, refuse=0)
    threads = [threading.Thread(target=paid, args=[hooked]) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hooked.settle(30)
    made = {event["id"] for event in hooked.events_of(COMPLETED)}
    lost = {event["id"] for event in hooked.undelivered}
    assert len(made) == 40 and made == set(receiver.ids) | lost and lost
    assert lost.isdisjoint(receiver.ids)
    assert {one.kind for one in hooked.attempts} == {
        "first", "retry", "duplicate", "concurrent", "dropped", "lost"}
