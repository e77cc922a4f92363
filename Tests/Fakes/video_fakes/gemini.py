"""A fake of Google's Gemini API: interactions that make clips, their files, and webhooks.

Its addresses begin with v1beta, as documented, or with v1, as the official client has them.
"""
import base64
import json
from datetime import UTC, datetime

from . import signing
from .base import FakeProvider, Pending
from .gemini_errors import REFUSALS, error
from .gemini_orders import BadInteraction, interaction
from .wire import Answer, Refusal

SECRET = "whsec_aW50ZXJhY3Rpb25zLW9mLW91ci1vd24="
STATUSES = {"queued": "queued", "running": "in_progress", "finished": "completed",
            "failed": "failed", "refused": "completed", "cancelled": "cancelled"}
TOKENS_PER_SECOND = 5792
RETENTION = 48 * 3600
EVENTS = {"finished": "interaction.completed", "refused": "interaction.completed",
          "failed": "interaction.failed"}


class FakeGemini(FakeProvider):
    """models: which there are. error_form: "object", "list" or "word". redirect_downloads: whether
    files are at another host, to which callers are sent on. endpoints: the webhooks that were
    registered, by id; the last one's address and secret are used. deleted: ids.
    """

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.webhook_secret = self.webhook_secret or SECRET
        self.models = {"gemini-omni-1.2-flash"}
        self.error_form = "object"
        self.redirect_downloads = False
        self.files, self.endpoints, self.deleted = {}, {}, []

    # Requests

    def kind_of(self, request):
        match request.method, request.parts:
            case "POST", ("v1" | "v1beta", "interactions"):
                return "create"
            case "GET", ("v1" | "v1beta", "interactions", _):
                return "poll"
            case "GET" | "HEAD", ("v1" | "v1beta", "files", _):
                return "download"
        return None

    def answer(self, request):
        self.check_key(request)
        match request.method, request.parts:
            case "POST", ("v1" | "v1beta", "interactions"):
                return self.create(request)
            case "GET", ("v1" | "v1beta", "interactions", id):
                return self.shown(self.existing(id, is_poll=True))
            case "POST", ("v1" | "v1beta", "interactions", id, "cancel"):
                return self.cancel_answer(self.existing(id))
            case "DELETE", ("v1" | "v1beta", "interactions", id):
                return self.delete(self.existing(id))
            case "GET" | "HEAD", ("v1" | "v1beta", "files", name):
                return self.file(request, name)
            case method, ("v1" | "v1beta", "webhooks", *rest):
                return self.webhook_service(method, rest, request.body)
        return self.refusal("no_route")

    def check_key(self, request):
        key = request.headers.get("x-goog-api-key", request.query.get("key"))
        if key != self.key:
            raise Refusal(self.refusal("no_key" if key is None else "wrong_key"))

    def refusal(self, kind):
        return error(*REFUSALS[kind], form=self.error_form)

    # Interactions

    def create(self, request):
        try:
            order = interaction(request.body, self.models)
        except BadInteraction as bad:
            return error(bad.number, bad.status, bad.message, form=self.error_form)
        if self.is_refused(order.prompt):
            return self.refusal("refused")
        if self.is_full:
            return self.rate_limit()
        uris = request.body.get("webhook_config", {}).get("uris") or [None]
        job = self.new_job(
            request, f"v1_{self.new_id(64)}", request.body, width=order.width,
            height=order.height, seconds=order.seconds, images=order.images,
            webhook_url=uris[0], model=order.model, delivery=order.delivery,
            file=self.new_id(12, "abcdefghijklmnopqrstuvwxyz0123456789"))
        self.files[job.facts["file"]] = job
        if request.body.get("background"):
            return self.shown(job)
        return Pending(job, lambda: self.shown(job), late=lambda: self.refusal("unavailable"))

    def existing(self, id, is_poll=False):
        job = self.find(id, is_poll)
        if job is None:
            raise Refusal(self.refusal("not_found"))
        return job

    def cancel_answer(self, job):
        if job.has_ended:
            return self.refusal("ended")
        self.cancel(job.id)
        return self.shown(job)

    def delete(self, job):
        job.is_forgotten = True
        self.deleted.append(job.id)
        return Answer(body={})

    def shown(self, job):
        state, now = job.state, self.clock()
        view = {"id": job.id, "object": "interaction", "model": job.facts["model"],
                "status": STATUSES[state], "created": written(job.created_at),
                "updated": written(job.ended_at or now)}
        if state == "failed":
            code, message = job.failure or (None, None)
            view["errors"] = [{"code": str(code or "internal"),
                               "message": message or "The video could not be generated."}]
        if state not in ("finished", "refused"):
            return Answer(body=view)
        # Made when it is sent: a clip that nobody asked for before takes a moment.
        return Answer(body=lambda: view | self.output(job, state))

    def output(self, job, state):
        """What a completed interaction gave, and what it cost."""
        text = {"type": "text", "text": "I can't make this video. Please try another request."}
        content = [] if state == "finished" else [text]
        if state == "finished" and job.has_video:
            content = [{"type": "video", "mime_type": "video/mp4"} | self.delivered(job)]
        modality, tokens = "text", 24
        if state == "finished":
            modality, tokens = "video", int(TOKENS_PER_SECOND * job.seconds)
        return {"steps": [{"type": "model_output", "content": content}], "usage": {
            "total_output_tokens": tokens,
            "output_tokens_by_modality": [{"modality": modality, "tokens": tokens}]}}

    def delivered(self, job):
        if job.facts["delivery"] == "inline":
            return {"data": base64.b64encode(self.clip_bytes(job)).decode()}
        return {"uri": f"{self.url}/v1beta/files/{job.facts['file']}:download?alt=media"}

    # Files

    def file(self, request, name):
        name, _, verb = name.partition(":")
        job = self.files.get(name)
        is_there = job is not None and job.state == "finished" and job.has_video
        if not is_there or self.clock() > job.ended_at + RETENTION:
            return self.refusal("no_file")
        if verb != "download" or request.query.get("alt") != "media":
            return Answer(body={"name": f"files/{name}", "mimeType": "video/mp4",
                                "state": "ACTIVE", "source": "GENERATED"})
        if self.redirect_downloads:
            return Answer(302, headers={"Location": self.file_host.url_of(job)})
        return self.clip_answer(request, job)

    # Webhooks

    def webhook_service(self, method, rest, body):
        match method, rest:
            case "POST", [] if isinstance(body, dict) and body.get("uri") and body.get(
                    "subscribed_events"):
                id, secret = self.new_id(16), self.new_secret()
                self.endpoints[id] = body | {"id": id, "state": "enabled"}
                self.webhook_url, self.webhook_secret = body["uri"], secret
                return Answer(body=self.endpoints[id] | {"new_signing_secret": secret})
            case "GET", []:
                return Answer(body={"webhooks": list(self.endpoints.values())})
            case "GET", [id] if id in self.endpoints:
                return Answer(body=self.endpoints[id])
            case "DELETE", [id] if id in self.endpoints:
                del self.endpoints[id]
                self.webhook_url = None
                return Answer(body={})
        return error(400, "INVALID_ARGUMENT", "Invalid webhook.", form=self.error_form)

    def new_secret(self):
        return "whsec_" + base64.b64encode(self.random.randbytes(24)).decode()

    def webhook(self, job, is_early):
        type = EVENTS.get("finished" if is_early else job.state)
        if type is None:
            return None
        id = job.facts.setdefault("event", f"evt_{self.new_id(24)}")
        config = job.fields.get("webhook_config", {})
        event = {"type": type, "version": "v1", "timestamp": written(self.clock()),
                 "data": {"id": job.id}}
        if "user_metadata" in config:
            event["user_metadata"] = config["user_metadata"]
        body = json.dumps(event).encode()
        return signing.standard_webhook(self.webhook_secret, id, self.clock(), body), body


def written(time):
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
