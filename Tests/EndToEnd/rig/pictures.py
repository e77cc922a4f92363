"""Photos whose shape can be measured again in whatever was made of them.

The product is a blue disc in the middle; a square of another colour sits in each corner. A frame
shows it undistorted and upright when the disc is as wide as high and every corner is in its place.
"""
import colorsys
import io
import json
import subprocess
import zlib

from PIL import Image, ImageDraw, ImageFilter

PAPER = (226, 224, 220)
DISC = (20, 60, 230)
# Clockwise from the top left.
CORNERS = {"red": (230, 20, 30), "green": (20, 170, 40), "yellow": (240, 220, 20),
           "black": (12, 12, 12)}
# What must be done to an upright picture so that turning it as its tag says sets it upright.
UNTURNED = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270}
ORIENTATION_TAG = 0x0112


def product(width, height, ground=PAPER):
    """The product on paper, or on nothing with `ground=None`."""
    mode = "RGB" if ground else "RGBA"
    photo = Image.new(mode, (width, height), ground or (0, 0, 0, 0))
    pen = ImageDraw.Draw(photo)
    radius, side = disc_radius(width, height), corner_side(width, height)
    middle = (width // 2, height // 2)
    pen.ellipse([m - radius for m in middle] + [m + radius for m in middle], fill=DISC)
    places = [(0, 0), (width - side, 0), (width - side, height - side), (0, height - side)]
    for (x, y), colour in zip(places, CORNERS.values()):
        pen.rectangle([x, y, x + side - 1, y + side - 1], fill=colour)
    return photo


def disc_radius(width, height):
    return min(width, height) * 3 // 10


def corner_side(width, height):
    return min(width, height) // 5


def lone_disc(width, height, radius):
    """Nothing but the disc, for what keeps only a part of the photo."""
    photo = Image.new("RGB", (width, height), PAPER)
    middle = (width // 2, height // 2)
    ImageDraw.Draw(photo).ellipse(
        [m - radius for m in middle] + [m + radius for m in middle], fill=DISC)
    return photo


def encoded(photo, kind, **options):
    file = io.BytesIO()
    photo.save(file, kind, **options)
    return file.getvalue()


def jpeg(width=900, height=1200, **options):
    return encoded(product(width, height), "JPEG", quality=92, **options)


def turned_jpeg(width, height, orientation):
    """A photo that is upright only when its tag is obeyed."""
    photo = product(width, height)
    if (turn := UNTURNED[orientation]) is not None:
        photo = photo.transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    return encoded(photo, "JPEG", quality=92, exif=exif)


def empty_png(side):
    """A black and white square of nothing, however large: it packs a thousandfold."""
    def chunk(kind, body):
        whole = kind + body
        return len(body).to_bytes(4) + whole + zlib.crc32(whole).to_bytes(4)

    row = bytes(1 + (side + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()
    head = side.to_bytes(4) * 2 + bytes([1, 0, 0, 0, 0])
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed)
            + chunk(b"IEND", b""))


# Measuring

def disc_box(picture):
    """Left, top, right and bottom of the blue in a picture."""
    hue, saturation, value = picture.convert("RGB").convert("HSV").split()
    masks = [hue.point(lambda h: 255 if 145 <= h <= 185 else 0),
             saturation.point(lambda s: 255 if s > 110 else 0),
             value.point(lambda v: 255 if v > 80 else 0)]
    blue = Image.new("L", picture.size, 255)
    for mask in masks:
        blue = Image.composite(blue, Image.new("L", picture.size, 0), mask)
    box = blue.filter(ImageFilter.MinFilter(5)).filter(ImageFilter.MaxFilter(5)).getbbox()
    assert box, "the product is nowhere in the picture"
    return box


def colour_name(pixel):
    """The corner's colour that a pixel is, or comes nearest to in hue."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(band / 255 for band in pixel))
    if value < 0.35:
        return "black"
    assert saturation > 0.25, f"{pixel} is no corner's colour"

    def distance(name):
        other = colorsys.rgb_to_hsv(*(band / 255 for band in CORNERS[name]))[0]
        return min(abs(hue - other), 1 - abs(hue - other))

    return min(["red", "green", "yellow"], key=distance)


def assert_shows_product(frame, size, of):
    """The whole product, upright and in its own proportions.

    frame: a picture file's bytes; size: what the frame must measure; of: the upright photo's size.
    """
    picture = Image.open(io.BytesIO(frame))
    assert picture.size == size
    left, top, right, bottom = disc_box(picture)
    width, height = right - left, bottom - top
    assert abs(width - height) <= 0.02 * width, f"the disc is {width}x{height}"
    scale = width / (2 * disc_radius(*of) + 1)
    across = scale * (of[0] - corner_side(*of)) / 2
    down = scale * (of[1] - corner_side(*of)) / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    places = [(x - across, y - down), (x + across, y - down), (x + across, y + down),
              (x - across, y + down)]
    pixels = picture.convert("RGB")
    for place, name in zip(places, CORNERS):
        column, line = (round(c) for c in place)
        assert 0 <= column < size[0] and 0 <= line < size[1], f"the {name} corner is cut off"
        found = colour_name(pixels.getpixel((column, line)))
        assert found == name, f"{found} where {name} should be"


# Clips

def probe(clip):
    """What ffprobe says of a file."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", clip],
        capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def assert_clip(clip, size, seconds):
    """Exactly that size and length, with a picture any player shows and with sound."""
    facts = probe(clip)
    video = next(s for s in facts["streams"] if s["codec_type"] == "video")
    sound = next(s for s in facts["streams"] if s["codec_type"] == "audio")
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
    assert (video["width"], video["height"]) == size
    assert video.get("sample_aspect_ratio", "1:1") == "1:1"
    frames, per = (int(n) for n in video["avg_frame_rate"].split("/"))
    frame = per / frames
    assert abs(float(video["duration"]) - seconds) <= frame
    assert abs(float(sound["duration"]) - seconds) <= 2 * frame
    assert abs(float(facts["format"]["duration"]) - seconds) <= 2 * frame
    assert loudness(clip) > -60, "the sound is silence"


def loudness(clip):
    """The clip's mean volume in dB below full scale."""
    done = subprocess.run(
        ["ffmpeg", "-hide_banner", "-nostdin", "-i", clip, "-af", "volumedetect", "-vn",
         "-f", "null", "-"], capture_output=True, text=True, check=True)
    line = next(line for line in done.stderr.splitlines() if "mean_volume:" in line)
    return float(line.split("mean_volume:")[1].split()[0])


def frame_of(clip, seconds):
    """One frame as PNG."""
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-ss", str(seconds), "-i", clip, "-frames:v", "1",
         "-f", "image2pipe", "-c:v", "png", "-"], capture_output=True, check=True)
    return done.stdout
