"""Idempotency keys: the same key, the same answer."""
import threading
from dataclasses import dataclass, replace

from .errors import Refusal, invalid

LONGEST_KEY = 255
KEPT_FOR = 24 * 60 * 60


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict
    headers: tuple = ()
    # Whether a later request with the same key gets this answer again.
    kept: bool = True


@dataclass
class Entry:
    call: tuple
    since: float
    request: str
    answer: Answer | None = None


class Idempotency:
    def __init__(self, clock):
        self.clock = clock
        self.lock = threading.Lock()
        self.entries = {}

    def run(self, key, call, request, work):
        """The answer of the first run with that key, or of this one.

        call: what must not differ between the two; request: the id of this request.
        """
        if key is None:
            return work()
        if not 0 < len(key) <= LONGEST_KEY:
            raise invalid(f"Idempotency keys have 1 to {LONGEST_KEY} characters.")
        if earlier := self.claim(key, call, request):
            extra = (("Idempotent-Replayed", "true"), ("Original-Request", earlier.request))
            return replace(earlier.answer, headers=earlier.answer.headers + extra)
        answer = None
        try:
            answer = work()
            return answer
        finally:
            with self.lock:
                if answer and answer.kept:
                    self.entries[key].answer = answer
                else:
                    del self.entries[key]

    def claim(self, key, call, request):
        """The entry of an earlier run, unless this is the first."""
        with self.lock:
            entry = self.entries.get(key)
            if entry and entry.answer and entry.since + KEPT_FOR < self.clock():
                entry = None
            if entry is None:
                self.entries[key] = Entry(call, self.clock(), request)
                return None
            if entry.call != call:
                raise Refusal(
                    400, "Keys for idempotent requests can only be used with the same parameters "
                    f"they were first used with. Try using a key other than '{key}' if you meant "
                    "to execute a different request.", type="idempotency_error")
            if entry.answer is None:
                raise Refusal(
                    409, "There is currently another in-progress request using this Idempotent "
                    f"Key: {key}. Please try again later.", "idempotency_key_in_use",
                    type="idempotency_error")
            return entry
