"""Real MP4 clips (H.264 and AAC, the index first) of any size and length, each made once."""
import functools
import os
import subprocess
import tempfile
import threading
from pathlib import Path

FOLDER = Path(tempfile.gettempdir()) / f"placemint-test-clips-{os.getuid()}"
NOT_A_CLIP = b"<!DOCTYPE html><title>Bad gateway</title><p>The file is on its way.</p>\n" * 20
# What is left of a truncated clip: its index and a part of the pictures.
SHARE_LEFT = 0.6
_lock = threading.Lock()


def clip(width, height, seconds):
    """The bytes of a clip. Width and height are made even, as the codec needs them."""
    with _lock:
        return _clip(width - width % 2, height - height % 2, float(seconds))


@functools.cache
def _clip(width, height, seconds):
    path = FOLDER / f"{width}x{height}-{seconds:g}.mp4"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        # Other processes make the same clip at the same time: each moves its own into place.
        fresh = path.with_suffix(f".{os.getpid()}.mp4")
        subprocess.run(command(width, height, seconds, fresh), check=True, capture_output=True)
        fresh.replace(path)
    return path.read_bytes()


def command(width, height, seconds, path):
    return [
        "ffmpeg", "-v", "error", "-y",
        "-f", "lavfi", "-i", f"testsrc=size={width}x{height}:rate=24:duration={seconds:g}",
        "-f", "lavfi", "-i", f"sine=frequency=330:duration={seconds:g}",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "40", "-pix_fmt", "yuv420p",
        "-threads", "1", "-c:a", "aac", "-b:a", "48k", "-movflags", "+faststart", str(path)]


def truncated(width, height, seconds):
    """The beginning of a clip."""
    whole = clip(width, height, seconds)
    return whole[:int(len(whole) * SHARE_LEFT)]


def of_wrong_size(width, height, seconds):
    """A clip of half the width and height: the right shape in too few pixels."""
    return clip(max(width // 2, 2), max(height // 2, 2), seconds)
