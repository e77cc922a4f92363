"""OpenAI's own Videos API, as it was. The others differ from it in what they override."""
from ..bodies import File
from ..orders import BadOrder, Order, openai_order
from ..pictures import SPRITE, thumbnail
from ..wire import Answer, Refusal

HOUR = 3600
# (status, type, code, message)
REFUSALS = {
    "rate_limit": (429, "requests", "rate_limit_exceeded",
                   "Rate limit reached for sora-2 on requests per min (RPM). Please try again in "
                   "1s."),
    "unavailable": (503, "server_error", None, "The server is overloaded. Please try again later."),
    "server_error": (500, "server_error", None,
                     "The server had an error while processing your request. Sorry about that!"),
    "quota": (429, "insufficient_quota", "insufficient_quota",
              "You exceeded your current quota, please check your plan and billing details."),
    "billing": (400, "billing_limit_user_error", "billing_hard_limit_reached",
                "Billing hard limit has been reached."),
    "auth": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    "not_found": (404, "invalid_request_error", None, "The requested video was not found."),
}


class OpenAI:
    """models, sizes and lengths: what may be ordered. status_words: its names of our states."""

    models = ("sora-2", "sora-2-pro", "sora-2-2025-10-06", "sora-2-2025-12-08",
              "sora-2-pro-2025-10-06")
    lengths = ("4", "8", "12")
    prefixes = ("v1/videos",)
    status_words = {"queued": "queued", "running": "in_progress", "finished": "completed",
                    "failed": "failed", "refused": "failed", "cancelled": "failed"}
    has_content = True

    def __init__(self, fake):
        self.fake = fake

    # Refusals

    def error(self, status, message, type="invalid_request_error", param=None, code=None):
        return Answer(status, {"error": {
            "message": message, "type": type, "param": param, "code": code}})

    def refusal(self, kind):
        status, type, code, message = REFUSALS[kind]
        return self.error(status, message, type, None, code)

    def check_caller(self, request):
        """Raises Refusal of a request that lacks the key."""
        if request.headers.get("authorization") != f"Bearer {self.fake.key}":
            raise Refusal(self.refusal("auth"))

    def refused_prompt(self):
        return self.error(400, "Your request was blocked by our moderation system.",
                          "image_generation_user_error", None, "moderation_blocked")

    def full(self):
        return self.fake.rate_limit()

    # Orders

    def sizes(self, model):
        usual = ("720x1280", "1280x720")
        return usual + ("1024x1792", "1792x1024") * model.startswith("sora-2-pro")

    def new_id(self, model):
        return f"video_{self.fake.new_id(48)}"

    def order(self, request):
        return openai_order(request, self.models, self.sizes, self.lengths)

    def create(self, request):
        try:
            order = self.order(request)
        except BadOrder as bad:
            return self.error(bad.status, bad.message, param=bad.param, code=bad.code)
        return self.take(request, order)

    def take(self, request, order, **facts):
        if self.fake.is_refused(order.prompt):
            return self.refused_prompt()
        if self.fake.is_full:
            return self.full()
        fields = request.body | {
            name: file for name, file in request.files.items() if isinstance(file, File)}
        job = self.fake.new_job(
            request, self.new_id(order.model), fields, width=order.width, height=order.height,
            seconds=order.seconds, images=order.images, model=order.model, prompt=order.prompt,
            **facts)
        return Answer(body=self.view(job))

    # Jobs

    def view(self, job):
        is_ended_well = job.state == "finished"
        return {
            "id": job.id, "object": "video", "model": job.facts["model"],
            "status": self.status_words[job.state], "progress": job.progress,
            "created_at": int(job.created_at),
            "completed_at": int(job.ended_at) if is_ended_well else None,
            "expires_at": int(job.ended_at + HOUR) if is_ended_well else None,
            "prompt": job.facts["prompt"], "size": job.size, "seconds": f"{job.seconds:g}",
            "remixed_from_video_id": job.facts.get("remixed_from"), "error": self.problem(job)}

    def problem(self, job):
        """The error inside a job."""
        if job.state == "refused":
            return {"code": "moderation_blocked",
                    "message": "The video was blocked by our moderation system."}
        if job.state in ("failed", "cancelled"):
            code, message = job.failure or (None, None)
            return {"code": code or "video_generation_failed",
                    "message": message or "The video could not be generated."}
        return None

    def retrieve(self, request, job):
        return Answer(body=self.view(job))

    def list(self, request):
        query = request.query
        limit = query.get("limit", "20")
        if not limit.isdecimal() or int(limit) > 100 or query.get("order") not in (
                None, "asc", "desc"):
            return self.error(400, "Invalid value for 'limit' or 'order'.", code="invalid_value")
        jobs = [job for job in self.fake.creates if not job.is_forgotten]
        if query.get("order", "desc") == "desc":
            jobs.reverse()
        ids = [job.id for job in jobs]
        if "after" in query:
            if query["after"] not in ids:
                return self.refusal("not_found")
            jobs = jobs[ids.index(query["after"]) + 1:]
        page = [self.view(self.fake.find(job.id)) for job in jobs[:int(limit)]]
        return Answer(body={
            "object": "list", "data": page, "has_more": len(jobs) > len(page),
            "first_id": page[0]["id"] if page else None,
            "last_id": page[-1]["id"] if page else None})

    def delete(self, request, job):
        if not job.has_ended:
            return self.error(400, "Only completed or failed videos can be deleted.")
        self.fake.drop(job)
        return Answer(body={"id": job.id, "deleted": True, "object": "video.deleted"})

    def remix(self, request, job):
        if job.state != "finished":
            return self.error(400, "Only completed videos can be remixed.")
        prompt = request.body.get("prompt") if isinstance(request.body, dict) else None
        if not prompt:
            return self.error(400, "Missing required parameter: 'prompt'.", param="prompt",
                              code="missing_required_parameter")
        order = Order(prompt, job.facts["model"], job.width, job.height, job.seconds)
        return self.take(request, order, remixed_from=job.id)

    # Files

    def content(self, request, job):
        if job.state != "finished" or not job.has_video or not self.has_content:
            return self.without_content(job)
        if self.fake.clock() > job.ended_at + HOUR:
            return self.error(404, "The video has expired and is not available any more.")
        match request.query.get("variant", "video"):
            case "video":
                if self.fake.redirect_downloads:
                    return Answer(302, headers={"Location": self.fake.file_host.url_of(job)})
                return self.fake.clip_answer(request, job)
            case "thumbnail":
                return Answer(body=thumbnail(job.width, job.height, "WEBP"), type="image/webp")
            case "spritesheet":
                return Answer(body=thumbnail(*SPRITE, "JPEG"), type="image/jpeg")
        return self.error(400, "Invalid value for 'variant'.", param="variant",
                          code="invalid_value")

    def without_content(self, job):
        return self.error(404, "Video is not ready yet, use GET /v1/videos/{video_id} to check "
                               "status.")

    def other(self, request):
        """Routes that only this server has."""
        raise Refusal(self.error(404, f"Invalid URL ({request.method} {request.path})"))
