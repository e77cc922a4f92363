"""What the fake Runway takes: its models and recipes, with their parameters and prices."""
from dataclasses import dataclass

from .parameters import Choice, Either, Flag, Form, Items, Problem, Text, Whole

LARGEST_DATA_URI = 5 * 1024 * 1024
MEDIA_TYPES = ("image/jpeg", "image/jpg", "image/png", "image/webp")
GEN_RATIOS = ("1280:720", "720:1280", "1104:832", "960:960", "832:1104", "1584:672")
SEEDANCE_RATIOS = (
    "864:496", "496:864", "1280:720", "960:960", "720:1280", "1112:834", "834:1112",
    "1920:1080", "1440:1440", "1080:1920")
# A credit is a cent. Only those of gen4.5 are the vendor's; the rest stand in.
CREDITS_PER_SECOND = {"gen4.5": 12, "gen4_turbo": 5, "seedance2": 36, "product_ugc": 30}


@dataclass(frozen=True, kw_only=True)
class Asset(Text):
    """A URL, an upload's URI or a data URI."""

    def problems(self, value, path):
        found = super().problems(value, path)
        return found or [Problem("asset", path, reason, value) for reason in complaints(value)]


def complaints(uri):
    if uri.startswith("data:"):
        media_type = uri[5:].partition(",")[0].partition(";")[0]
        if len(uri) > LARGEST_DATA_URI:
            return ["Asset size exceeds 5.0MB."]
        if media_type not in MEDIA_TYPES:
            return ["Unsupported asset type."]
        return [] if ";base64," in uri[:100] else ["Invalid data URI."]
    if uri.startswith(("https://", "runway://")):
        return []
    return ["Only HTTPS URLs are allowed." if "://" in uri else "Invalid URL."]


def picture(*positions, needed_position=False):
    position = Choice(of=positions, needed=needed_position)
    return Form(is_strict=True, fields={"uri": Asset(needed=True), "position": position})


def pictures(*positions, needed_position=False, most=1):
    one = picture(*positions, needed_position=needed_position)
    return Either(needed=True, of=(Items(of=one, least=1, most=most), Asset()))


PROMPT = {"least": 1, "most": 1000, "is_utf16": True}
MODERATION = Form(is_strict=True, fields={
    "publicFigureThreshold": Choice(of=("auto", "low"))})
GEN = {"promptText": Text(needed=True, **PROMPT), "seed": Whole(least=0, most=4294967295),
       "contentModeration": MODERATION, "outputFormat": Choice(of=("mp4",))}
FIRST_FRAME = {"promptImage": pictures("first", needed_position=True)}
GEN4_5 = GEN | {"duration": Whole(needed=True, least=2, most=10),
                "ratio": Choice(needed=True, of=GEN_RATIOS)}
GEN4_TURBO = GEN | {"promptText": Text(**PROMPT), "duration": Whole(least=2, most=10),
                    "ratio": Choice(needed=True, of=GEN_RATIOS)}
SEEDANCE2 = {
    "promptText": Text(most=3500, is_utf16=True), "ratio": Choice(of=SEEDANCE_RATIOS),
    "audio": Flag(), "seed": Whole(),
    "duration": Either(of=(Choice(of=("auto",)), Whole(least=4, most=15))),
}
IMAGE_TO_VIDEO = {
    "gen4.5": GEN4_5 | FIRST_FRAME,
    "gen4_turbo": GEN4_TURBO | FIRST_FRAME,
    "seedance2": SEEDANCE2 | {"promptImage": pictures("first", "last", most=9)},
}
TEXT_TO_VIDEO = {
    "gen4.5": GEN4_5 | {"ratio": Choice(needed=True, of=("1280:720", "720:1280"))},
    "seedance2": SEEDANCE2 | {"promptText": Text(needed=True, least=1, most=3500)},
}
ONE_IMAGE = Form(needed=True, is_strict=True, fields={"uri": Asset(needed=True)})
PRODUCT_UGC = {
    "version": Choice(needed=True, of=("2026-06", "unsafe-latest")),
    "characterImage": ONE_IMAGE, "productImage": ONE_IMAGE,
    "productInfo": Text(), "userConcept": Text(), "audio": Flag(),
    "duration": Whole(least=4, most=15), "ratio": Choice(of=("720:1280", "1080:1920")),
}


def problems(route, body):
    """What is wrong with the body of a request to `image_to_video` and its like."""
    if route == "recipes/product_ugc":
        return Form(fields=PRODUCT_UGC, is_strict=True).problems(body)
    models = IMAGE_TO_VIDEO if route == "image_to_video" else TEXT_TO_VIDEO
    model = {"model": Choice(needed=True, of=tuple(models))}
    found = Form(fields=model).problems(body)
    if found:
        return found
    found = Form(fields=model | models[body["model"]], is_strict=True).problems(body)
    return found or mixed_positions(body.get("promptImage"))


def mixed_positions(given):
    """Frames have positions and references have none: one request has only one of them."""
    if isinstance(given, list) and len({"position" in one for one in given}) > 1:
        return [Problem("asset", ("promptImage",),
                        "Keyframe and reference images cannot be mixed.", given)]
    return []


def clip_of(route, body):
    """Width, height and seconds of what such a request makes."""
    plain = 15 if route == "recipes/product_ugc" else 5
    seconds = body.get("duration", plain)
    width, height = map(int, body.get("ratio", "720:1280").split(":"))
    return width, height, plain if seconds == "auto" else seconds


def credits_of(route, body):
    """What such a request costs."""
    model = "product_ugc" if route == "recipes/product_ugc" else body["model"]
    return CREDITS_PER_SECOND[model] * clip_of(route, body)[2]
