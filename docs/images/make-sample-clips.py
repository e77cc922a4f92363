#!/usr/bin/env python3
"""Makes the front page's sample clips with Placemint itself, from photos that we drew.

Usage: make-sample-clips.py PHOTOS OUTPUT

PHOTOS has mug.jpg, bag.jpg and lamp.jpg of make-sample-photos.py, and bottle.jpg. OUTPUT gets for
each format a clip, small enough for a front page, its poster, and a thumbnail of its photo.
Needs ffmpeg and the Python packages of the tests.
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/EndToEnd"))

from rig.person import Person, ok  # noqa: E402
from rig.server import Server  # noqa: E402

# Formats need what they show: a box for the unboxing, a mirror for the try-on.
SAMPLES = {
    "unboxing": ("mug.jpg", {"product": "Speckled mug", "call_to_action": "Out of the box"}),
    "hero-shot": ("bottle.jpg", {"product": "Mint No. 5", "call_to_action": "Take a fresh look"}),
    "mirror-selfie": ("bag.jpg", {"product": "City bag", "call_to_action": "Goes with you"}),
    "before-after": ("lamp.jpg", {"product": "Dusk lamp", "call_to_action": "A warmer evening"}),
}
SECONDS = "4"
CLIP_BYTES, POSTER_BYTES = 350_000, 40_000
# Where in the clip nothing fades and no title is half there.
POSTER_AT = "0.9"


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


def make_clip(person, format, photo, brief):
    """The bytes of a clip that was ordered, paid for and downloaded like any other."""
    with photo.open("rb") as file:
        uploaded = person.upload(file, photo.name)
    order = {
        "model": "animatic", "format": format, "seconds": SECONDS, "size": "720x1280",
        "brief": brief, "input_reference": {"file_id": uploaded["id"]},
    }
    video = person.wait(ok(person.post("/v1/videos", json=order)), limit=600)
    assert video["status"] == "completed", video
    return person.get(f"/v1/videos/{video['id']}/content").content


def shrink(clip, photo, output, name):
    """Silent and small; the index comes first, so that it plays while it loads."""
    made = output / f"{name}.mp4"
    ffmpeg(
        "-i", clip, "-an", "-vf", "hqdn3d=2:2:4:4,scale=540:960:flags=lanczos", "-c:v", "libx264",
        "-preset", "veryslow", "-crf", "27", "-pix_fmt", "yuv420p", "-movflags", "+faststart", made)
    poster = output / f"{name}.jpg"
    ffmpeg("-ss", POSTER_AT, "-i", made, "-frames:v", "1", "-q:v", "5", poster)
    ffmpeg(
        "-i", photo, "-vf", "scale=108:144:force_original_aspect_ratio=increase,crop=108:144",
        "-frames:v", "1", "-q:v", "5", output / f"{name}-photo.jpg")
    assert made.stat().st_size < CLIP_BYTES, f"{made} is too large"
    assert poster.stat().st_size < POSTER_BYTES, f"{poster} is too large"


def main():
    photos, output = Path(sys.argv[1]), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    server = Server(WELCOME_CREDITS=1000)
    try:
        person = Person(server)
        for format, (photo, brief) in SAMPLES.items():
            clip = photos / f"{format}.mp4"
            clip.write_bytes(make_clip(person, format, photos / photo, brief))
            shrink(clip, photos / photo, output, format)
    finally:
        server.discard()


main()
