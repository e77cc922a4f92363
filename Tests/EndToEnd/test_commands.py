"""The program at the command line: what it says when told wrong, and what its commands do."""
import re
import shutil
import socket
import tempfile
from pathlib import Path

import pytest
import requests

from rig.person import Person
from rig.server import free_port, processes, run, wait_until


@pytest.fixture
def folder():
    """Empty, and open to the account that Postgres runs as."""
    folder = Path(tempfile.mkdtemp(prefix="placemint-command-"))
    folder.chmod(0o755)
    yield folder
    wait_until(lambda: not processes(folder, "postgres"), 10, "the database's end")
    shutil.rmtree(folder)


def complaint(done):
    """The one line a command ends with when it cannot do what it should."""
    assert done.returncode == 1, f"status {done.returncode}: {done.stderr}"
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("placemint: ")
    return lines[0].removeprefix("placemint: ")


WRONG = [
    ("PORT", "0"), ("PORT", "70000"), ("PORT", "http"), ("PORT", "-1"), ("PORT", "80 80"),
    ("WORKERS", "-1"), ("WORKERS", "many"), ("WORKERS", "1.5"), ("WORKERS", "100000"),
    ("WELCOME_CREDITS", "-5"), ("WELCOME_CREDITS", "free"), ("DATABASE_POOL", "0"),
    ("DATABASE_POOL", "9999"), ("LOG_LEVEL", "loud"), ("LOG_FORMAT", "xml"),
    ("PUBLIC_URL", "studio"), ("PUBLIC_URL", "ftp://localhost"), ("PUBLIC_URL", "http://"),
    ("PUBLIC_URL", "http://localhost/studio"), ("ALLOWED_ORIGINS", "*"),
    ("ALLOWED_ORIGINS", "studio.test"), ("ALLOWED_ORIGINS", "https://studio.test/app"),
    ("DATABASE_URL", "mysql://localhost/a"), ("DATABASE_URL", "localhost"),
    ("DATABASE_URL", "postgres://localhost:port/a"), ("SMTP_URL", "smtp://localhost"),
    ("MAIL_FROM", "studio@example.com"),
    ("STRIPE_SECRET_KEY", "sk_test_1"), ("STRIPE_WEBHOOK_SECRET", "whsec_1"),
    ("S3_BUCKET", "bucket"), ("SUPABASE_URL", "not a url"),
]


@pytest.mark.parametrize("variable, value", WRONG)
def test_a_wrong_setting_stops_the_start_and_is_named(folder, variable, value):
    settings = {"PORT": free_port(), "PLACEMINT_DATA": folder / "data"} | {variable: value}
    done = run("serve", cwd=folder, **settings)
    line = complaint(done)
    half_set = {"SMTP_URL": "MAIL_FROM", "MAIL_FROM": "SMTP_URL",
                "STRIPE_SECRET_KEY": "STRIPE_WEBHOOK_SECRET",
                "STRIPE_WEBHOOK_SECRET": "STRIPE_SECRET_KEY",
                "S3_ENDPOINT": "S3_REGION", "S3_BUCKET": "S3_ENDPOINT"}
    assert line.split(":")[0] in (variable, half_set.get(variable))
    assert not (folder / "data" / "postgres").exists(), "nothing was begun"


@pytest.mark.parametrize("secret", ["hunter2-hunter2"])
def test_a_complaint_about_a_database_tells_no_password(folder, secret):
    done = run("serve", cwd=folder, PORT=free_port(), PLACEMINT_DATA=folder / "data",
               DATABASE_URL=f"postgres://somebody:{secret}@127.0.0.1:{free_port()}/studio")
    assert secret not in complaint(done)


def test_a_server_for_the_world_does_not_take_test_payments(folder):
    done = run("serve", cwd=folder, PORT=free_port(), PLACEMINT_DATA=folder / "data",
               PUBLIC_URL="https://studio.example")
    line = complaint(done)
    assert line.startswith("PUBLIC_URL: ") and "PLACEMINT_ALLOW_SANDBOX=1" in line


def test_a_server_for_the_world_takes_test_payments_when_told_to(start_server):
    server = start_server(PUBLIC_URL="https://studio.example", PLACEMINT_ALLOW_SANDBOX=1,
                          WORKERS=0)
    checkout = Person(server).checkout()
    assert checkout["url"].startswith("https://studio.example/sandbox/checkout/")
    path = checkout["url"].removeprefix("https://studio.example")
    assert requests.get(server.url + path, timeout=10).status_code == 200


def test_a_second_server_on_the_same_folder_says_so_and_ends(start_server):
    server = start_server(WORKERS=0)
    done = run("serve", cwd=server.folder, PORT=free_port(), PLACEMINT_DATA=server.folder)
    line = complaint(done)
    assert line.startswith("PLACEMINT_DATA: ") and str(server.folder) in line
    assert Person(server).balance == 0, "the first one goes on"


def test_a_taken_port_is_said_plainly(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", cwd=folder, PORT=port, PLACEMINT_DATA=folder / "data")
    assert done.returncode not in (0, -6, -11), done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("placemint: PORT") and str(port) in last, last


def test_a_folder_that_cannot_be_made_is_named(folder):
    (folder / "file").write_text("")
    done = run("serve", cwd=folder, PORT=free_port(), PLACEMINT_DATA=folder / "file" / "data")
    assert complaint(done).startswith("PLACEMINT_DATA: ")


def test_a_missing_catalogue_is_named(folder):
    done = run("serve", cwd=folder, PORT=free_port(), PLACEMINT_DATA=folder / "data",
               PLACEMINT_CATALOGUE="/nowhere/catalogue.json")
    assert done.returncode == 1
    assert "/nowhere/catalogue.json" in done.stderr.strip().splitlines()[-1]


def test_a_broken_catalogue_is_named_with_the_place(folder):
    (folder / "catalogue.json").write_text('{"default_model": "animatic", "models": [')
    done = run("serve", cwd=folder, PORT=free_port(), PLACEMINT_DATA=folder / "data",
               PLACEMINT_CATALOGUE=folder / "catalogue.json")
    assert done.returncode == 1
    assert "catalogue.json:1:" in done.stderr, done.stderr


def test_settings_are_read_from_a_file_where_the_environment_is_silent(folder):
    (folder / ".env").write_text("WORKERS=none\nLOG_LEVEL=loud\n")
    done = run("serve", cwd=folder, PORT=free_port(), PLACEMINT_DATA=folder / "data",
               LOG_LEVEL="info")
    assert complaint(done).startswith("WORKERS: 'none'")


def test_help_lists_the_commands(folder):
    done = run("--help", cwd=folder)
    assert done.returncode == 0
    for command in ("serve", "work", "migrate", "demo"):
        assert re.search(rf"^\s+{command}\s", done.stdout, re.M), command
    for command in ("serve", "work", "migrate", "demo"):
        assert run(command, "--help", cwd=folder).returncode == 0
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", run("--version", cwd=folder).stdout)


def test_an_unknown_command_is_refused(folder):
    done = run("surf", cwd=folder)
    assert done.returncode == 64 and "surf" in done.stderr


def test_migrate_checks_and_applies_and_has_nothing_more_to_do(folder):
    data = {"PLACEMINT_DATA": folder / "data", "PORT": free_port()}
    check = run("migrate", "--check", cwd=folder, **data)
    pending = re.findall(r"^pending (\d{14}_\w+)$", check.stdout, re.M)
    assert check.returncode == 1 and len(pending) >= 3
    applied = run("migrate", cwd=folder, **data)
    assert re.findall(r"^applied (\d{14}_\w+)$", applied.stdout, re.M) == pending
    assert applied.returncode == 0
    for arguments in (("migrate",), ("migrate", "--check")):
        again = run(*arguments, cwd=folder, **data)
        assert again.returncode == 0 and "up to date" in again.stdout


def test_migrate_beside_a_running_server_finds_nothing_to_do(start_server):
    server = start_server(WORKERS=0)
    done = run("migrate", "--check", cwd=server.folder, PLACEMINT_DATA=server.folder)
    assert done.returncode == 0 and "up to date" in done.stdout
    assert Person(server).balance == 0


def test_work_without_workers_is_refused(folder):
    done = run("work", cwd=folder, PLACEMINT_DATA=folder / "data", WORKERS=0)
    assert complaint(done).startswith("WORKERS: ")


def test_the_log_holds_no_mail_address_and_no_token(start_server):
    server = start_server(LOG_LEVEL="trace", LOG_FORMAT="json", WORKERS=0)
    person = Person(server)
    person.buy()
    person.create()
    server.restart()
    assert '"level":"' in server.log
    for secret in (person.email, person.token, "BEGIN", "whsec_"):
        assert secret not in server.log, secret
