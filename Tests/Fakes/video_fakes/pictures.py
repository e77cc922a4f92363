"""Small pictures of a clip."""
import functools
import io

from PIL import Image

SPRITE = (640, 360)


@functools.cache
def thumbnail(width, height, kind):
    content = io.BytesIO()
    Image.new("RGB", (width, height), (90, 120, 150)).save(content, kind)
    return content.getvalue()
