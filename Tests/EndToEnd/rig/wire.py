"""Requests that no client library would send, byte by byte."""
import http.client
import select
import socket
from urllib.parse import urlsplit


class Wire:
    """One connection to the server."""

    def __init__(self, server, timeout=20):
        parts = urlsplit(server.url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send_head(self, method, path, headers):
        lines = [f"{method} {path} HTTP/1.1", "Host: studio.test"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode("utf-8"))

    def send(self, data):
        self.socket.sendall(data)

    def send_until_answered(self, piece, limit):
        """Sends the piece again and again until the server has something to say.

        Returns how many bytes went out, `limit` at most.
        """
        sent = 0
        while sent < limit and not self.has_answer():
            try:
                sent += self.socket.send(piece)
            except (BrokenPipeError, ConnectionResetError):
                break
        return sent

    def has_answer(self):
        return bool(select.select([self.socket], [], [], 0)[0])

    def answer(self):
        """The status, headers and body of the answer."""
        response = http.client.HTTPResponse(self.socket)
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, response.read()


def multipart(*parts, boundary="frontier"):
    """A body of parts, each (name, file name or None, bytes), and its content type."""
    body = b""
    for name, filename, data in parts:
        head = f'Content-Disposition: form-data; name="{name}"'
        if filename is not None:
            head += f'; filename="{filename}"'
        body += f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
