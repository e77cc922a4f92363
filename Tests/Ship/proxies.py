"""The proxies of docs/hosting.md, with the configurations that stand there, in front of a server.
Run by Tests/Ship/check; needs Debian's nginx and caddy."""
import re
import subprocess
import tempfile
import textwrap
from pathlib import Path

import requests

from rig import pictures
from rig.person import Person, ok
from rig.server import ROOT, Server, free_port, wait_until
from test_behind_a_proxy import TRIES

PAGE = (ROOT / "docs/hosting.md").read_text()


def block(beginning):
    """The code block of the page that begins so."""
    return next(text for text in re.findall(r"^```\w*\n(.*?)^```", PAGE, re.S | re.M)
                if text.startswith(beginning))


def nginx(folder, port, server):
    text = block("server {").replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    text = re.sub(r" *ssl_certificate.*\n", "", text).replace("127.0.0.1:8080", server)
    (folder / "nginx.conf").write_text(textwrap.dedent(f"""\
        daemon off;
        pid {folder}/pid;
        error_log stderr;
        events {{}}
        http {{
        access_log off;
        client_body_temp_path {folder}/body;
        proxy_temp_path {folder}/proxy;
        """) + text + "}\n")
    return ["nginx", "-c", folder / "nginx.conf", "-p", folder]


def caddy(folder, port, server):
    text = block("studio.example.com {").replace("127.0.0.1:8080", server)
    text = text.replace("studio.example.com {", f"http://127.0.0.1:{port} {{")
    (folder / "Caddyfile").write_text("{\nadmin off\n}\n" + text)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]


def answers(url):
    try:
        return requests.get(url + "/readyz", timeout=2).status_code == 200
    except requests.ConnectionError:
        return False


class Elsewhere(requests.adapters.HTTPAdapter):
    """Connects from another address than the proxy does."""

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=("127.0.0.2", 0), **options)


def knock_as(url, claimed):
    """Tries a wrong code from elsewhere, claiming to be somebody. The answer's status."""
    with requests.Session() as session:
        session.mount("http://", Elsewhere())
        return session.post(
            url + "/auth/v1/verify", timeout=20, headers={"X-Forwarded-For": claimed},
            json={"type": "email", "email": "nobody@example.com", "token": "000000"}).status_code


class Through:
    """The server as a client sees it, through a proxy."""

    def __init__(self, server, url):
        self.url = url
        self.outbox = server.outbox


def check(name, configure):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = Server(WORKERS=0, TRUSTED_PROXIES="127.0.0.1", PUBLIC_URL=url)
    folder = Path(tempfile.mkdtemp(prefix="placemint-proxy-"))
    proxy = None
    try:
        folder.chmod(0o777)
        command = configure(folder, port, f"127.0.0.1:{server.port}")
        with open(folder / "log", "wb") as log:
            proxy = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                     env={"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder)})
        wait_until(lambda: answers(url), 20, f"{name}: {(folder / 'log').read_text()[-500:]}")
        person = Person(Through(server, url))
        with person.get("/v1/events", stream=True) as stream:
            first = next(stream.iter_lines(chunk_size=1, decode_unicode=True))
        assert first == "event: credits", "events are held back"
        photo = pictures.jpeg(600, 800)
        large = photo + bytes(20_000_000 - len(photo))
        assert ok(person.send_photo(large, "photo.jpg"))["width"] == 600
        refused = person.send_photo(photo + bytes(22_000_000), "photo.jpg")
        assert refused.json()["error"]["code"] == "payload_too_large", "the proxy said so, not we"
        # Whatever a client writes in front, it is the one that the proxy has seen.
        statuses = [knock_as(url, f"203.0.113.{number}") for number in range(TRIES + 1)]
        assert set(statuses[:-1]) == {403} and statuses[-1] == 429, statuses
        print(f"   {name}: events at once, 20 MB, the client's own address", flush=True)
    finally:
        if proxy:
            # At once: it would wait for connections that clients keep.
            proxy.kill() if name == "Caddy" else proxy.terminate()
            proxy.wait(20)
        server.discard()
        subprocess.run(["rm", "-rf", folder], check=True)


if __name__ == "__main__":
    check("nginx", nginx)
    check("Caddy", caddy)
