"""A host that only has the client's files, as docs/static-host.md describes it."""
import functools
import http.server
import json
import tempfile
import threading
from pathlib import Path
from shutil import copytree

from rig.server import ROOT


class Files(http.server.SimpleHTTPRequestHandler):
    """Sends the headers of the client's own settings for such hosts."""

    def __init__(self, *arguments, headers, **options):
        self.fields = headers
        super().__init__(*arguments, **options)

    def end_headers(self):
        for field in self.fields:
            self.send_header(field["key"], field["value"])
        super().end_headers()

    def log_message(self, format, *arguments):
        """Says nothing: browsers tell of what is not there."""


class Host:
    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="placemint-host-")
        self.web = Path(copytree(ROOT / "Web", Path(self.folder.name) / "Web"))
        self.headers = []
        files = functools.partial(Files, directory=self.web, headers=self.headers)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), files)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def point_to(self, server):
        """What the document asks for: the API's address in the settings and in the headers."""
        for name, copy in ("config.example.json", "config.json"), ("vercel.json", "vercel.json"):
            text = (self.web / name).read_text().replace("https://api.example.com", server.url)
            (self.web / copy).write_text(text.replace('"sandbox": false', '"sandbox": true'))
        everywhere = json.loads((self.web / "vercel.json").read_text())["headers"][0]
        assert everywhere["source"] == "/(.*)"
        self.headers[:] = everywhere["headers"]

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()
