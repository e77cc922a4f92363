"""HTTP as the fakes speak it: a listener on this machine, the requests it takes and its answers."""
import contextlib
import json
import socket
import struct
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, unquote, urlsplit

import listener

from .bodies import parse

# Six pictures of 7 MB in base64, and room.
LARGEST_BODY = 80_000_000
PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(slots=True)
class Request:
    """What was asked, and what came of it.

    path: as sent, without the query; parts: its segments, decoded. headers: lower-case names.
    body: parsed JSON or form fields, otherwise the raw bytes. files: those of a form, by name.
    status: the answered one, None when the connection was closed without any. fault: what was
    done to it on purpose. job: the one it made.
    """

    method: str
    path: str
    query: dict
    headers: dict
    body: object = None
    files: dict = field(default_factory=dict)
    status: int | None = None
    fault: str | None = None
    job: object = None
    kind: str | None = None

    @property
    def parts(self):
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))

    def carries(self, secret):
        """Whether the secret is anywhere in the headers or the query."""
        return any(secret in value for value in (*self.headers.values(), *self.query.values()))


@dataclass(slots=True)
class Answer:
    """body: JSON to be, bytes as they are, or a function that makes these when they are sent.
    wire: "reset" (closed without a byte) or "half" (closed after the head and half of the body).
    """

    status: int = 200
    body: object = b""
    headers: dict = field(default_factory=dict)
    type: str = "application/json"
    wire: str | None = None

    @property
    def content(self):
        body = self.body() if callable(self.body) else self.body
        return body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()


class Refusal(Exception):
    """Ends the work on a request with this answer."""

    def __init__(self, answer):
        super().__init__(f"{answer.status} {answer.body}")
        self.answer = answer


class Listener(listener.Listener):
    """begin(request) is called when the head is there and may return an Answer that needs no
    body; serve(request) when all is there; note(request) when it was answered."""

    request_queue_size = 1024

    def __init__(self, port, *, begin, serve, note):
        self.begin, self.serve, self.note = begin, serve, note
        super().__init__(port, Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # A head and its body leave together.
    wbufsize = -1
    timeout = 120

    def do_GET(self):
        address = urlsplit(self.path)
        request = Request(
            self.command, address.path, dict(parse_qsl(address.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()})
        answer = self.server.begin(request)
        if answer is None:
            content = self.read_body()
            if content is None:
                return
            request.body, request.files = parse(request.headers.get("content-type", ""), content)
            answer = self.server.serve(request)
        elif answer.wire is None and self.read_body() is None:
            return
        request.status = None if answer.wire == "reset" else answer.status
        # Noted first: who has the answer finds the request in the record.
        self.server.note(request)
        self.reply(answer)

    do_HEAD = do_POST = do_DELETE = do_PUT = do_PATCH = do_GET

    def read_body(self):
        """The body, or None when it was refused or cut off."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(self.chunks())
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self.reply(Answer(413, b"The body is too large.\n", type="text/plain"))
            return None
        content = self.rfile.read(int(length))
        if len(content) < int(length):
            self.close_connection = True
            return None
        return content

    def chunks(self):
        while size := int(self.rfile.readline().partition(b";")[0] or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # Trailers.

    def reply(self, answer):
        if answer.wire == "reset":
            self.reset()
            return
        content = answer.content
        head = {"Content-Type": answer.type, "Content-Length": str(len(content)),
                "Date": self.date_time_string(), **answer.headers}
        lines = [f"HTTP/1.1 {answer.status} {PHRASES.get(answer.status, '')}"]
        lines += [f"{name}: {value}" for name, value in head.items()]
        if answer.wire == "half":
            content = content[:len(content) // 2]
            self.close_connection = True
        if self.command == "HEAD":
            content = b""
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + content)

    def reset(self):
        """Closes so that the other side sees a reset, not an end."""
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def finish(self):
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def log_message(self, format, *arguments):
        """Says nothing: what was asked is in `fake.requests`."""
