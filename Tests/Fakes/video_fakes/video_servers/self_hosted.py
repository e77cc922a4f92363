"""Servers that people run on their own machines: vLLM-Omni and SGLang."""
import json

from ..base import Pending
from ..orders import BadOrder, Order, from_data_url, picture, size_of
from ..wire import Answer, Refusal
from .openai import REFUSALS, OpenAI


def is_form(request):
    kind = request.headers.get("content-type", "")
    return isinstance(request.body, dict) and "json" not in kind


class SelfHosted(OpenAI):
    """Answers errors as FastAPI does. reference_text: the form's field for a picture as text."""

    reference_text = None

    def error(self, status, message, type=None, param=None, code=None):
        return Answer(status, {"detail": message})

    def invalid(self, kind, where, message):
        """A field that is wrong by itself."""
        return Answer(422, {"detail": [
            {"type": kind, "loc": list(where), "msg": message, "input": None}]})

    def check_form(self, request):
        """A picture's file is no text, and its text no file."""
        if self.reference_text in request.files:
            raise Refusal(self.invalid("string_type", ("body", self.reference_text),
                                       "Input should be a valid string"))
        if is_form(request) and "input_reference" in request.body:
            raise Refusal(self.invalid("value_error", ("body", "input_reference"),
                                       "Value error, Expected UploadFile, received: "
                                       "<class 'str'>"))

    def refusal(self, kind):
        if kind == "auth":
            return Answer(401, {"error": "Unauthorized"})
        if kind == "not_found":
            return self.error(404, "Video not found")
        status, _, _, message = REFUSALS[kind]
        return self.error(status, message)


class VLLMOmni(SelfHosted):
    """vLLM-Omni: forms only, one model, any size; a failed job is answered with its own status and
    a code that is a number."""

    models = ("Wan-AI/Wan2.2-I2V-A14B-Diffusers",)
    reference_text = "image_reference"
    # Of a failed job, unless it was failed with a code of its own.
    failed_status = 500

    def new_id(self, model):
        return f"video_gen_{self.fake.new_id(32)}"

    def order(self, request):
        fields = request.body if is_form(request) else {}
        self.check_form(request)
        if not fields.get("prompt"):
            raise Refusal(self.invalid("missing", ("body", "prompt"), "Field required"))
        model = fields.get("model", self.models[0])
        if model != self.models[0]:
            raise BadOrder(f"Model mismatch: request specifies '{model}' but server is running "
                           f"'{self.models[0]}'.")
        seconds = fields.get("seconds", "4")
        if not seconds.isdecimal() or not 0 < int(seconds) <= 120:
            raise Refusal(self.invalid("string_pattern_mismatch", ("body", "seconds"),
                                       "String should match pattern '^\\d+$'"))
        width, height = size_of(fields.get("size", "832x480"))
        images = self.images(request, fields)
        return Order(fields["prompt"], model, width, height, int(seconds), images)

    def images(self, request, fields):
        file, text = request.files.get("input_reference"), fields.get("image_reference")
        if file and text:
            raise BadOrder("Provide either input_reference or image_reference, not both.")
        if file:
            return [picture(file.content)]
        if not text:
            return []
        try:
            given = json.loads(text)
            references = given if isinstance(given, list) else [given]
            if any("file_id" in one for one in references):
                raise BadOrder("file_id is not supported yet.")
            return [picture(from_data_url(one["image_url"])) for one in references]
        except (ValueError, KeyError, TypeError) as error:
            raise BadOrder("image_reference must be JSON with image_url.") from error

    def problem(self, job):
        if job.state not in ("failed", "refused", "cancelled"):
            return None
        code, message = job.failure or (None, None)
        status = 400 if job.state == "refused" else self.failed_status
        return {"code": code if isinstance(code, int) else status,
                "message": message or "The diffusion engine could not make the video."}

    def retrieve(self, request, job):
        problem = self.problem(job)
        return Answer(problem["code"] if problem else 200, self.view(job))

    def without_content(self, job):
        if job.has_ended and job.state != "finished":
            return self.error(422, "Video generation failed.")
        return self.error(404, "Video is not ready.")

    def delete(self, request, job):
        self.fake.cancel(job.id)
        self.fake.drop(job)
        return Answer(body={"id": job.id, "deleted": True, "object": "video.deleted"})

    def other(self, request):
        if request.parts[-2:] != ("videos", "sync") or request.method != "POST":
            return super().other(request)
        answer = self.create(request)
        if request.job is None:
            return answer
        return Pending(
            request.job, lambda: self.finished(request, request.job), self.fake.sync_timeout,
            lambda: self.error(504, "Video generation timed out."))

    def finished(self, request, job):
        if job.state != "finished" or not job.has_video:
            return self.error((self.problem(job) or {"code": 500})["code"],
                              "Video generation failed.")
        answer = self.fake.clip_answer(request, job)
        answer.headers = {"X-Request-Id": job.id}
        return answer


class SGLang(SelfHosted):
    """SGLang's diffusion server: with cloud storage the clip is at an address in the job, and
    `/content` says so."""

    models = ("Wan-AI/Wan2.2-TI2V-5B-Diffusers",)
    reference_text = "reference_url"

    def order(self, request):
        fields = request.body if isinstance(request.body, dict) else {}
        self.check_form(request)
        if not fields.get("prompt"):
            raise Refusal(self.invalid("missing", ("body", "prompt"), "Field required"))
        seconds = str(fields.get("seconds", "4"))
        if not seconds.isdecimal():
            raise Refusal(self.invalid("int_parsing", ("body", "seconds"),
                                       "Input should be a valid integer"))
        if not isinstance(fields.get("input_reference", ""), str):
            raise Refusal(self.invalid("string_type", ("body", "input_reference"),
                                       "Input should be a valid string"))
        width, height = size_of(fields.get("size") or "720x1280")
        return Order(fields["prompt"], fields.get("model", self.models[0]), width, height,
                     int(seconds), self.images(request, fields))

    def images(self, request, fields):
        if file := request.files.get("input_reference"):
            return [picture(file.content)]
        url = fields.get("reference_url", "")
        if not isinstance(url, str):
            raise BadOrder("Invalid request body: Failed to process image source: expected text.")
        return [picture(from_data_url(url))] if url.startswith("data:") else []

    def problem(self, job):
        problem = super().problem(job)
        return {"message": problem["message"]} if problem else None

    def view(self, job):
        view = super().view(job)
        del view["prompt"], view["remixed_from_video_id"]
        view["url"] = view["file_path"] = None
        if job.state == "finished" and job.has_video and self.fake.cloud_storage:
            view["url"] = self.fake.file_host.url_of(job)
        return view

    def content(self, request, job):
        if url := self.view(job)["url"]:
            return self.error(400, "Video has been uploaded to cloud storage. Please use the cloud "
                                   f"URL: {url}")
        # Here a variant is the number of an output.
        if request.query.get("variant", "0") not in ("0", "video"):
            return self.error(404, f"Video variant {request.query['variant']} not found")
        request.query.pop("variant", None)
        return super().content(request, job)

    def without_content(self, job):
        return self.error(404, "Generation is still in-progress")

    def delete(self, request, job):
        self.fake.drop(job)
        return Answer(body=self.view(job) | {"status": "deleted"})
