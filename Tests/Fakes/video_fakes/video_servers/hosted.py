"""Gateways and resellers: LiteLLM's proxy, the family of New API, and LaoZhang."""
import base64

from ..orders import BadOrder, Order, picture, size_of
from ..wire import Answer
from .openai import REFUSALS, OpenAI


class Lenient(OpenAI):
    """Takes a form or JSON, and what it does not know."""

    lengths = None
    usual_size = "720x1280"

    def sizes(self, model):
        return None

    def order(self, request):
        fields = request.body if isinstance(request.body, dict) else {}
        if not fields.get("prompt"):
            raise BadOrder("prompt is required", "prompt")
        model = fields.get("model")
        if model not in self.models:
            raise BadOrder(f"model not found: {model}", "model", "model_not_found", 404)
        seconds = str(fields.get("seconds", "8"))
        if not seconds.isdecimal() or not 1 <= int(seconds) <= 60:
            raise BadOrder("seconds is invalid", "seconds")
        images = [picture(file.content) for name, file in request.files.items()
                  if name.startswith("input_reference")]
        width, height = size_of(fields.get("size") or self.usual_size)
        return Order(fields["prompt"], model, width, height, int(seconds), images)


class LiteLLM(Lenient):
    """LiteLLM's proxy in front of Gemini.

    Its ids are long and hold `=`; it knows `processing` and `cancelled`; a refused clip is
    `completed`, and only its content says otherwise; list, delete and remix are not there.
    """

    models = ("gemini/veo-3.1", "gemini-omni", "sora-2")
    prefixes = ("v1/videos", "videos")
    status_words = OpenAI.status_words | {
        "running": "processing", "refused": "completed", "cancelled": "cancelled"}

    def new_id(self, model):
        inner = (f"litellm:custom_llm_provider:gemini;model_id:{model};"
                 f"video_id:models/{model}/operations/{self.fake.new_id(12)}")
        # As many letters as make the code end in `=`.
        inner += "x" * ((1 - len(inner)) % 3)
        return f"video_{base64.b64encode(inner.encode()).decode()}"

    def error(self, status, message, type="invalid_request_error", param=None, code=None):
        return Answer(status, {"error": {
            "message": f"litellm.APIError: {message}", "type": type,
            "param": str(param), "code": str(code or status)}})

    def view(self, job):
        view = {"id": job.id, "object": "video", "status": self.status_words[job.state],
                "created_at": 0, "model": job.facts["model"],
                "usage": {"duration_seconds": float(job.seconds)}}
        if job.state in ("failed", "cancelled"):
            view["error"] = self.problem(job)
        return view

    def without_content(self, job):
        if job.has_ended:
            return self.error(500, "No generated samples in the operation's response: "
                                   "raiMediaFilteredReasons", "internal_server_error")
        return self.error(400, "Video generation is not complete yet.")

    def list(self, request):
        return self.error(500, "video list is not supported for gemini.", None)

    def delete(self, request, job):
        return self.error(500, "video delete is not supported for gemini.", None)

    def remix(self, request, job):
        return self.error(500, "video remix is not supported for gemini.", None)


class NewAPI(Lenient):
    """The family of New API: errors without an envelope, words of many upstreams, and the clip's
    address in the metadata."""

    models = ("sora-2", "kling-v2", "seedance-2.0")
    status_words = {"queued": "NOT_START", "running": "IN_PROGRESS", "finished": "SUCCESS",
                    "failed": "FAILURE", "refused": "FAILURE", "cancelled": "canceled"}

    def error(self, status, message, type="invalid_request_error", param=None, code=None):
        return Answer(status, {"code": code or "invalid_request", "message": message,
                               "data": None})

    def refusal(self, kind):
        match kind:
            case "not_found":
                return self.error(400, "task_not_exist", code="task_not_exist")
            case "quota" | "billing":
                return self.error(403, "user quota is not enough", code="insufficient_user_quota")
            case "auth":
                return Answer(401, {"error": {"message": "Invalid token", "code": "",
                                              "type": "new_api_error"}})
        status, _, code, message = REFUSALS[kind]
        return self.error(status, message, code=code or "upstream_error")

    def view(self, job):
        view = {"id": job.id, "task_id": job.id, "object": "video", "model": job.facts["model"],
                "status": self.status_words[job.state], "created_at": int(job.created_at),
                # It stays there until the end, as with several upstreams.
                "progress": 100 if job.state == "finished" else 0}
        if job.has_ended:
            view["completed_at"] = int(job.ended_at)
        if job.state == "finished" and job.has_video:
            view["metadata"] = {"url": self.fake.file_host.url_of(job)}
        elif job.state == "finished":
            view["metadata"] = {}
        elif job.has_ended:
            view["error"] = self.problem(job)
        return view


class LaoZhang(Lenient):
    """A reseller: no content route, the clip's address is in the job."""

    models = ("gemini-omni-1.2-flash", "muse-video")
    has_content = False

    def order(self, request):
        order = super().order(request)
        order.images += [picture(file.content) for name, file in request.files.items()
                         if name.startswith("reference_images")]
        if len(order.images) > 6:
            raise BadOrder("reference_images: at most 6", "reference_images")
        return order

    def view(self, job):
        view = super().view(job)
        if job.state == "finished" and job.has_video:
            view["video_url"] = self.fake.file_host.url_of(job)
        return view
