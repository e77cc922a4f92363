"""Whatever a phone, a scanner or an editor saves comes out as an upright, unstretched frame."""
import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from rig import pictures
from rig.person import Person, ok

FIXTURES = Path(__file__).parent / "fixtures"
PORTRAIT, LANDSCAPE = (720, 1280), (1280, 720)


@pytest.fixture(scope="module")
def person(server):
    return Person(server)


def cmyk_jpeg():
    return pictures.encoded(pictures.product(900, 1200).convert("CMYK"), "JPEG", quality=92)


def grey_ground_png():
    """Eight bits of palette instead of three bands."""
    return pictures.encoded(pictures.product(900, 1200).quantize(64), "PNG")


def wide_gamut_jpeg():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return pictures.jpeg(icc_profile=profile)


def animated_gif():
    first = pictures.product(450, 600)
    others = [Image.new("RGB", first.size, "white")] * 3
    return pictures.encoded(first, "GIF", save_all=True, append_images=others)


# name: (photo, its upright size)
PHOTOS = {
    "portrait.jpg": (pictures.jpeg(900, 1200), (900, 1200)),
    "landscape.jpg": (pictures.jpeg(1600, 900), (1600, 900)),
    "square.jpg": (pictures.jpeg(1000, 1000), (1000, 1000)),
    "panorama.jpg": (pictures.jpeg(2400, 600), (2400, 600)),
    "small.jpg": (pictures.jpeg(240, 320), (240, 320)),
    "progressive.jpg": (pictures.jpeg(progressive=True), (900, 1200)),
    "profile.jpg": (wide_gamut_jpeg(), (900, 1200)),
    "cmyk.jpg": (cmyk_jpeg(), (900, 1200)),
    "palette.png": (grey_ground_png(), (900, 1200)),
    "opaque.png": (pictures.encoded(pictures.product(900, 1200), "PNG"), (900, 1200)),
    "photo.webp": (pictures.encoded(pictures.product(900, 1200), "WEBP"), (900, 1200)),
    "photo.avif": (pictures.encoded(pictures.product(450, 600), "AVIF"), (450, 600)),
    "photo.heic": ((FIXTURES / "product.heic").read_bytes(), (300, 400)),
    "photo.gif": (animated_gif(), (450, 600)),
    "photo.tiff": (pictures.encoded(pictures.product(900, 1200), "TIFF"), (900, 1200)),
}


@pytest.mark.parametrize("name", PHOTOS)
def test_a_preview_is_exact_and_undistorted(person, name):
    photo, size = PHOTOS[name]
    pictures.assert_shows_product(person.preview(photo), PORTRAIT, of=size)


@pytest.mark.parametrize("name", PHOTOS)
def test_an_upload_has_the_upright_size_and_a_kind_that_browsers_show(person, name):
    photo, size = PHOTOS[name]
    file = person.upload(photo, name)
    assert (file["width"], file["height"], file["filename"]) == (*size, name)
    answer = person.get(f"/v1/files/{file['id']}/content")
    assert answer.headers["content-type"] == "image/jpeg"
    stored = Image.open(io.BytesIO(answer.content))
    assert (stored.format, stored.size, stored.mode) == ("JPEG", size, "RGB")
    assert len(answer.content) == file["bytes"]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(900, 1200), (1200, 800)])
def test_a_turned_photo_stands_upright(person, orientation, size):
    photo = pictures.turned_jpeg(*size, orientation)
    pictures.assert_shows_product(person.preview(photo), PORTRAIT, of=size)


def test_a_turned_photo_has_its_upright_size(person):
    file = person.upload(pictures.turned_jpeg(900, 1200, 6))
    assert (file["width"], file["height"]) == (900, 1200)


@pytest.mark.parametrize("size", ["720x1280", "1280x720", "1080x1920"])
@pytest.mark.parametrize("backdrop", ["soft", "plain"])
def test_every_size_on_offer_shows_the_whole_product(person, size, backdrop):
    frame = person.preview(pictures.jpeg(1600, 900), size=size, backdrop=backdrop)
    pictures.assert_shows_product(frame, tuple(map(int, size.split("x"))), of=(1600, 900))


def test_a_covering_photo_is_cropped_around_the_product_and_not_stretched(person):
    photo = pictures.encoded(pictures.lone_disc(1600, 1200, radius=200), "JPEG")
    picture = Image.open(io.BytesIO(person.preview(photo, backdrop="cover")))
    assert picture.size == PORTRAIT
    left, top, right, bottom = pictures.disc_box(picture)
    diameter = 401 * 1280 / 1200
    assert abs((right - left) - diameter) <= 0.02 * diameter
    assert abs((bottom - top) - diameter) <= 0.02 * diameter
    assert all(min(pixel) > 150 for pixel in map(picture.getpixel, [(2, 2), (717, 1277)]))


@pytest.mark.parametrize("backdrop", ["soft", "plain"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_cut_out_product_gets_a_ground_to_stand_on(person, kind, backdrop):
    size = (800, 1000)
    photo = pictures.encoded(pictures.product(*size, ground=None), kind)
    frame = person.preview(photo, backdrop=backdrop)
    pictures.assert_shows_product(frame, PORTRAIT, of=size)
    corner = Image.open(io.BytesIO(frame)).getpixel((2, 2))
    assert min(corner) > 40, f"the ground is {corner}, which is nothing"


def test_a_cut_out_product_is_kept_cut_out(person):
    photo = pictures.encoded(pictures.product(800, 1000, ground=None), "PNG")
    file = person.upload(photo, "cut-out.png")
    stored = Image.open(io.BytesIO(person.get(f"/v1/files/{file['id']}/content").content))
    assert (stored.format, stored.mode) == ("PNG", "RGBA")
    assert stored.getchannel("A").getextrema() == (0, 255)


def test_a_photo_of_twelve_megapixels_is_taken(person):
    photo = pictures.jpeg(3000, 4000)
    file = person.upload(photo)
    assert (file["width"], file["height"]) == (3000, 4000)
    pictures.assert_shows_product(person.preview(photo), PORTRAIT, of=(3000, 4000))


def test_a_photo_of_forty_nine_megapixels_is_made_smaller(person):
    file = person.upload(pictures.jpeg(7000, 7000))
    assert (file["width"], file["height"]) == (4096, 4096)


@pytest.mark.parametrize("name", ["photo.png", "photo.gif", "photo.pdf", "photo.txt", "photo",
                                  "photo.jpg.exe", "Bild ü.jpg"])
def test_the_bytes_decide_what_a_file_is_and_not_its_name(person, name):
    file = person.upload(pictures.jpeg(400, 300), name)
    assert (file["width"], file["height"], file["filename"]) == (400, 300, name)


@pytest.mark.parametrize("declared", ["text/html", "image/png", "application/pdf", "nonsense"])
def test_the_bytes_decide_what_a_file_is_and_not_its_declared_type(person, declared):
    answer = person.post("/v1/files", files={"file": ("a", pictures.jpeg(400, 300), declared)})
    file = ok(answer)
    content = person.get(f"/v1/files/{file['id']}/content")
    assert content.headers["content-type"] == "image/jpeg"
    assert content.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name, shown", [
    ("../../etc/passwd", "passwd"), ("C:\\photos\\mug.jpg", "mug.jpg"), ("a\x07b.jpg", "ab.jpg"),
    ("n" * 300 + ".jpg", "n" * 120)])
def test_a_file_name_is_shown_and_never_a_path(person, name, shown):
    head = ('--b\r\nContent-Disposition: form-data; name="file"; filename="'
            + name.replace("\\", "\\\\") + '"\r\n\r\n').encode()
    answer = person.post(
        "/v1/files", data=head + pictures.jpeg(100, 100) + b"\r\n--b--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert ok(answer)["filename"] == shown


def test_what_a_camera_noted_about_its_owner_is_not_kept(person):
    exif = Image.Exif()
    exif[0x010F] = "Maker of the camera"
    exif.get_ifd(0x8825)[1] = "N"
    photo = pictures.jpeg(exif=exif, comment=b"taken at home")
    assert b"Maker of the camera" in photo and b"taken at home" in photo
    file = person.upload(photo)
    stored = person.get(f"/v1/files/{file['id']}/content").content
    assert b"Maker of the camera" not in stored and b"taken at home" not in stored
    assert not Image.open(io.BytesIO(stored)).getexif()


@pytest.mark.parametrize("size, photo", [
    ("720x1280", pictures.turned_jpeg(1200, 900, 6)),
    ("1280x720", pictures.encoded(pictures.product(500, 700, ground=None), "PNG")),
    ("1080x1920", cmyk_jpeg())], ids=["turned", "cut-out", "cmyk"])
def test_a_clip_of_any_photo_is_exact(buyer, tmp_path, size, photo):
    file = buyer.upload(photo)
    video = buyer.create(size=size, input_reference={"file_id": file["id"]})
    done = buyer.wait(video)
    assert done["status"] == "completed", done
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(buyer.get(f"/v1/videos/{done['id']}/content").content)
    pictures.assert_clip(clip, tuple(map(int, size.split("x"))), 4)
