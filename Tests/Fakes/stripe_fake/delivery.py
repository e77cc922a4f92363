"""Brings events to the endpoint, again and again until it takes them, with the faults planned."""
import copy
import heapq
import threading
import time
from dataclasses import dataclass, field

from .faults import EventFaults

COPIES = 3
HISTORY_LIMIT = 100_000


@dataclass(order=True)
class Parcel:
    """One event on its way. Ordered by when it is due."""

    due: float
    number: int
    event: dict = field(compare=False)
    faults: EventFaults = field(compare=False, default=EventFaults())
    tries: int = field(compare=False, default=0)
    is_extra: bool = field(compare=False, default=False)

    @property
    def is_dropped(self):
        return self.faults.drop and self.tries == 0

    @property
    def has_copies(self):
        """At the first try that arrives."""
        return self.faults.concurrent and self.tries == int(self.faults.drop)


@dataclass(frozen=True)
class Attempt:
    """One try. kind: first, retry, duplicate, concurrent, dropped, lost or manual."""

    event: str
    type: str
    kind: str
    status: int | None


class Delivery:
    """Sends in order, one at a time; only copies at once are sent beside the rest."""

    def __init__(self, state, endpoint):
        self.state = state
        self.endpoint = endpoint
        self.retry_pauses = (0.02, 0.1, 0.3, 0.6, 1.0)
        self.delay, self.reorder_limit, self.duplicate_gap = 0.3, 0.3, 0.05
        self.attempts = []
        self.queue, self.held, self.number, self.under_way = [], None, 0, 0
        self.is_paused = self.is_stopped = False
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self.run, name="stripe-delivery", daemon=True)

    # Taking events

    def take(self, event):
        if not self.endpoint.wants(event):
            return
        event["pending_webhooks"] = 1
        faults = self.state.faults.next_event() if self.state.faults else EventFaults()
        with self.changed:
            if faults.lose:
                self.note(event, "lost", None)
                return
            self.enqueue(event, faults)
            self.changed.notify_all()

    def enqueue(self, event, faults):
        now = time.monotonic()
        parcel = self.push(now + (self.delay if faults.delay else 0), event, faults)
        if self.held in self.queue:
            # It was waiting for this one to go before it.
            self.held.due, self.held.number = parcel.due, self.next_number()
            self.held = None
        elif faults.reorder:
            parcel.due += self.reorder_limit
            self.held = parcel
        if faults.duplicate:
            self.push(parcel.due + self.duplicate_gap, event, is_extra=True)
        heapq.heapify(self.queue)

    def push(self, due, event, faults=EventFaults(), tries=0, is_extra=False):
        parcel = Parcel(due, self.next_number(), event, faults, tries, is_extra)
        heapq.heappush(self.queue, parcel)
        return parcel

    def next_number(self):
        self.number += 1
        return self.number

    # Bringing them

    def run(self):
        while parcel := self.next_parcel():
            if parcel.has_copies:
                threading.Thread(target=self.bring_copies, args=[parcel], daemon=True).start()
            else:
                self.bring(parcel)

    def next_parcel(self):
        with self.changed:
            while not self.is_stopped:
                wait = self.queue[0].due - time.monotonic() if self.queue else None
                if not self.is_paused and wait is not None and wait <= 0:
                    self.under_way += 1
                    return heapq.heappop(self.queue)
                self.changed.wait(None if self.is_paused else wait)
        return None

    def bring(self, parcel):
        if parcel.is_dropped:
            self.note(parcel.event, "dropped", None)
            self.finish(parcel, False)
            return
        kind = "duplicate" if parcel.is_extra else "retry" if parcel.tries else "first"
        self.finish(parcel, is_success(self.send(parcel.event, kind)))

    def bring_copies(self, parcel):
        statuses = self.send_together([parcel.event] * COPIES, "concurrent")
        self.finish(parcel, any(is_success(status) for status in statuses))

    def finish(self, parcel, is_delivered):
        with self.changed:
            self.under_way -= 1
            if not (is_delivered or parcel.is_extra) and parcel.tries < len(self.retry_pauses):
                due = time.monotonic() + self.retry_pauses[parcel.tries]
                self.push(due, parcel.event, parcel.faults, parcel.tries + 1)
            self.changed.notify_all()

    def send(self, event, kind, **options):
        """Sends once and notes the outcome. The status of the answer, or None."""
        with self.state.lock:
            snapshot = copy.deepcopy(event)
        status = self.endpoint.send(snapshot, **options)
        self.note(event, kind, status)
        if is_success(status):
            with self.state.lock:
                kept = self.state.table("event").get(event["id"], {})
                kept["pending_webhooks"] = 0
        return status

    def send_together(self, events, kind):
        """Sends all at the same moment. Their statuses."""
        barrier = threading.Barrier(len(events))
        statuses = [None] * len(events)

        def send(index, event):
            barrier.wait()
            statuses[index] = self.send(event, kind)

        threads = [threading.Thread(target=send, args=numbered, daemon=True)
                   for numbered in enumerate(events)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return statuses

    def note(self, event, kind, status):
        self.attempts.append(Attempt(event["id"], event["type"], kind, status))
        del self.attempts[:-HISTORY_LIMIT]

    # Steering

    def pause(self, is_paused):
        with self.changed:
            self.is_paused = is_paused
            self.changed.notify_all()

    def settle(self, timeout):
        """Waits until nothing is on its way."""
        with self.changed:
            settled = self.changed.wait_for(
                lambda: not self.queue and not self.under_way, timeout)
            assert settled, (
                f"{len(self.queue)} deliveries wait and {self.under_way} are under way "
                f"after {timeout} s{', paused' if self.is_paused else ''}")

    def stop(self):
        with self.changed:
            self.is_stopped = True
            self.changed.notify_all()
        self.thread.join(self.endpoint.timeout + 1)


def is_success(status):
    return status is not None and 200 <= status < 300
