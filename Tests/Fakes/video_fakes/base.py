"""What the fakes of all providers of video models have in common."""
import random
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Callable

from . import clips, signing
from .faults import Faults
from .file_host import FileHost
from .jobs import Job, Jobs, pixel_size
from .steering import Steering
from .webhooks import Webhooks
from .wire import Answer, Listener, Refusal

HISTORY_LIMIT = 50_000
# How often jobs that are due are ended though nobody asks: somebody may wait for a webhook.
TICK = 0.02


@dataclass(frozen=True)
class Pending:
    """The answer comes when the job has ended, from `then()`; after `timeout` from `late()`."""

    job: Job
    then: Callable
    timeout: float = 600
    late: Callable | None = None


class FakeProvider(Steering):
    """A provider on this machine. Each vendor's fake gives:

    kind_of(request): "create", "poll", "download" or None, by method and path alone.
    answer(request): an Answer or Pending; may raise Refusal. Called with the lock held.
    refusal(kind): the vendor's Answer for rate_limit (429), unavailable (503), server_error (500),
        quota, auth and not_found (of a poll).
    webhook(job, is_early): headers and body, or None when nobody is told of this job.

    render_seconds: how long a new job takes; None means until it is told. slow_seconds: what the
    fault `slow` costs. concurrency_limit: jobs at a time, and refused_words: what a prompt may not
    say; the vendor's fake looks after both through `is_full` and `is_refused`.
    """

    # A vendor's fake may have one of its own.
    file_host_class = FileHost

    def __init__(self, key="test-key", render_seconds=0.3, seed=None, faults=None,
                 webhook_url=None, webhook_secret=None, port=0, clock=time.time):
        self.key = key
        self.render_seconds = render_seconds
        self.slow_seconds = 0.5
        self.random = random.Random(seed)
        self.faults = faults or Faults.only()
        self.webhook_url, self.webhook_secret = webhook_url, webhook_secret
        self.clock = clock
        self.concurrency_limit = None
        self.refused_words = ()
        self.lock = threading.RLock()
        self.creates, self.cancelled = [], []
        self.numbered = {}
        self.requests = deque(maxlen=HISTORY_LIMIT)
        self.webhooks = Webhooks(self.webhook, self.forge)
        self._jobs = Jobs(clock, self.webhooks.ended)
        self.file_host = self.file_host_class(self, key)
        self.listener = Listener(port, begin=self.begin, serve=self.serve,
                                 note=self.requests.append)
        self.stopped = threading.Event()

    # Running

    def __enter__(self):
        self.listener.start()
        self.file_host.listener.start()
        self.webhooks.start()
        threading.Thread(target=self.tick, name="video-ticks", daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.webhooks.stop()
        self.file_host.listener.stop()
        self.listener.stop()

    def tick(self):
        while not self.stopped.wait(TICK):
            self.sweep()

    @property
    def url(self):
        return self.listener.url

    # The vendor's part

    def kind_of(self, request):
        raise NotImplementedError

    def answer(self, request):
        raise NotImplementedError

    def refusal(self, kind):
        raise NotImplementedError

    def webhook(self, job, is_early):
        return None

    def forge(self, headers):
        return signing.forged(headers)

    # Requests

    def begin(self, request):
        """Decides what befalls a request, before its body is read."""
        request.kind = self.kind_of(request)
        request.fault = self.faults.next(request.kind) if request.kind else None
        if request.fault == "refuse_connection_like":
            return Answer(wire="reset")
        return None

    def begin_download(self, request):
        request.kind, request.fault = "download", self.faults.next("download")

    def serve(self, request):
        return self.under_fault(request, lambda: self.answer_in_time(request))

    def under_fault(self, request, work):
        """Answers as `work` does, unless the request's fault has it otherwise."""
        match request.fault:
            case "slow":
                time.sleep(self.slow_seconds)
            case "reset_before":
                return Answer(wire="reset")
            case "status_429":
                return self.rate_limit()
            case "status_503":
                return self.refusal("unavailable")
            case "status_500":
                return self.refusal("server_error")
            case "quota" | "auth" as kind:
                return self.refusal(kind)
            case "not_found_once":
                return self.refusal("not_found")
        answer = work()
        if request.kind == "create" and request.job is None:
            return answer
        return self.spoiled(answer, request.fault)

    def spoiled(self, answer, fault):
        """An answer that suffers a fault on its way. The work was done."""
        match fault:
            case "reset_after":
                answer.wire = "reset"
            case "reset_during":
                answer.wire = "half"
            case "status_500_after":
                return self.refusal("server_error")
            case "malformed":
                content = answer.content
                answer.body = content[:len(content) // 2]
        return answer

    def rate_limit(self):
        answer = self.refusal("rate_limit")
        answer.headers = {"Retry-After": "1"} | answer.headers
        return answer

    def answer_in_time(self, request):
        answer = self.locked(lambda: self.answer(request))
        while isinstance(answer, Pending):
            has_ended = self.wait_for(answer.job, answer.timeout)
            answer = self.locked(answer.then if has_ended else answer.late)
        return answer

    def locked(self, work):
        with self.lock:
            self.sweep()
            try:
                return work()
            except Refusal as refusal:
                return refusal.answer

    # Jobs

    @property
    def jobs(self):
        """All jobs by id, oldest first, as they are now."""
        with self.lock:
            self.sweep()
            for id in self._jobs.open:
                self._jobs[id].advance_to(self.clock())
            return self._jobs

    def sweep(self):
        """Ends the jobs that are due."""
        with self.lock:
            self._jobs.sweep()

    @property
    def concurrent_max(self):
        return self._jobs.concurrent_max

    @property
    def is_full(self):
        """Whether as many jobs are under way as the limit allows."""
        limit = self.concurrency_limit
        return limit is not None and len(self._jobs.open) >= limit

    def is_refused(self, prompt):
        """Whether the prompt says something that the vendor refuses at once."""
        return any(word in prompt for word in self.refused_words)

    def new_id(self, length=32, letters="0123456789abcdef"):
        return "".join(self.random.choices(letters, k=length))

    def new_job(self, request, id, fields, *, width, height, seconds, images=(), webhook_url=None,
                **facts):
        """Takes an order, which from here on is paid for. webhook_url: one of its own."""
        now = self.clock()
        webhook_url = webhook_url or self.webhook_url
        job = Job(
            id, fields, width, height, seconds, now, next(self._jobs.numbers),
            None if self.render_seconds is None else now + self.render_seconds,
            list(images), pixel_size(images[0]) if images else None, facts=facts,
            outcome=self.faults.next("outcome"), webhook_url=webhook_url,
            webhook_fault=self.faults.next("webhook") if webhook_url else None)
        self.creates.append(job)
        self.numbered[job.number] = job
        self._jobs.add(job)
        self.webhooks.created(job)
        request.job = job
        return job

    def find(self, id, is_poll=False):
        """The job of that id as it is now, or None."""
        job = self._jobs.get(id)
        if job is None or job.is_forgotten:
            return None
        job.polls += is_poll
        job.advance_to(self.clock())
        return job

    def job_number(self, number):
        """The n-th job that was made, from 1."""
        with self.lock:
            self.sweep()
            return self.numbered.get(number)

    def clip_answer(self, request, job):
        """The job's clip, or what a download's fault makes of it."""
        with self.lock:
            job.downloads += 1
        return Answer(body=lambda: self.clip_bytes(job, request.fault), type="video/mp4")

    def clip_bytes(self, job, fault=None):
        size = job.width, job.height, job.seconds
        match fault:
            case "truncated" if job.clip is None:
                return clips.truncated(*size)
            case "not_a_clip":
                return clips.NOT_A_CLIP
            case "wrong_size":
                return clips.of_wrong_size(*size)
        return clips.clip(*size) if job.clip is None else job.clip

    # Waiting

    def wait_for(self, job, timeout=10):
        """Whether the job ended in time."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and not self.stopped.is_set():
            self.sweep()
            if job.has_ended:
                return True
            time.sleep(0.01)
        return job.has_ended

    def settle(self, timeout=10):
        """Waits until all webhooks are delivered or given up."""
        self.webhooks.settle(timeout)

    @property
    def webhook_attempts(self):
        return list(self.webhooks.attempts)
