"""fal: one queue for the models of many makers.

What it takes after is documented at fal.ai/docs and seen in fal-client. Its queue, its storage and
its key set are at `url`, though the vendor has a host for each; clips and uploads are at
`file_host.url`.
"""
import json

from . import fal_errors, fal_models
from .base import FakeProvider
from .bodies import once
from .fal_files import FalFiles, contents, pictures
from .fal_signing import SigningKeys
from .parameters import Problem
from .wire import Answer, Refusal

KEY_SET = ".well-known", "jwks.json"
STATES = {"queued": "IN_QUEUE", "running": "IN_PROGRESS"}
# The statuses of models' errors that are not of the caller's making.
MODEL_STATUSES = {"generation_timeout": 504, "internal_server_error": 500,
                  "downstream_service_unavailable": 500, "downstream_service_error": 400}


class FakeFal(FakeProvider):
    """checks: when parameters are found to be wrong: at "submit", where nothing is made then, or
    at "result", after the job was made and worked on. is_locked: the balance is exhausted: nothing
    is taken any more, and what was taken goes on. stops_running: whether a model stops when it is
    told to.

    Of more jobs than `concurrency_limit` the later ones stay in the queue.
    """

    file_host_class = FalFiles

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.checks = "submit"
        self.is_locked = False
        self.stops_running = True
        self.signing = SigningKeys(options.get("seed"))

    # Requests

    def kind_of(self, request):
        parts = request.parts
        if request.method == "POST" and parts[0] != "storage":
            return "create"
        if request.method == "GET" and "requests" in parts:
            return "poll"
        return None

    def answer(self, request):
        parts = request.parts
        if parts == KEY_SET and request.method == "GET":
            return Answer(body=self.signing.set)
        self.check_key(request)
        if parts[0] == "storage":
            return self.storage(request)
        if "requests" in parts:
            return self.about_request(request)
        if request.method != "POST":
            raise fal_errors.refusal(405, "Method Not Allowed")
        return self.submit(request)

    def check_key(self, request):
        given = request.headers.get("authorization", "")
        if not given:
            raise fal_errors.refusal(401, "Authentication is required to access this application.")
        if given != f"Key {self.key}":
            raise Refusal(self.refusal("auth"))

    def refusal(self, kind):
        match kind:
            case "rate_limit":
                return fal_errors.answer(429, "Too many requests. Please try again later.")
            case "unavailable":
                return fal_errors.answer(
                    503, "No runner is available.", "runner_scheduling_failure")
            case "server_error":
                return fal_errors.answer(500, "Internal Server Error", "internal_error")
            case "quota":
                return fal_errors.answer(403, fal_errors.EXHAUSTED)
            case "auth":
                return fal_errors.answer(401, "No user found for Key ID and Secret")
        return fal_errors.answer(404, "Request not found")

    # Submitting

    def submit(self, request):
        model = request.path.strip("/")
        self.check_lock()
        form = fal_models.MODELS.get(model)
        if form is None:
            raise fal_errors.refusal(404, f"Application \"{model}\" not found")
        problems = form.problems(request.body) or self.of_pictures(request.body)
        if problems and (self.checks == "submit" or not isinstance(request.body, dict)):
            raise Refusal(fal_errors.of_problems(problems))
        id = self.new_request_id()
        self.take(request, id, model, problems)
        urls = self.urls(id, model)
        return Answer(body={"status": "IN_QUEUE", "request_id": id, "gateway_request_id": id,
                            "queue_position": 0, "logs": None, "metrics": {}, **urls},
                      headers={"X-Fal-Request-Id": id})

    def take(self, request, id, model, problems):
        width, height, seconds = (1280, 720, 5) if problems else fal_models.clip_of(
            request.body, model)
        images = [] if problems else [
            once(content) for _, content in contents(request.body, self.file_host) if content]
        self._jobs.slots = self.concurrency_limit
        job = self.new_job(
            request, id, request.body, width=width, height=height, seconds=seconds, images=images,
            webhook_url=request.query.get("fal_webhook"), model=model, problems=problems,
            app=fal_models.owner_and_alias(model))
        if self.is_refused(str(request.body.get("prompt"))):
            job.outcome = "refused"

    def check_lock(self):
        if self.is_locked:
            raise Refusal(self.refusal("quota"))

    def new_request_id(self):
        id = self.new_id()
        return "-".join((id[:8], id[8:12], id[12:16], id[16:20], id[20:]))

    def urls(self, id, model):
        base = f"{self.url}/{fal_models.owner_and_alias(model)}/requests/{id}"
        return {"response_url": base, "status_url": f"{base}/status",
                "cancel_url": f"{base}/cancel"}

    def of_pictures(self, fields):
        return [Problem(problem, path, message, url)
                for path, url in pictures(fields)
                for problem, message in self.file_host.complaints(url)]

    # One request

    def about_request(self, request):
        app, _, rest = request.path.strip("/").partition("/requests/")
        id, _, verb = rest.partition("/")
        if app.count("/") != 1:
            # The model's whole id is no address of a request.
            raise fal_errors.refusal(405, "Method Not Allowed")
        job = self.find(id, is_poll=request.method == "GET")
        if job is None or job.facts["app"] != app:
            raise Refusal(Answer(404, {"status": "NOT_FOUND"}) if verb == "cancel"
                          else self.refusal("not_found"))
        match request.method, verb:
            case "GET", "status":
                return self.status(request, job)
            case "GET", "":
                return self.result(job)
            case "PUT", "cancel":
                return self.cancel_request(job)
        raise fal_errors.refusal(405, "Method Not Allowed")

    def status(self, request, job):
        body = {"status": STATES.get(job.state, "COMPLETED"), "request_id": job.id,
                **self.urls(job.id, job.facts["model"])}
        if job.state == "queued":
            body["queue_position"] = self.position(job)
            return Answer(202, body)
        wants_logs = request.query.get("logs", "").lower() in ("1", "true")
        body["logs"] = [self.log(job)] if wants_logs else None
        if not job.has_ended:
            return Answer(202, body)
        body["metrics"] = {"inference_time": round(job.ended_at - job.created_at, 3)}
        failure = self.failure(job)
        if failure and "error_type" in failure.body:
            body |= {"error": failure.body["detail"], "error_type": failure.body["error_type"]}
        return Answer(body=body)

    def position(self, job):
        """How many stand before it in the line."""
        places = (place for place, one in enumerate(self._jobs.line) if one is job)
        return next(places, 0)

    def log(self, job):
        return {"timestamp": "2026-11-23T12:00:00Z", "level": "INFO", "source": "run",
                "message": f"Rendering, {job.progress} %"}

    def result(self, job):
        if not job.has_ended:
            raise fal_errors.refusal(400, "Request is still in progress")
        return self.failure(job) or Answer(body=lambda: self.output(job))

    def output(self, job):
        video = None
        if job.has_video:
            video = {"url": self.file_host.url_of(job), "content_type": "video/mp4",
                     "file_name": f"{job.number}.mp4", "file_size": len(self.clip_bytes(job))}
        return {"video": video, "seed": job.fields.get("seed", job.number)}

    def failure(self, job):
        """The answer instead of a result, or None."""
        if job.state == "cancelled":
            return fal_errors.answer(499, "The request was cancelled.", "client_cancelled")
        if job.state == "refused":
            prompt = job.fields.get("prompt")
            return fal_errors.of_model(422, "content_policy_violation", fal_errors.FLAGGED,
                                       ("prompt",), given=prompt)
        if job.facts["problems"]:
            return fal_errors.of_problems(job.facts["problems"])
        if job.state != "failed":
            return None
        code, message = job.failure or (None, None)
        code = code or "runner_disconnected"
        message = message or "The runner disconnected while it worked on the request."
        if code in fal_errors.STATUSES:
            return fal_errors.answer(fal_errors.STATUSES[code], message, code)
        return fal_errors.of_model(MODEL_STATUSES.get(code, 422), code, message)

    def cancel_request(self, job):
        if job.has_ended:
            return Answer(400, {"status": "ALREADY_COMPLETED"})
        is_queued = job.state == "queued"
        if is_queued or self.stops_running:
            self.cancel(job.id)
        return Answer(200, {"status": "OK"}) if is_queued else Answer(
            202, {"status": "CANCELLATION_REQUESTED"})

    # Storage

    def storage(self, request):
        match request.method, request.parts[1:]:
            case "POST", ("upload", "initiate"):
                self.check_lock()
                return self.file_host.initiate(request)
            case "POST", ("auth", "token"):
                return Answer(body=self.file_host.token())
        raise fal_errors.refusal(404, "Not Found")

    # Webhooks

    def webhook(self, job, is_early):
        failure = None if is_early else self.failure(job)
        body = {"request_id": job.id, "gateway_request_id": job.id,
                "status": "ERROR" if failure else "OK", "error": None,
                "payload": failure.body if failure else self.output(job)}
        if failure:
            body["error"] = f"Invalid status code: {failure.status}"
        content = json.dumps(body).encode()
        return self.signing.headers(job.id, self.clock(), content), content

    def forge(self, headers):
        """The same headers, signed by somebody who is not fal."""
        signature = headers["X-Fal-Webhook-Signature"]
        return headers | {"X-Fal-Webhook-Signature": signature[::-1]}

    def rotate_key(self):
        """Signs with another key from now on. The key set has it and the one before."""
        self.signing.rotate()
