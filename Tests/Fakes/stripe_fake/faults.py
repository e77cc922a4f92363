"""What goes wrong, decided by a seed before it happens."""
import itertools
import random
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class EventFaults:
    """What befalls one event's delivery.

    duplicate: delivered once more. reorder: delivered after the next event. drop: the first try
    does not arrive. delay: delivered late. concurrent: several copies at once. lose: never
    delivered, and marked so.
    """

    duplicate: bool = False
    reorder: bool = False
    drop: bool = False
    delay: bool = False
    concurrent: bool = False
    lose: bool = False


@dataclass(frozen=True)
class RequestFaults:
    """What befalls one request.

    refuse: the status, 429 or 503, with which it is answered before any work, or None.
    error_after_commit: whether it is answered 500 though the work was done.
    """

    refuse: int | None = None
    error_after_commit: bool = False


class Faults:
    """The share of events and of requests that meet each fault, and which ones these are.

    What befalls the n-th event or request depends on the seed and n alone.
    """

    def __init__(self, seed=0, *, duplicate=0.2, reorder=0.2, drop=0.1, delay=0.2, concurrent=0.1,
                 lose=0.05, error_after_commit=0.05, refuse=0.05):
        self.seed = seed
        self.event_shares = {"duplicate": duplicate, "reorder": reorder, "drop": drop,
                             "delay": delay, "concurrent": concurrent, "lose": lose}
        self.request_shares = {"refuse": refuse, "error_after_commit": error_after_commit}
        # Iterators of this kind are safe to share between threads.
        self.event_numbers = itertools.count()
        self.request_numbers = itertools.count()

    @classmethod
    def only(cls, seed=0, **shares):
        """No faults but the named ones."""
        none = dict.fromkeys(
            [field.name for kind in (EventFaults, RequestFaults) for field in fields(kind)], 0)
        return cls(seed, **(none | shares))

    def of_event(self, number):
        draw = random.Random(f"{self.seed}/event/{number}").random
        return EventFaults(**{name: draw() < share for name, share in self.event_shares.items()})

    def of_request(self, number):
        draw = random.Random(f"{self.seed}/request/{number}").random
        status = 429 if draw() < 0.5 else 503
        refused = draw() < self.request_shares["refuse"]
        return RequestFaults(
            refuse=status if refused else None,
            error_after_commit=draw() < self.request_shares["error_after_commit"])

    def next_event(self):
        return self.of_event(next(self.event_numbers))

    def next_request(self):
        return self.of_request(next(self.request_numbers))
