"""A program that is told of events: it answers as it is asked to, and keeps what came."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook

from .server import wait_until


class Receiver:
    """Listens on loopback. `answers` are statuses for the next deliveries, then 200."""

    def __init__(self):
        self.calls = []
        self.answers = []
        self.headers = {}
        self.delay = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.calls.append(Call(dict(self.headers.items()), body, time.time()))
                time.sleep(receiver.delay)
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.listener.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def wait_for(self, count, limit=30):
        wait_until(lambda: len(self.calls) >= count, limit, f"{count} deliveries")
        return self.calls

    def close(self):
        self.listener.shutdown()
        self.listener.server_close()


class Call:
    """A delivery as it came."""

    def __init__(self, headers, body, at):
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body
        self.at = at

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def event(self):
        return json.loads(self.body)

    def verified_by(self, secret):
        """The event, once the official client has verified it. Raises what that raises."""
        return Webhook(secret).verify(self.body, self.headers)
