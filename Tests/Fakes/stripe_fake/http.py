"""The fake's HTTP server: the interface under /v1, and the pages under /pay."""
import json
import re
from http.server import BaseHTTPRequestHandler

from listener import Listener

from . import pages
from .api import Request
from .errors import Refusal

LARGEST_BODY = 1_000_000
PAGE = re.compile(r"/pay/(cs_test_\w+)")
BUTTON = re.compile(rf"{PAGE.pattern}/({'|'.join(pages.BUTTONS)})")


class HTTPServer(Listener):
    def __init__(self, port, fake):
        self.fake = fake
        super().__init__(port, Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "FakeStripe"
    # Head and body leave together.
    wbufsize = -1
    timeout = 60

    def do_GET(self):
        self.serve()

    do_POST = do_DELETE = do_PUT = do_PATCH = do_GET

    def serve(self):
        body = self.read_body()
        if body is None:
            return
        if self.path.startswith("/pay/"):
            self.serve_page()
        else:
            self.serve_api(body)

    def read_body(self):
        """The body, or None when it was refused."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.close_connection = True
            self.reply(411, "text/plain", b"Say the length of the body.\n")
        elif int(length) > LARGEST_BODY:
            self.close_connection = True
            self.reply(413, "text/plain", b"The body is too large.\n")
        else:
            return self.rfile.read(int(length))
        return None

    def serve_api(self, body):
        fake = self.server.fake
        status, answer, headers = fake.api.answer(Request(
            fake.state.new_id("req_"), self.command, self.path, body,
            {name.lower(): value for name, value in self.headers.items()}))
        content = json.dumps(answer, indent=2, ensure_ascii=False).encode()
        self.reply(status, "application/json", content, headers)

    def serve_page(self):
        fake = self.server.fake
        path = self.path.partition("?")[0]
        try:
            if self.command == "GET" and (match := PAGE.fullmatch(path)):
                self.reply_page(200, fake.page(match[1]))
            elif self.command == "POST" and (match := BUTTON.fullmatch(path)):
                self.reply(303, "text/plain", b"", {"Location": fake.press(*match.groups())})
            else:
                self.reply_page(404, pages.message("There is no such page."))
        except Refusal as refusal:
            status = 404 if refusal.status == 404 else 410
            self.reply_page(status, pages.message(str(refusal)))

    def reply_page(self, status, page):
        self.reply(status, "text/html; charset=utf-8", page.encode())

    def reply(self, status, kind, content, headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format, *arguments):
        """Says nothing: what was asked is in `fake.requests`."""
