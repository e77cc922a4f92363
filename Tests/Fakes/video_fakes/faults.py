"""What goes wrong, decided by a seed before it happens."""
import itertools
import random
import threading
from collections import Counter, deque

KINDS = {
    # Of these, `reset_after`, `reset_during`, `status_500_after` and `malformed` make a job.
    "create": ("slow", "refuse_connection_like", "reset_before", "reset_after", "reset_during",
               "status_429", "status_503", "status_500_after", "malformed", "quota", "auth"),
    "poll": ("slow", "reset_before", "reset_during", "status_429", "status_500", "malformed",
             "not_found_once"),
    "download": ("slow", "reset_before", "reset_during", "status_500", "truncated", "not_a_clip",
                 "wrong_size"),
    # never: it is not finished, ever. no_video: finished without one. fails_late: after 99 %.
    "outcome": ("never", "no_video", "fails_late", "refused"),
    # duplicate: twice. forged: first one with a wrong signature. lost: not sent. early: sent when
    # the job was made, and not again. reorder: after the next job's.
    "webhook": ("duplicate", "forged", "lost", "early", "reorder"),
}
# Shares of a day on which everything happens once in a while. `quota` and `auth` are left out:
# these stay until somebody pays or changes the key.
USUAL = {
    "create": dict.fromkeys(
        ("slow", "refuse_connection_like", "reset_before", "reset_after", "reset_during",
         "status_429", "status_503", "status_500_after", "malformed"), 0.02),
    "poll": dict.fromkeys(KINDS["poll"], 0.02),
    "download": dict.fromkeys(KINDS["download"], 0.02),
    "outcome": dict.fromkeys(KINDS["outcome"], 0.02),
    "webhook": dict.fromkeys(KINDS["webhook"], 0.05),
}


class Faults:
    """The shares of creates, polls, downloads, outcomes and webhooks that meet each fault.

    What befalls the n-th event of a kind depends on the seed and n alone. An event meets one
    fault at most.
    """

    def __init__(self, seed=0, **shares):
        self.seed = seed
        self.shares = USUAL | shares
        self.check()
        self.numbers = {kind: itertools.count() for kind in KINDS}
        self.planned = {kind: deque() for kind in KINDS}
        self.lock = threading.Lock()
        self.happened = Counter()

    @classmethod
    def only(cls, seed=0, **shares):
        """No faults but the named ones: `Faults.only(create={"reset_after": 0.5})`."""
        return cls(seed, **(dict.fromkeys(KINDS, {}) | shares))

    def check(self):
        for kind, shares in self.shares.items():
            for name in shares:
                if name not in KINDS.get(kind, ()):
                    raise ValueError(f"no fault is called {kind} {name}")
            if sum(shares.values()) > 1 + 1e-9:
                raise ValueError(f"the shares of {kind} are more than everything")

    def plan(self, kind, *names):
        """What the next events of a kind meet, before the seed decides again. None is nothing."""
        for name in names:
            if name is not None and name not in KINDS[kind]:
                raise ValueError(f"no fault is called {kind} {name}")
        self.planned[kind].extend(names)

    def of(self, kind, number):
        """The fault that the n-th event of a kind meets by the seed, or None."""
        shares = self.shares[kind]
        if not shares:
            return None
        drawn = random.Random(f"{self.seed}/{kind}/{number}").random()
        for name in KINDS[kind]:
            drawn -= shares.get(name, 0)
            if drawn < 0:
                return name
        return None

    def next(self, kind):
        with self.lock:
            if self.planned[kind]:
                name = self.planned[kind].popleft()
            else:
                name = self.of(kind, next(self.numbers[kind]))
            if name:
                self.happened[kind, name] += 1
        return name
