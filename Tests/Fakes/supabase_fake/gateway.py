"""The HTTP server: Supabase's gateway, which wants an API key and lets browsers in, before Auth."""
import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from listener import Listener

from .errors import Refusal

LARGEST_BODY = 1_048_576
KEYS = "/auth/v1/.well-known/jwks.json"
EXPOSED = "X-Total-Count, Link, X-Supabase-Api-Version"


@dataclass(slots=True)
class Request:
    """What was asked, and what came of it.

    headers: lower-case names. status: the answered one, None when there was no answer.
    """

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes
    status: int | None = None

    @property
    def json(self):
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise Refusal(400, "bad_json", "Could not parse request body as JSON")
        return value

    @property
    def bearer(self):
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token if kind.lower() == "bearer" and token else None


class Gateway(Listener):
    def __init__(self, port, fake):
        self.fake = fake
        super().__init__(port, Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "FakeSupabase"
    # Head and body leave together.
    wbufsize = -1
    timeout = 60

    def do_GET(self):
        fake = self.server.fake
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            self.command, parts.path, dict(parse_qsl(parts.query)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(min(length, LARGEST_BODY)))
        fake.requests.append(request)
        fake.open.wait()
        if fake.is_down:
            self.close_connection = True
            return
        request.status, body, headers = self.answer(request)
        self.send_response(request.status)
        content = b"" if body is None else json.dumps(body).encode()
        for name, value in headers.items():
            self.send_header(name, value)
        if content:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET

    def answer(self, request):
        """Status, body and headers."""
        fake = self.server.fake
        if request.method == "OPTIONS":
            return 200, None, {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS",
                "Access-Control-Allow-Headers":
                    request.headers.get("access-control-request-headers", "")}
        headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
        if fake.failure:
            return fake.failure, {"message": "upstream connect error"}, headers
        if request.path != KEYS and (problem := self.key_problem(request)):
            return 401, problem, headers
        try:
            with fake.lock:
                body = fake.auth.answer(request)
        except Refusal as refusal:
            body, more = refusal.answer(request.headers.get("x-supabase-api-version"))
            return refusal.status, body, headers | more
        if request.path == KEYS:
            headers["Cache-Control"] = "public, max-age=600"
        return (204 if body is None else 200), body, headers

    def key_problem(self, request):
        key = request.headers.get("apikey")
        if key is None:
            return {"message": "No API key found in request",
                    "hint": "No `apikey` request header or url param was found."}
        if key != self.server.fake.publishable_key:
            return {"message": "Invalid API key",
                    "hint": "Double check your Supabase `anon` or `service_role` API key."}
        return None

    def log_message(self, format, *arguments):
        """Says nothing: what was asked is in `fake.requests`."""
