"""What each call of the HTTP interface does."""
import base64
import binascii
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from . import expand, form, lists, parameters
from .checks import read
from .errors import Refusal, invalid
from .faults import RequestFaults
from .idempotency import Answer, Idempotency
from .shapes import API_VERSION

FORM = "application/x-www-form-urlencoded"
FOLDERS = {"checkout.session": "checkout/sessions", "payment_intent": "payment_intents",
           "charge": "charges", "refund": "refunds", "dispute": "disputes", "event": "events"}
TOO_LATE = Answer(
    500, {"error": {"type": "api_error", "message": "The work was done, but not told."}},
    (("Stripe-Should-Retry", "false"),))


@dataclass
class Request:
    """One request to the interface, as tests may look at it later.

    params: the parsed form or query; status: what it was answered, once it was.
    """

    id: str
    method: str
    target: str
    body: bytes
    headers: dict
    params: dict = field(default_factory=dict)
    status: int | None = None

    @property
    def path(self):
        return urlsplit(self.target).path

    @property
    def version(self):
        return self.headers.get("stripe-version")

    @property
    def idempotency_key(self):
        return self.headers.get("idempotency-key")


@dataclass(frozen=True)
class Route:
    """method and path: with ID in the place of an object's; kind: of what it answers with."""

    method: str
    path: str
    kind: str
    verb: Callable
    is_list: bool = False

    @property
    def expression(self):
        return f"/v1/{self.path}".replace("ID", r"(\w+)")


class Api:
    def __init__(self, state, events, checkout, refunds, secret_key):
        self.state = state
        self.events = events
        self.checkout = checkout
        self.secret_key = secret_key
        self.idempotency = Idempotency(state.clock)
        self.requests = []
        # Closed while a test holds requests back.
        self.gate = threading.Event()
        self.gate.set()
        self.routes = [
            Route("POST", "checkout/sessions", "checkout.session", checkout.create),
            Route("POST", "checkout/sessions/ID/expire", "checkout.session",
                  without_parameters(checkout.expire)),
            Route("POST", "refunds", "refund", refunds.create),
            Route("POST", "refunds/ID/cancel", "refund", without_parameters(refunds.cancel)),
            *(Route("GET", f"{folder}/ID", kind, self.retrieval(kind))
              for kind, folder in FOLDERS.items()),
            *(Route("GET", FOLDERS[kind], kind, self.listing(kind), is_list=True)
              for kind in parameters.LISTS)]

    # What is done with every request

    def answer(self, request):
        self.requests.append(request)
        try:
            answer = self.admit(request)
        except Refusal as refusal:
            answer = answer_of(refusal)
        request.status = answer.status
        return answer.status, answer.body, dict(answer.headers) | self.headers(request)

    def headers(self, request):
        headers = {"Request-Id": request.id, "Stripe-Version": request.version or API_VERSION}
        if request.idempotency_key and request.method == "POST":
            headers["Idempotency-Key"] = request.idempotency_key
        return headers

    def admit(self, request):
        self.authenticate(request)
        faults = self.state.faults.next_request() if self.state.faults else RequestFaults()
        if faults.refuse:
            raise busy(faults.refuse)
        request.params = self.parse(request)
        route, ids = self.route(request)
        if request.method != "POST":
            return self.work(request, route, ids)

        def work():
            answer = self.work(request, route, ids)
            return TOO_LATE if faults.error_after_commit and answer.status == 200 else answer

        call = (request.path, request.params)
        return self.idempotency.run(request.idempotency_key, call, request.id, work)

    def authenticate(self, request):
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                credentials = base64.b64decode(credentials, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                credentials = ""
            credentials = credentials.partition(":")[0]
        if not credentials or scheme.lower() not in ("basic", "bearer"):
            raise Refusal(401, "You did not provide an API key. You need to provide your API key "
                          "in the Authorization header, using Bearer auth.")
        if credentials != self.secret_key:
            raise Refusal(401, f"Invalid API Key provided: {credentials[:8]}****")

    def parse(self, request):
        if request.method == "GET":
            return form.parse(urlsplit(request.target).query)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.body and kind != FORM:
            raise invalid(f"Invalid request (check that your POST content type is {FORM}).")
        try:
            return form.parse(request.body.decode())
        except UnicodeDecodeError:
            raise invalid("Invalid UTF-8 in the request.") from None

    def route(self, request):
        """The route of a request, and the ids in its path."""
        for route in self.routes:
            match = re.fullmatch(route.expression, request.path, re.ASCII)
            if match and route.method == request.method:
                return route, match.groups()
        raise Refusal(404, f"Unrecognized request URL ({request.method}: {request.path}).")

    def work(self, request, route, ids):
        self.gate.wait()
        with self.state.lock:
            self.checkout.expire_due()
            try:
                paths = expand.paths(request.params, route.kind, route.is_list)
                with self.events.caused_by(request.id, request.idempotency_key):
                    thing = route.verb(*ids, request.params)
                return Answer(200, expand.expanded(self.state, thing, paths))
            except Refusal as refusal:
                return answer_of(refusal)

    # Calls of the same kind

    def retrieval(self, kind):
        def call(id, sent):
            read(sent, parameters.OBJECT)
            return self.state.find(kind, id)
        return call

    def listing(self, kind):
        def call(sent):
            return lists.page(self.state, kind, sent, f"/v1/{FOLDERS[kind]}")
        return call


def without_parameters(verb):
    """A call that changes an object and takes no parameters of its own."""
    def call(id, sent):
        read(sent, parameters.OBJECT)
        return verb(id)
    return call


def busy(status):
    if status == 429:
        return Refusal(429, "Too many requests hit the API too quickly.", "rate_limit")
    return Refusal(status, "The service is not available.", type="api_error")


def answer_of(refusal):
    headers = {401: (("WWW-Authenticate", 'Basic realm="Stripe"'),),
               409: (("Stripe-Should-Retry", "true"),)}
    return Answer(refusal.status, refusal.body, headers.get(refusal.status, ()), refusal.kept)
