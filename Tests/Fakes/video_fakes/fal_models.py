"""The models the fake fal has, with the parameters each takes.

Types differ from model to model: a duration is a string here and a number there. What is not
named here is ignored, as fal's models do.
"""
from .parameters import Choice, Flag, Form, Items, Text, Whole

RATIOS = ("auto", "21:9", "16:9", "4:3", "1:1", "3:4", "9:16")
MINIMAX_RATIOS = RATIOS[1:]
# The short side of a clip, by the name of its resolution.
SHORT_SIDES = {"360p": 360, "480p": 480, "720p": 720, "768P": 768, "1080p": 1080, "2K": 1440,
               "4K": 2160}


def durations(longest):
    return ("auto", *(str(seconds) for seconds in range(4, longest + 1)))


def url(**options):
    return Text(least=1, **options)


def seedance(kind, resolutions, longest=15, images=9):
    fields = {
        "prompt": Text(needed=True),
        "duration": Choice(of=durations(longest)),
        "resolution": Choice(of=resolutions),
        "aspect_ratio": Choice(of=RATIOS),
        "generate_audio": Flag(),
        "seed": Whole(),
        "end_user_id": Text(),
    }
    if kind == "image-to-video":
        fields |= {"image_url": url(needed=True), "end_image_url": url()}
    if kind == "reference-to-video":
        fields |= {"image_urls": Items(of=url(), most=images),
                   "video_urls": Items(of=url(), most=3), "audio_urls": Items(of=url(), most=3)}
    return Form(fields=fields)


def minimax(kind):
    fields = {
        "prompt": Text(needed=True),
        "duration": Whole(least=4, most=15),
        "resolution": Choice(of=("768P", "2K")),
        "aspect_ratio": Choice(of=MINIMAX_RATIOS),
        "seed": Whole(),
    }
    if kind == "image-to-video":
        fields |= {"image_url": url(needed=True), "end_image_url": url()}
    if kind == "reference-to-video":
        fields |= {"reference_image_urls": Items(of=url(), most=9)}
    return Form(fields=fields)


def omni(kind, resolutions=("360p", "720p", "1080p"), longest=10):
    fields = {
        "prompt": Text(needed=True),
        "duration": Whole(least=3, most=longest),
        "resolution": Choice(of=resolutions),
        "aspect_ratio": Choice(of=("16:9", "9:16")),
    }
    if kind == "image-to-video":
        fields |= {"image_url": url(needed=True)}
    if kind == "reference-to-video":
        fields |= {"image_urls": Items(of=url(), most=10)}
    return Form(fields=fields)


KINDS = ("text-to-video", "image-to-video", "reference-to-video")
MODELS = {
    f"{family}/{kind}": form(kind)
    for family, form in {
        "bytedance/seedance-2.0": lambda kind: seedance(kind, ("480p", "720p", "1080p")),
        "bytedance/seedance-2.0/fast": lambda kind: seedance(kind, ("480p", "720p")),
        "bytedance/seedance-2.5": lambda kind: seedance(
            kind, ("480p", "720p", "1080p"), longest=30, images=30),
        "minimax/h3": minimax,
        "google/gemini-omni-flash": omni,
        "google/gemini-omni-flash/v1.1": omni,
        "google/gemini-omni-flash/v1.2": lambda kind: omni(
            kind, ("360p", "720p", "1080p", "4K"), longest=15),
    }.items() for kind in KINDS
}
# Where pictures come, in whatever model.
PICTURE_FIELDS = ("image_url", "image_urls", "reference_image_urls", "end_image_url")


def clip_of(fields, model):
    """Width, height and seconds of what a model makes of these fields."""
    plain = 6 if model.startswith("minimax/") else 5
    duration = fields.get("duration", plain)
    seconds = plain if duration == "auto" else int(duration)
    short = SHORT_SIDES[fields.get("resolution", "768P" if "minimax" in model else "720p")]
    ratio = fields.get("aspect_ratio", "16:9")
    across, down = (16, 9) if ratio == "auto" else map(int, ratio.split(":"))
    # Encoders want even sides.
    long = round(short * max(across, down) / min(across, down) / 2) * 2
    return (short, long, seconds) if down > across else (long, short, seconds)


def owner_and_alias(model):
    """The part of a model's id that its requests' URLs have."""
    return "/".join(model.split("/")[:2])
