"""fal's files: clips, and pictures that were uploaded."""
import base64
import binascii

from .fal_errors import refusal
from .fal_models import PICTURE_FIELDS
from .jobs import pixel_size
from .upload_host import UploadHost
from .wire import Answer

LARGEST_PICTURE = 30 * 1024 * 1024
CDN_TOKEN = "cdn-token"


class FalFiles(UploadHost):
    """What `v3.fal.media` and the bucket behind fal's storage are."""

    def initiate(self, request):
        body = request.body
        if not (isinstance(body, dict) and body.get("file_name") and body.get("content_type")):
            raise refusal(422, "file_name and content_type are needed")
        name = f"{self.fake.new_id(16)}-{body['file_name']}".replace("/", "-")
        url = self.announce(name)
        return Answer(body={"upload_url": f"{url}?signature={self.fake.new_id(16)}",
                            "file_url": url})

    def token(self):
        """What the official client brings files with, by its other way."""
        return {"token": CDN_TOKEN, "token_type": "Bearer", "base_url": self.url,
                "expires_at": "2100-01-01T00:00:00+00:00"}

    def begin(self, request):
        return None if request.path == "/files/upload" else super().begin(request)

    def serve(self, request):
        if request.path == "/files/upload" and request.method == "POST":
            return self.take_directly(request)
        return super().serve(request)

    def take_directly(self, request):
        if request.headers.get("authorization") != f"Bearer {CDN_TOKEN}":
            return Answer(401, {"detail": "Unauthorized"})
        with self.fake.lock:
            name = self.fake.new_id(16)
        url = self.announce(name)
        self.uploads[name] = request.body
        return Answer(body={"access_url": url})

    def take(self, request, name):
        self.uploads[name] = request.body
        return Answer(200)

    def content(self, url):
        """The picture behind a data URI or an address of this host. None when it lies elsewhere:
        the fake fetches nothing. Raises ValueError when there is none."""
        if url.startswith("data:"):
            try:
                return base64.b64decode(url.partition(",")[2], validate=True)
            except binascii.Error as error:
                raise ValueError("no base64") from error
        if not url.startswith(self.url):
            return None
        if content := self.uploaded(url):
            return content
        raise LookupError("no such file")

    def complaints(self, url):
        """Kind and words of what is wrong with a picture."""
        if not url.startswith(("data:", "http://", "https://")):
            return [("url_scheme", "URL scheme should be 'http' or 'https'")]
        try:
            content = self.content(url)
        except LookupError:
            return [("file_download_error", "Failed to download the file.")]
        except ValueError:
            content = b""
        if content is None:
            return []
        if len(content) > LARGEST_PICTURE:
            return [("file_too_large", "File size exceeds the maximum allowed size.")]
        if pixel_size(content) is None:
            return [("image_load_error", "Failed to load the image.")]
        return []


def pictures(fields):
    """Path and address of each picture that a request names."""
    for name in PICTURE_FIELDS:
        given = fields.get(name, ())
        if isinstance(given, str):
            yield (name,), given
        else:
            yield from (((name, index), url) for index, url in enumerate(given))


def contents(fields, files):
    """Path and bytes of each picture; None for those that lie elsewhere."""
    return [(path, files.content(url)) for path, url in pictures(fields)]
