"""Runway's files: clips by links that expire, and pictures that were uploaded."""
import base64
import binascii

from . import runway_errors
from .bodies import File, once
from .jobs import pixel_size
from .parameters import Choice, Form, Problem, Text
from .upload_host import UploadHost
from .wire import Answer, Refusal

UPLOAD = Form(is_strict=True, fields={
    "filename": Text(needed=True, least=1), "type": Choice(needed=True, of=("ephemeral",))})
# Width by height of a picture.
NARROWEST, WIDEST = 0.4, 4
FIELDS = ("promptImage", "productImage", "characterImage")


class RunwayFiles(UploadHost):
    """Links carry the time at which they end, and are refused from then on.

    valid_from: links that were made before do not work.
    """

    def __init__(self, fake, key):
        super().__init__(fake, key)
        self.valid_from = 0

    def link(self, job, version):
        now = self.fake.clock()
        return f"{self.url_of(job, version)}?made={now!r}&until={now + self.fake.url_seconds!r}"

    def serve(self, request):
        if request.parts[0] == "files" and not self.is_valid(request.query):
            return Answer(403, b"The link has expired.\n", type="text/plain")
        return super().serve(request)

    def is_valid(self, query):
        try:
            return (float(query["made"]) >= self.valid_from
                    and self.fake.clock() < float(query["until"]))
        except (KeyError, ValueError):
            return False

    # Uploads

    def start(self, request):
        problems = UPLOAD.problems(request.body)
        if problems:
            raise Refusal(runway_errors.of_problems(problems))
        name = self.fake.new_id(24)
        url = self.announce(name)
        return Answer(body={"uploadUrl": url, "runwayUri": f"runway://{name}",
                            "fields": {"key": name, "policy": self.fake.new_id(16)}})

    def take(self, request, name):
        file = request.files.get("file")
        fields = request.body if isinstance(request.body, dict) else {}
        if request.method != "POST" or not isinstance(file, File) or fields.get("key") != name:
            return Answer(400, b"The form does not fit the upload.\n", type="text/plain")
        self.uploads[name] = file.content
        return Answer(204)

    # Pictures

    def content(self, uri):
        """The bytes behind an asset's URI. None when it lies elsewhere: the fake fetches nothing,
        or when there is none."""
        if uri.startswith("runway://"):
            return self.uploads.get(uri.removeprefix("runway://"))
        if not uri.startswith("data:"):
            return None
        try:
            return once(base64.b64decode(uri.partition(",")[2], validate=True))
        except binascii.Error:
            return None

    def problems(self, uri, path):
        content = self.content(uri)
        if content is None:
            reason = "" if uri.startswith("https://") else "The asset could not be read."
        elif (size := pixel_size(content)) is None:
            reason = "Invalid asset: the image could not be decoded."
        else:
            fits = NARROWEST <= size[0] / size[1] <= WIDEST
            reason = "" if fits else "Invalid asset aspect ratio."
        return [Problem("asset", path, reason, uri)] if reason else []


def assets(body):
    """Path and URI of each picture that a request names."""
    for name in FIELDS:
        given = body.get(name)
        if isinstance(given, str):
            yield (name,), given
        elif isinstance(given, dict):
            yield (name, "uri"), given["uri"]
        else:
            yield from (((name, index, "uri"), one["uri"])
                        for index, one in enumerate(given or ()))
