"""Tells the endpoint of ended jobs, again and again until it listens, with the faults planned."""
import heapq
import itertools
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

HISTORY_LIMIT = 100_000
TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. kind: first, retry, duplicate, forged, early or lost. status: None when nobody
    answered, or nothing was sent."""

    job: str
    kind: str
    status: int | None
    body: bytes = b""


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Vendors do not follow redirects."""

    def redirect_request(self, *_):
        return None


class Webhooks:
    """sign(job, is_early) gives the headers and the body of a job's webhook, or None when nobody
    is to be told of it; forge(headers) spoils the signature."""

    def __init__(self, sign, forge):
        self.sign, self.forge = sign, forge
        self.retry_pauses = (0.05, 0.2, 0.5, 1.0, 2.0)
        self.reorder_limit = 0.5
        self.attempts = []
        self.queue, self.held, self.numbers = [], None, itertools.count()
        self.under_way, self.is_stopped = 0, False
        self.changed = threading.Condition()
        self.opener = urllib.request.build_opener(NoRedirects)

    def start(self):
        threading.Thread(target=self.run, name="video-webhooks", daemon=True).start()

    # Taking news

    def created(self, job):
        if job.webhook_fault == "early":
            self.push(job, "early")

    def ended(self, job):
        match job.webhook_fault:
            case "early":
                return
            case "lost":
                self.note(Attempt(job.id, "lost", None))
                return
            case "forged":
                self.push(job, "forged")
            case "duplicate":
                self.push(job, "duplicate", pause=0.05)
        self.push(job, "first")

    def push(self, job, kind, tries=0, pause=0.0):
        if job.webhook_url is None:
            return
        with self.changed:
            due = time.monotonic() + pause
            parcel = [due, next(self.numbers), job, kind, tries]
            if kind == "first" and job.webhook_fault == "reorder" and self.held is None:
                parcel[0] += self.reorder_limit
                self.held = parcel
            elif kind == "first" and self.held in self.queue:
                # It was waiting for this one to go before it.
                self.held[:2] = [due, next(self.numbers)]
                heapq.heapify(self.queue)
                self.held = None
            heapq.heappush(self.queue, parcel)
            self.changed.notify_all()

    # Bringing them

    def run(self):
        while parcel := self.next_parcel():
            _, _, job, kind, tries = parcel
            status = self.send(job, kind, is_retry=tries > 0)
            with self.changed:
                self.under_way -= 1
                is_wanted = kind in ("first", "early") and not is_success(status)
                if is_wanted and tries < len(self.retry_pauses):
                    self.push(job, kind, tries + 1, self.retry_pauses[tries])
                self.changed.notify_all()

    def next_parcel(self):
        with self.changed:
            while not self.is_stopped:
                wait = self.queue[0][0] - time.monotonic() if self.queue else None
                if wait is not None and wait <= 0:
                    self.under_way += 1
                    parcel = heapq.heappop(self.queue)
                    if parcel is self.held:
                        self.held = None
                    return parcel
                self.changed.wait(wait)
        return None

    def send(self, job, kind, is_retry=False):
        """Sends once and notes the outcome. The status of the answer, or None."""
        signed = self.sign(job, kind == "early")
        if signed is None:
            return 200
        headers, body = signed
        if kind == "forged":
            headers = self.forge(headers)
        status = self.post(job.webhook_url, {"Content-Type": "application/json"} | headers, body)
        self.note(Attempt(job.id, "retry" if is_retry else kind, status, body))
        return status

    def post(self, url, headers, body):
        request = urllib.request.Request(url, body, headers, method="POST")
        try:
            with self.opener.open(request, timeout=TIMEOUT) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return None

    def note(self, attempt):
        self.attempts.append(attempt)
        if len(self.attempts) > HISTORY_LIMIT:
            del self.attempts[:HISTORY_LIMIT // 10]

    def settle(self, timeout):
        """Waits until nothing is on its way."""
        with self.changed:
            settled = self.changed.wait_for(
                lambda: not self.queue and not self.under_way, timeout)
            assert settled, f"{len(self.queue)} webhooks wait after {timeout} s"

    def stop(self):
        with self.changed:
            self.is_stopped = True
            self.changed.notify_all()


def is_success(status):
    return status is not None and 200 <= status < 300
