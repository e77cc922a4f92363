"""The clips that were ordered, and how far each is."""
import heapq
import io
import itertools
from collections import deque
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

# The share of its time that a job waits before it is worked on.
QUEUED_SHARE = 0.2
ENDED = ("finished", "failed", "refused", "cancelled")


@dataclass
class Job:
    """One order, paid for.

    fields: the request's. images: the bytes of the pictures that came along. image_size: the first
    one's, in pixels. width, height, seconds: of the clip. state: queued, running, finished, failed,
    refused or cancelled. failure: code and message. clip: bytes to be given instead of a real one.
    has_video: whether there is a clip once it is finished. facts: what the provider adds.
    """

    id: str
    fields: dict
    width: int
    height: int
    seconds: float
    created_at: float
    number: int
    due: float | None
    images: list = field(default_factory=list)
    image_size: tuple | None = None
    state: str = "queued"
    progress: int = 0
    ended_at: float | None = None
    failure: tuple = ()
    has_video: bool = True
    clip: bytes | None = None
    is_held: bool = False
    is_in_line: bool = False
    is_forgotten: bool = False
    outcome: str | None = None
    webhook_url: str | None = None
    webhook_fault: str | None = None
    polls: int = 0
    downloads: int = 0
    facts: dict = field(default_factory=dict)

    @property
    def has_ended(self):
        return self.state in ENDED

    @property
    def size(self):
        return f"{self.width}x{self.height}"

    def advance_to(self, now):
        """Sets the state and progress of a job that is not finished by the time gone."""
        if self.has_ended or self.is_held or self.is_in_line or self.due is None:
            return
        share = (now - self.created_at) / max(self.due - self.created_at, 1e-6)
        if share >= QUEUED_SHARE:
            done = (share - QUEUED_SHARE) / (1 - QUEUED_SHARE)
            self.state, self.progress = "running", max(self.progress, min(int(done * 100), 99))


def pixel_size(content):
    """A picture's width and height as stored, or None when the bytes are no picture."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.size
    except (UnidentifiedImageError, OSError, ValueError):
        return None


class Jobs(dict):
    """Jobs by id, oldest first. They end by themselves when their time has come and `sweep` is
    called. ended(job) is told of each that ended. slots: how many are worked on at a time, while
    the others stand in line; None is any number."""

    def __init__(self, clock, ended):
        super().__init__()
        self.clock = clock
        self.ended = ended
        self.open = set()
        self.waiting = []
        self.numbers = itertools.count(1)
        self.concurrent_max = 0
        self.slots, self.line = None, deque()

    def add(self, job):
        self.sweep()
        self[job.id] = job
        self.open.add(job.id)
        self.concurrent_max = max(self.concurrent_max, len(self.open))
        job.is_in_line = self.slots is not None and len(self.open) - len(self.line) > self.slots
        if job.is_in_line:
            self.line.append(job)
        elif job.due is not None:
            heapq.heappush(self.waiting, (job.due, job.number, job))

    def sweep(self):
        """Ends what is due."""
        now = self.clock()
        while self.waiting and self.waiting[0][0] <= now:
            job = heapq.heappop(self.waiting)[2]
            if not (job.has_ended or job.is_held):
                self.end_by_itself(job)

    def end_by_itself(self, job):
        match job.outcome:
            case "never":
                job.is_held, job.state, job.progress = True, "running", 99
            case "fails_late":
                job.progress = 99
                self.end(job, "failed")
            case "refused":
                self.end(job, "refused")
            case outcome:
                job.has_video = outcome != "no_video"
                self.end(job, "finished")

    def end(self, job, state, failure=()):
        """Ends a job, which happens once."""
        if job.has_ended:
            return
        job.state, job.failure, job.ended_at = state, failure, self.clock()
        if state == "finished":
            job.progress = 100
        self.open.discard(job.id)
        if job.is_in_line:
            job.is_in_line = False
            self.line.remove(job)
        self.ended(job)
        self.start_next()

    def start_next(self):
        """Begins with those in line for whom there is a slot now."""
        while self.line and (
                self.slots is None or len(self.open) - len(self.line) < self.slots):
            job = self.line.popleft()
            job.is_in_line = False
            if job.due is not None:
                job.due += self.clock() - job.created_at
                heapq.heappush(self.waiting, (job.due, job.number, job))
