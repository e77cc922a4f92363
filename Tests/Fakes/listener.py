"""An HTTP server on this machine that ends when it is told to, whoever still holds a connection."""
import contextlib
import socket
import sys
import threading
from http.server import ThreadingHTTPServer


class Listener(ThreadingHTTPServer):
    """port: 0 takes a free one. handler: answers, as http.server has it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port, handler):
        self.connections = set()
        super().__init__(("127.0.0.1", port), handler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def start(self):
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()

    def process_request(self, request, client_address):
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self.connections.discard(request)
        super().shutdown_request(request)

    def stop(self):
        """Ends open connections too: who kept one finds nobody there."""
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request, client_address):
        """Says nothing of callers who left."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)
