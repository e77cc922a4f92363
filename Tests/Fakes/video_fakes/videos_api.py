"""A fake of the servers that speak OpenAI's Videos API."""
import json

from . import signing
from .base import FakeProvider
from .video_servers import PERSONALITIES
from .wire import Refusal

SECRET = "whsec_dmlkZW9zLW9mLW91ci1vd24tZm9yLXRlc3Rz"


class FakeVideosAPI(FakeProvider):
    """`/v1/videos` of the server named by the personality: openai, azure, litellm, vllm_omni,
    sglang, new_api, laozhang or saygm.

    server: the personality; its `models` may be changed. redirect_downloads: whether `/content`
    sends callers on to another host. cloud_storage: whether SGLang keeps its clips elsewhere.
    sync_timeout: after how long `/v1/videos/sync` of vLLM-Omni gives up. poll_after_ms: the hint in
    the answers to polls, or None. deleted: ids. Webhooks are signed as Standard Webhooks.
    """

    def __init__(self, *arguments, personality="openai", **options):
        super().__init__(*arguments, **options)
        self.webhook_secret = self.webhook_secret or SECRET
        self.personality = personality
        self.server = PERSONALITIES[personality](self)
        self.redirect_downloads, self.cloud_storage = False, True
        self.sync_timeout, self.poll_after_ms = 600, None
        self.deleted = []

    def kind_of(self, request):
        match request.method, self.route(request):
            case "POST", [] | [_, "remix"] | ["sync"]:
                return "create"
            case "GET" | "HEAD", [_]:
                return "poll"
            case "GET" | "HEAD", [_, "content"]:
                return "download"
        return None

    def route(self, request):
        """The segments after `/v1/videos`, or None of another address."""
        for prefix in self.server.prefixes:
            if request.path.startswith(f"/{prefix}/") or request.path == f"/{prefix}":
                return list(request.parts[prefix.count("/") + 1:])
        return None

    def answer(self, request):
        self.server.check_caller(request)
        match request.method, self.route(request):
            case "POST", []:
                return self.server.create(request)
            case "GET", []:
                return self.server.list(request)
            case "GET", [id]:
                answer = self.server.retrieve(request, self.existing(id, is_poll=True))
                if self.poll_after_ms is not None:
                    answer.headers["openai-poll-after-ms"] = str(self.poll_after_ms)
                return answer
            case "GET" | "HEAD", [id, "content"]:
                return self.server.content(request, self.existing(id))
            case "DELETE", [id]:
                return self.server.delete(request, self.existing(id))
            case "POST", [id, "remix"]:
                return self.server.remix(request, self.existing(id))
        return self.server.other(request)

    def existing(self, id, is_poll=False):
        job = self.find(id, is_poll)
        if job is None:
            raise Refusal(self.refusal("not_found"))
        return job

    def refusal(self, kind):
        return self.server.refusal(kind)

    def drop(self, job):
        """Deletes a job for good."""
        job.is_forgotten = True
        self.deleted.append(job.id)

    def webhook(self, job, is_early):
        if self.personality != "openai":
            return None
        is_good = is_early or job.state == "finished"
        event = job.facts.setdefault("event", {
            "id": f"evt_{self.new_id(24)}", "object": "event", "created_at": int(self.clock()),
            "type": "video.completed" if is_good else "video.failed", "data": {"id": job.id}})
        body = json.dumps(event).encode()
        return signing.standard_webhook(self.webhook_secret, event["id"], self.clock(), body), body
