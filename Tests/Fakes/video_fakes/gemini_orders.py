"""What an interaction that asks for a clip may say, checked as Google's front end and model do."""
import base64
import binascii
import re
from dataclasses import dataclass, field

from .jobs import pixel_size

FIELDS = {
    "model", "input", "background", "cached_content", "generation_config", "labels",
    "previous_interaction_id", "response_format", "response_mime_type", "response_modalities",
    "safety_settings", "service_tier", "store", "stream", "system_instruction", "tools",
    "webhook_config"}
FORMAT_FIELDS = {"type", "delivery", "aspect_ratio", "resolution", "duration", "gcs_uri"}
IMAGE_TYPES = {f"image/{kind}" for kind in (
    "png", "jpeg", "webp", "heic", "heif", "gif", "bmp", "tiff")}
SHORT_SIDES = {"360p": 360, "720p": 720, "1080p": 1080, "4k": 2160}
LENGTHS = (3, 15)
MOST_IMAGES = 6
TASKS = {"text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale"}
DURATION = re.compile(r"(\d+(?:\.\d{1,9})?)s")
LABEL = re.compile(r"[a-z][a-z0-9_-]{0,62}")


class BadInteraction(Exception):
    """status: Google's word for it; number: HTTP's."""

    def __init__(self, message, status="INVALID_ARGUMENT", number=400):
        super().__init__(message)
        self.message, self.status, self.number = message, status, number


@dataclass
class Interaction:
    """A clip that may be made."""

    model: str
    prompt: str
    width: int
    height: int
    seconds: float
    delivery: str
    images: list = field(default_factory=list)


def interaction(body, models):
    if not isinstance(body, dict):
        raise BadInteraction("Invalid JSON payload received.")
    refuse_unknown(body, FIELDS, "")
    model = body.get("model")
    if not model:
        raise BadInteraction("Either `model` or `agent` must be set.")
    if model not in models:
        raise BadInteraction(f"models/{model} is not found for API version v1beta, or is not "
                             "supported for interactions.", "NOT_FOUND", 404)
    check_extras(body)
    prompt, images = contents(body.get("input"))
    form = body.get("response_format", {})
    return Interaction(model, prompt, *video_format(form[0] if isinstance(form, list) else form),
                       images)


def refuse_unknown(fields, known, where):
    for name in fields:
        if name not in known:
            raise BadInteraction("Invalid JSON payload received. Unknown name "
                                 f'"{name}"{where}: Cannot find field.')


def check_extras(body):
    task = body.get("generation_config", {}).get("video_config", {}).get("task")
    if task is not None and task not in TASKS:
        raise invalid("generation_config.video_config.task", task)
    for name, label in body.get("labels", {}).items():
        if not LABEL.fullmatch(name) or len(label) > 63:
            raise invalid("labels", name)
    if body.get("stream"):
        raise BadInteraction("Streaming is not supported for this model.")


def invalid(where, value):
    return BadInteraction(f"Invalid value at '{where}': {value!r}")


def contents(given):
    """The text and the pictures of an input."""
    parts = []
    for part in given if isinstance(given, list) else [given]:
        # The official client puts contents into a step of this type.
        is_step = isinstance(part, dict) and part.get("type") == "user_input"
        parts += part.get("content", []) if is_step else [part]
    texts, images, pictures = [], [], 0
    for part in parts:
        match part:
            case str() as text:
                texts.append(text)
            case {"type": "text", "text": str() as text}:
                texts.append(text)
            case {"type": "image", **image}:
                pictures += 1
                images += image_bytes(image)
            case _:
                raise invalid("input", part)
    if pictures > MOST_IMAGES:
        raise BadInteraction(f"At most {MOST_IMAGES} images are supported.")
    if not "".join(texts).strip():
        raise BadInteraction("The input must have a text.")
    return "\n".join(texts), images


def image_bytes(image):
    """The picture in a part. One at an address is taken, but nobody goes there."""
    refuse_unknown(image, {"data", "uri", "mime_type", "resolution"}, " at 'input'")
    if ("data" in image) == ("uri" in image):
        raise BadInteraction("An image needs either `data` or `uri`.")
    if "uri" in image:
        return []
    if image.get("mime_type") not in IMAGE_TYPES:
        raise BadInteraction(f"Unsupported MIME type: {image.get('mime_type')}")
    try:
        content = base64.b64decode(image["data"], validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise BadInteraction("Invalid value at 'input' (TYPE_BYTES), Base64 decoding failed "
                             "for image data.") from None
    if pixel_size(content) is None:
        raise BadInteraction("Unable to process input image.")
    return [content]


def video_format(form):
    """Width, height, seconds and delivery."""
    refuse_unknown(form, FORMAT_FIELDS, " at 'response_format'")
    if form.get("type", "video") != "video":
        raise invalid("response_format.type", form["type"])
    ratio, delivery = form.get("aspect_ratio", "16:9"), form.get("delivery", "inline")
    short = SHORT_SIDES.get(form.get("resolution", "720p"))
    if short is None:
        raise invalid("response_format.resolution", form["resolution"])
    if ratio not in ("16:9", "9:16"):
        raise invalid("response_format.aspect_ratio", ratio)
    if delivery not in ("inline", "uri"):
        raise invalid("response_format.delivery", delivery)
    long = short * 16 // 9
    width, height = (long, short) if ratio == "16:9" else (short, long)
    return width, height, seconds_of(form.get("duration", "8s")), delivery


def seconds_of(duration):
    match = DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if not match:
        raise BadInteraction("Invalid value at 'response_format.duration' "
                             f"(type.googleapis.com/google.protobuf.Duration), {duration!r}")
    seconds = float(match[1])
    if not LENGTHS[0] <= seconds <= LENGTHS[1]:
        raise BadInteraction(f"The duration must be from {LENGTHS[0]} to {LENGTHS[1]} seconds.")
    return seconds
