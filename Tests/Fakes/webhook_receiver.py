"""A server that takes webhooks and remembers them."""
import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    body: bytes
    signature: str
    began: float
    ended: float

    @property
    def event(self):
        return json.loads(self.body)


class WebhookReceiver:
    """statuses: answered one by one, and 200 after the last; pause: taken by each answer."""

    def __init__(self, statuses=(), pause=0):
        self.statuses = list(statuses)
        self.pause = pause
        self.received = []
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhooks/stripe"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def take(self, body, signature):
        began = time.monotonic()
        time.sleep(self.pause)
        with self.lock:
            self.received.append(Received(body, signature, began, time.monotonic()))
            return self.statuses.pop(0) if self.statuses else 200

    @property
    def ids(self):
        """The received events' ids, in the order in which they came."""
        return [one.event["id"] for one in self.received]

    @property
    def types(self):
        return [one.event["type"] for one in self.received]


def handler(receiver):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.take(body, self.headers["Stripe-Signature"])
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format, *arguments):
            pass

    return Handler
