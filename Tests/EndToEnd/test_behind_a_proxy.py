"""Behind a proxy: who is asking, and whether the server can be asked for."""
import pytest
import requests

from rig.server import complaint, free_port, run

# Tries of codes that one address has at once.
TRIES = 30


def knock(server, *forwarded, times=1):
    """Tries a wrong code so often, as a proxy passes it on. The last answer's status."""
    for _ in range(times):
        answer = requests.post(
            server.url + "/auth/v1/verify", timeout=20,
            headers={"X-Forwarded-For": ", ".join(forwarded)} if forwarded else {},
            json={"type": "email", "email": "nobody@example.com", "token": "000000"})
    return answer.status_code


def test_people_behind_a_trusted_proxy_are_counted_one_by_one(start_server):
    server = start_server(WORKERS=0, TRUSTED_PROXIES="127.0.0.0/8, 10.0.0.0/8")
    assert knock(server, "203.0.113.1", times=TRIES) == 403
    assert knock(server, "203.0.113.1") == 429
    # Through one more proxy, and with what the client itself has written in front.
    assert knock(server, "203.0.113.1", "10.1.1.1") == 429
    assert knock(server, "198.51.100.7", "203.0.113.1") == 429
    assert knock(server, "203.0.113.2") == 403
    assert knock(server, "2001:db8::1") == 403


def test_without_a_trusted_proxy_nobody_chooses_an_address(start_server):
    server = start_server(WORKERS=0)
    assert knock(server, "203.0.113.1", times=TRIES) == 403
    assert knock(server, "203.0.113.2") == 429
    assert knock(server) == 429


def test_a_server_is_asked_for_from_the_command_line(start_server, tmp_path):
    server = start_server(WORKERS=0)
    healthy = server.run("health")
    assert (healthy.returncode, healthy.stdout) == (0, "ready\n"), healthy.stderr
    server.terminate()
    assert f"http://127.0.0.1:{server.port}/readyz" in complaint(server.run("health"))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_a_server_that_is_not_there_is_not_healthy(tmp_path, host):
    done = run("health", "--timeout", "2", cwd=tmp_path, HOST=host, PORT=free_port())
    assert complaint(done).startswith("http://127.0.0.1:")
    assert list(tmp_path.iterdir()) == [], "nothing was begun"


@pytest.mark.parametrize("timeout", ["0", "61", "soon"])
def test_a_patience_that_is_none_is_a_wrong_usage(tmp_path, timeout):
    assert run("health", "--timeout", timeout, cwd=tmp_path).returncode == 64
