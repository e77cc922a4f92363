"""Gateways and resellers: Azure, LiteLLM's proxy, the family of New API, LaoZhang and SayGM."""
import base64

from ..orders import BadOrder, Order, linked, picture, size_of
from ..wire import Answer, Refusal
from .openai import REFUSALS, OpenAI


def fields_of(request):
    """What a form or JSON says. Anything else says nothing."""
    return request.body if isinstance(request.body, dict) else {}


class Azure(OpenAI):
    """OpenAI's API as Azure serves it: the key is in a header of its own, and the query names a
    version."""

    models = ("sora-2",)
    prefixes = ("openai/v1/videos",)

    def check_caller(self, request):
        if request.query.get("api-version") not in ("preview", "v1"):
            raise Refusal(self.refusal("version"))
        if request.headers.get("api-key") != self.fake.key:
            raise Refusal(self.refusal("auth"))

    def refusal(self, kind):
        match kind:
            case "version":
                return Answer(404, {"error": {"code": "404", "message": "Resource not found"}})
            case "auth":
                return Answer(401, {"error": {
                    "code": "401", "message": "Access denied due to invalid subscription key or "
                                              "wrong API endpoint."}})
        return super().refusal(kind)


class Lenient(OpenAI):
    """Takes a form or JSON, and what it does not know."""

    lengths = None
    shortest, longest = 1, 60
    usual_size = "720x1280"

    def sizes(self, model):
        return None

    def order(self, request):
        fields = fields_of(request)
        if not fields.get("prompt"):
            raise BadOrder("prompt is required", "prompt")
        model = fields.get("model")
        if model not in self.models:
            raise BadOrder(f"model not found: {model}", "model", "model_not_found", 404)
        seconds = str(fields.get("seconds", "8"))
        if not seconds.isdecimal() or not self.shortest <= int(seconds) <= self.longest:
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

    def order(self, request):
        fields = fields_of(request)
        if "input_reference" in fields:
            # Gemini's adapter reads a file, and trips over anything else.
            kind = type(fields["input_reference"]).__name__
            raise BadOrder(f"'{kind}' object has no attribute 'read'", status=500)
        return super().order(request)

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
    address in the metadata. Orders are taken at an older address too, and pictures as text."""

    models = ("sora-2", "kling-v2", "seedance-2.0")
    prefixes = ("v1/videos", "v1/video/generations")
    status_words = {"queued": "NOT_START", "running": "IN_PROGRESS", "finished": "SUCCESS",
                    "failed": "FAILURE", "refused": "FAILURE", "cancelled": "canceled"}

    def error(self, status, message, type="invalid_request_error", param=None, code=None):
        return Answer(status, {"code": code or "invalid_request", "message": message,
                               "data": None})

    def order(self, request):
        fields = fields_of(request)
        for name in ("image", "input_reference"):
            if not isinstance(fields.get(name, ""), str):
                raise BadOrder("json: cannot unmarshal object into Go struct field "
                               f"TaskSubmitReq.{name} of type string")
        order = super().order(request)
        if fields.get("image"):
            order.images = linked(fields["image"])
        if order.model.startswith("kling") and "json" in request.headers.get("content-type", ""):
            # What the upstream is told in JSON has another name.
            order.seconds = int(fields.get("duration", 5))
        return order

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


class SayGM(Lenient):
    """A reseller whose sizes are its own."""

    models = ("seedance-2.0",)
    own_sizes = ("768x1344", "1344x768")
    usual_size = "768x1344"
    shortest, longest = 4, 15

    def order(self, request):
        fields = fields_of(request)
        if fields.get("size", self.usual_size) not in self.own_sizes:
            raise BadOrder(f"size must be one of {', '.join(self.own_sizes)}", "size")
        return super().order(request)
