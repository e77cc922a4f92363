"""Another host that takes files too, which were announced at the interface before."""
from .file_host import FileHost
from .wire import Answer


class UploadHost(FileHost):
    """uploads: what was brought, by the name it was announced under; None as long as it was not."""

    def __init__(self, fake, key):
        super().__init__(fake, key)
        self.uploads = {}

    def announce(self, name):
        """The address at which the file is brought and, where the vendor shows it, found."""
        self.uploads[name] = None
        return self.upload_url(name)

    def upload_url(self, name):
        return f"{self.url}/uploads/{name}"

    def uploaded(self, url):
        """The bytes that were brought to an address of this host, or None."""
        return self.uploads.get(url.rpartition("/")[2])

    def begin(self, request):
        """Faults befall clips alone."""
        return None if request.parts[0] == "uploads" else super().begin(request)

    def serve(self, request):
        if request.parts[0] != "uploads":
            return super().serve(request)
        name = request.parts[-1]
        if request.method == "GET" and self.uploads.get(name):
            return Answer(body=self.uploads[name], type="application/octet-stream")
        if request.method in ("PUT", "POST") and name in self.uploads:
            return self.take(request, name)
        return Answer(404, b"There is no such file.\n", type="text/plain")

    def take(self, request, name):
        raise NotImplementedError
