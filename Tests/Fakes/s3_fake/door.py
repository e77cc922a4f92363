"""The door in front of moto."""
import base64
import contextlib
import hashlib
import http.client
import socket
import struct
import tempfile
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from .signatures import Refused

PIECE = 1 << 18
# Larger bodies go to a file.
IN_MEMORY = 1 << 20
ERRORS = {
    "internal": (500, "InternalError"), "slow_down": (503, "SlowDown"),
    "full": (507, "XMinioStorageFull"), "skew": (403, "RequestTimeTooSkewed"),
    "denied": (403, "AccessDenied"), "no_bucket": (404, "NoSuchBucket"),
    "too_large": (400, "EntityTooLarge"),
}


@dataclass
class Request:
    """signed: "header" or "query". problem: why it was turned away. fault: what was done to it."""

    method: str
    path: str
    status: int | None = None
    signed: str | None = None
    problem: str | None = None
    fault: str | None = None


class Door(ThreadingHTTPServer):
    """Faults: those of ERRORS; `reset` (closed before an answer), `lost` (done, and closed before
    the answer), `half` (a download that ends in its middle), `damaged` (a download with other
    bytes), `cut` (a PUT of which half is kept), `stall` (nothing until the test says so), `full_early`
    (refused before its body was read)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, fake):
        self.fake = fake
        super().__init__(("127.0.0.1", 0), Handler)

    def start(self):
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Says nothing of callers who left, or were killed."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self):
        fake = self.server.fake
        request = Request(self.command, unquote(urlsplit(self.path).path))
        fake.requests.append(request)
        request.fault = fault = fake.next_fault(self.command, request.path)
        if fault == "full_early":
            self.close_connection = True
            return self.refuse(request, *ERRORS["full"])
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            # The signature is of the address as the client knows it.
            request.signed = fake.gatekeeper.check(
                self.command, f"http://{headers['host']}{self.path}", headers)
            with self.body(headers) as (body, sum):
                self.check_sums(headers, sum)
                if fault == "stall":
                    fake.stalled.set()
                    fake.released.wait(120)
                if fault == "reset":
                    return self.reset()
                if fault in ERRORS:
                    return self.refuse(request, *ERRORS[fault])
                self.pass_on(request, headers, body, fault)
        except Refused as refusal:
            request.problem = refusal.code
            self.refuse(request, refusal.status, refusal.code)

    do_GET = do_PUT = do_HEAD = do_DELETE = answer

    @contextlib.contextmanager
    def body(self, headers):
        """The body as a file, and its sum."""
        left, sum = int(headers.get("content-length", 0)), hashlib.sha256()
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            while left:
                piece = self.rfile.read(min(left, PIECE))
                if not piece:
                    raise ConnectionError("the body broke off")
                sum.update(piece)
                file.write(piece)
                left -= len(piece)
            file.seek(0)
            yield file, sum.digest()

    def check_sums(self, headers, sum):
        signed = headers.get("x-amz-content-sha256", sum.hex())
        if signed != sum.hex():
            raise Refused(400, "XAmzContentSHA256Mismatch")
        if headers.get("x-amz-checksum-sha256", text(sum)) != text(sum):
            raise Refused(400, "BadDigest")

    def pass_on(self, request, headers, body, fault):
        fake = self.server.fake
        own = {name: value for name, value in headers.items()
               if name not in ("host", "connection")}
        if fault == "cut":
            half = int(headers["content-length"]) // 2
            body.truncate(half)
            own["content-length"] = str(half)
        inner = http.client.HTTPConnection(*fake.moto.get_host_and_port(), timeout=120)
        with contextlib.closing(inner):
            has_body = self.command == "PUT"
            path = self.path.removeprefix(fake.prefix)
            if fake.page_limit:
                path = path.replace("max-keys=1000", f"max-keys={fake.page_limit}")
            inner.request(self.command, path, body if has_body else None, own)
            answer = inner.getresponse()
            if fault == "lost":
                answer.read()
                return self.reset()
            # moto does not know these.
            extra = {name.removeprefix("response-"): value
                     for name, value in parse_qsl(urlsplit(self.path).query)
                     if name.startswith("response-")}
            if has_body and fake.repeats_sums:
                extra["x-amz-checksum-sha256"] = headers.get("x-amz-checksum-sha256", "")
            self.pass_back(request, answer, fault, extra)

    def pass_back(self, request, answer, fault, extra):
        request.status = answer.status
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {
                    "connection", "server", "date", "transfer-encoding", *extra}:
                self.send_header(name, value)
        for name, value in extra.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        left = int(answer.getheader("content-length") or 0)
        if fault == "half":
            self.wfile.write(answer.read(left // 2))
            return self.reset()
        while piece := answer.read(PIECE):
            self.wfile.write(bytes(255 - byte for byte in piece) if fault == "damaged" else piece)

    def refuse(self, request, status, code):
        request.status = status
        content = b"" if self.command == "HEAD" else (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
            "<Message>As the test wants it.</Message></Error>").encode()
        self.send_response(status)
        if code == "SlowDown":
            self.send_header("Retry-After", "1")
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def reset(self):
        """Closes the connection as a dying server does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def text(sum):
    return base64.b64encode(sum).decode()
