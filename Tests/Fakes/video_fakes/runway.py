"""Runway: tasks of its own models and of others', and recipes.

What it takes after is documented at docs.dev.runwayml.com and seen in the official client. Clips
and uploads are at `file_host.url`, another host.
"""
from datetime import datetime, timezone
from uuid import UUID

from . import runway_errors, runway_models
from .base import FakeProvider
from .runway_files import RunwayFiles, assets
from .wire import Answer, Refusal

VERSION = "2024-11-06"
CREATES = {("v1", "image_to_video"): "image_to_video", ("v1", "text_to_video"): "text_to_video",
           ("v1", "recipes", "product_ugc"): "recipes/product_ugc"}
PROMPTS = ("promptText", "productInfo", "userConcept")
FAILURE = ("INTERNAL.BAD_OUTPUT.CODE01", "An unexpected error occurred.")
REFUSAL = ("SAFETY.INPUT.TEXT", "The prompt was rejected by our content moderation.")


class FakeRunway(FakeProvider):
    """credits: what all tasks may cost together; None is any number. url_seconds: how long a link
    to a clip works. keeps_cancelled: whether a cancelled task can be seen as such, or is gone.

    Of more tasks than `concurrency_limit` the later ones are throttled. What is refused by
    moderation costs as much as a clip, and what fails otherwise costs nothing.
    """

    file_host_class = RunwayFiles

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.credits = None
        self.url_seconds = 24 * 3600
        self.keeps_cancelled = True

    # Requests

    def kind_of(self, request):
        if request.method == "POST" and request.parts in CREATES:
            return "create"
        if request.method == "GET" and request.parts[:2] == ("v1", "tasks"):
            return "poll"
        return None

    def answer(self, request):
        self.check_head(request)
        match request.method, request.parts:
            case "POST", parts if parts in CREATES:
                return self.create(request, CREATES[parts])
            case "POST", ("v1", "uploads"):
                return self.file_host.start(request)
            case "GET", ("v1", "tasks", id):
                return Answer(body=self.shape(self.task(id, is_poll=True)))
            case "DELETE", ("v1", "tasks", id):
                return self.delete(self.task(id))
            case "GET", ("v1", "organization"):
                return Answer(body=self.organization())
        raise runway_errors.refusal(404, "Not found")

    def check_head(self, request):
        if request.headers.get("authorization") != f"Bearer {self.key}":
            raise Refusal(self.refusal("auth"))
        version = request.headers.get("x-runway-version")
        if version != VERSION:
            raise runway_errors.refusal(400, (
                f"Unsupported API version: {version}" if version
                else "The X-Runway-Version header is required."))

    def refusal(self, kind):
        match kind:
            case "rate_limit":
                return runway_errors.answer(429, "You have made too many requests.")
            case "unavailable":
                return runway_errors.answer(503, "The service is overloaded.")
            case "server_error":
                return runway_errors.answer(500, "An unexpected error occurred.")
            case "quota":
                return runway_errors.answer(400, runway_errors.NO_CREDITS)
            case "auth":
                return runway_errors.answer(401, "The provided API key is not valid.")
        return runway_errors.answer(404, "Task not found.")

    # Creating

    def create(self, request, route):
        body = request.body
        problems = runway_models.problems(route, body) or self.of_assets(body)
        if problems:
            raise Refusal(runway_errors.of_problems(problems))
        cost = runway_models.credits_of(route, body)
        if self.credits_left is not None and cost > self.credits_left:
            raise Refusal(self.refusal("quota"))
        width, height, seconds = runway_models.clip_of(route, body)
        images = [self.file_host.content(uri) for _, uri in assets(body)]
        self._jobs.slots = self.concurrency_limit
        id = str(UUID(self.new_id(), version=4))
        job = self.new_job(
            request, id, body, width=width, height=height, seconds=seconds, cost=cost, urls=0,
            images=[image for image in images if image], route=route)
        prompts = (body.get(name, "") for name in PROMPTS)
        if any(self.is_refused(prompt) for prompt in prompts):
            job.outcome = "refused"
        return Answer(body={"id": id, "estimatedCost": {"credits": cost}})

    def of_assets(self, body):
        return [problem for path, uri in assets(body)
                for problem in self.file_host.problems(uri, path)]

    # Tasks

    def task(self, id, is_poll=False):
        job = self.find(id, is_poll)
        if job is None:
            raise Refusal(self.refusal("not_found"))
        return job

    def shape(self, job):
        created = datetime.fromtimestamp(job.created_at, timezone.utc)
        task = {"id": job.id, "status": self.status(job),
                "createdAt": created.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        if not job.has_ended:
            task["estimatedCost"] = {"credits": job.facts["cost"]}
            return task | ({"progress": job.progress / 100} if job.state == "running" else {})
        task["cost"] = {"credits": self.charge(job)}
        match task["status"]:
            case "SUCCEEDED":
                task["output"] = [self.fresh_url(job)] if job.has_video else []
            case "FAILED":
                task["failureCode"], task["failure"] = self.failure(job)
        return task

    def status(self, job):
        return {"queued": "THROTTLED" if job.is_in_line else "PENDING", "running": "RUNNING",
                "finished": "SUCCEEDED", "cancelled": "CANCELLED"}.get(job.state, "FAILED")

    def failure(self, job):
        usual = REFUSAL if job.state == "refused" else FAILURE
        given = job.failure or (None, None)
        return tuple(one or other for one, other in zip(given, usual))

    def charge(self, job):
        """What an ended task cost."""
        if "charge" in job.facts:
            return job.facts["charge"]
        is_free = job.state == "failed" and not self.failure(job)[0].startswith("SAFETY.")
        return 0 if is_free else job.facts["cost"]

    @property
    def credits_left(self):
        """Tasks are paid for when they are made, and what they did not cost is given back."""
        if self.credits is None:
            return None
        return self.credits - sum(
            self.charge(job) if job.has_ended else job.facts["cost"] for job in self.creates)

    def fresh_url(self, job):
        job.facts["urls"] += 1
        return self.file_host.link(job, job.facts["urls"])

    def expire_urls(self):
        """Links that were given until now do not work any more."""
        with self.lock:
            self.file_host.valid_from = self.clock()

    def delete(self, job):
        """Cancels what is not finished, and removes what is. Only what was not begun is free."""
        if job.has_ended:
            self.forget(job.id)
        else:
            if job.state == "queued":
                job.facts["charge"] = 0
            self.cancel(job.id)
            if not self.keeps_cancelled:
                self.forget(job.id)
        return Answer(204)

    def fail(self, id, code=None, message=None, charge=None):
        """charge: what the task costs nevertheless."""
        with self.lock:
            if charge is not None:
                self._jobs[id].facts["charge"] = charge
            super().fail(id, code, message)

    def organization(self):
        models = {model: {"maxConcurrentGenerations": self.concurrency_limit or 10_000,
                          "maxDailyGenerations": 1_000_000}
                  for model in runway_models.CREDITS_PER_SECOND}
        used = {model: {"dailyGenerations": 0} for model in models}
        left = self.credits_left
        return {"creditBalance": 1_000_000 if left is None else left,
                "tier": {"maxMonthlyCreditSpend": 10_000_000, "models": models},
                "usage": {"models": used}}
