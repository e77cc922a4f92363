"""What an order for `/v1/videos` may say, checked as OpenAI does."""
import base64
import binascii
import re
from dataclasses import dataclass, field

from .jobs import pixel_size

IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp")
KNOWN_FIELDS = {"prompt", "model", "seconds", "size", "input_reference", "characters"}
LONGEST_PROMPT = 32_000
LONGEST_IMAGE_URL = 20_971_520
SIZE = re.compile(r"([1-9]\d{1,4})x([1-9]\d{1,4})")


class BadOrder(Exception):
    """status, message, param and code of the answer."""

    def __init__(self, message, param=None, code=None, status=400):
        super().__init__(message)
        self.message, self.param, self.code, self.status = message, param, code, status


@dataclass
class Order:
    """A clip that may be made."""

    prompt: str
    model: str
    width: int
    height: int
    seconds: float
    images: list = field(default_factory=list)


def openai_order(request, models, sizes, lengths):
    """The order in a form or in JSON."""
    fields = nested(request.body) if isinstance(request.body, dict) else {}
    unknown = sorted(fields.keys() - KNOWN_FIELDS | request.files.keys() - {"input_reference"})
    if unknown:
        raise BadOrder(f"Unknown parameter: '{unknown[0]}'.", unknown[0], "unknown_parameter")
    prompt = fields.get("prompt")
    if prompt is None:
        raise BadOrder("Missing required parameter: 'prompt'.", "prompt",
                       "missing_required_parameter")
    if not isinstance(prompt, str):
        raise BadOrder("Invalid type for 'prompt': expected a string.", "prompt", "invalid_type")
    if not 1 <= len(prompt) <= LONGEST_PROMPT:
        raise BadOrder(f"Invalid 'prompt': expected 1 to {LONGEST_PROMPT} characters.", "prompt",
                       "string_above_max_length" if prompt else "empty_string")
    model = fields.get("model", "sora-2")
    if model not in models:
        raise BadOrder(f"The model '{model}' does not exist or you do not have access to it.",
                       "model", "model_not_found", 404)
    seconds = choice(fields, "seconds", lengths)
    width, height = size_of(choice(fields, "size", sizes(model)))
    images = reference(request, fields.get("input_reference"))
    if images and pixel_size(images[0]) != (width, height):
        # The real one gives no code here, only this message.
        raise BadOrder("Inpaint image must match the requested width and height")
    return Order(prompt, model, width, height, int(seconds), images)


def nested(form):
    """`a[b]` as a field of a field, in the way that the official client writes forms."""
    fields = {}
    for name, value in form.items():
        outer, _, inner = name.partition("[")
        if inner:
            fields.setdefault(outer, {})[inner.removesuffix("]")] = value
        else:
            fields[name] = value
    return fields


def choice(fields, name, choices):
    """One of the choices, of which the first is usual."""
    value = fields.get(name, choices[0])
    listed = ", ".join(f"'{one}'" for one in choices)
    if not isinstance(value, str):
        raise BadOrder(f"Invalid type for '{name}': expected one of {listed}, but got an integer "
                       "instead.", name, "invalid_type")
    if value not in choices:
        raise BadOrder(f"Invalid value: '{value}'. Supported values are: {listed}.", name,
                       "invalid_value")
    return value


def size_of(text):
    match = SIZE.fullmatch(text)
    if not match:
        raise BadOrder(f"Invalid size '{text}': expected WIDTHxHEIGHT.", "size", "invalid_value")
    return int(match[1]), int(match[2])


def reference(request, given):
    """The picture that came along as a file or inside an object, as a list of one or none."""
    if file := request.files.get("input_reference"):
        if file.type not in IMAGE_TYPES:
            raise BadOrder(
                f"Invalid file 'input_reference': unsupported mimetype ('{file.type}'). Supported "
                f"file formats are {', '.join(IMAGE_TYPES)}.", "input_reference",
                "unsupported_file_mimetype")
        return [picture(file.content)]
    if given is None:
        return []
    if not isinstance(given, dict):
        raise BadOrder("Invalid type for 'input_reference': expected a file, got a string.",
                       "input_reference", "invalid_type")
    if len(given) != 1 or given.keys() - {"image_url", "file_id"}:
        raise BadOrder("Provide exactly one of 'image_url' or 'file_id'.", "input_reference",
                       "invalid_value")
    if "file_id" in given:
        raise BadOrder(f"No such File object: {given['file_id']}", "input_reference", None, 404)
    return linked(given["image_url"])


def linked(url):
    """The picture inside a data URL. Other addresses are taken, but nobody goes there."""
    if len(url) > LONGEST_IMAGE_URL:
        raise BadOrder("Invalid 'input_reference.image_url': string too long.", "input_reference",
                       "string_above_max_length")
    if re.match(r"https?://", url):
        return []
    return [picture(from_data_url(url))]


def from_data_url(url):
    """The bytes in a base64 data URL of a picture."""
    match = re.match(rf"data:({'|'.join(IMAGE_TYPES)});base64,", url)
    try:
        if match:
            return base64.b64decode(url[match.end():], validate=True)
    except binascii.Error:
        pass  # It is refused below, as other addresses that are none.
    raise BadOrder("Invalid 'input_reference.image_url': expected a URL or a base64 data URL of a "
                   "picture.", "input_reference", "invalid_value")


def picture(content):
    if pixel_size(content) is None:
        raise BadOrder("The image data you provided does not represent a valid image.",
                       "input_reference", "invalid_image")
    return content
