"""`placemint` for people and scripts, against a real server."""
import json
import os
import re
import signal
import time
import uuid

import pytest

from rig import pictures
from rig.command_line import CommandLine
from rig.person import CLIP_CREDITS, Person, ok
from rig.server import wait_until

ORDER = ("--format", "unboxing", "--seconds", "4")
CTRL_C = "\x03"


def key_of(person, **fields):
    return ok(person.post("/v1/api_keys", json={"name": "Test"} | fields), 201)["key"]


@pytest.fixture
def person(server):
    return Person(server).has_credits_for(6)


@pytest.fixture
def shell(person):
    shell = CommandLine(person.server, key_of(person))
    (shell.home / "mug.jpg").write_bytes(pictures.jpeg(600, 800))
    return shell


@pytest.fixture
def slow(idle_server):
    """A person and a shell where videos stay queued."""
    person = Person(idle_server).has_credits_for(6)
    return person, CommandLine(idle_server, key_of(person))


# Signing in

def mailed_code(server, email):
    def look():
        for mail in server.outbox.glob("*.eml"):
            head, _, body = mail.read_text().replace("\r\n", "\n").partition("\n\n")
            if email in head and (code := re.search(r"(?<!\d)\d{6}(?!\d)", body)):
                return code[0]
    return wait_until(look, 20, "the mail")


def test_login_makes_a_key_that_works_and_logout_forgets_it(server):
    shell = CommandLine(server)
    email = f"cli-{uuid.uuid4().hex}@example.com"
    terminal = shell.terminal("login", "--monthly-limit", "100", "--days", "30")
    terminal.wait_for("E-mail address: ")
    terminal.type(email + "\n")
    terminal.wait_for("Code from the mail")
    terminal.type(mailed_code(server, email) + "\n")
    assert terminal.end() == 0 and "Signed in at" in terminal.text
    kept = json.loads(shell.profiles.read_text())["profiles"]["default"]
    assert kept["server"] == server.url and kept["key"].startswith("pm_")
    assert kept["key"] not in terminal.text
    assert shell.profiles.stat().st_mode & 0o777 == 0o600
    assert "0 credits" in shell.run("credits").stdout
    # With the profile alone, from anywhere.
    shell.environment.pop("PLACEMINT_SERVER")
    assert "0 credits" in shell.run("credits").stdout
    assert f"* default  {server.url}" in shell.run("profiles").stdout
    # The session of the sign-in is over; the key has the wished limits.
    row = server.rows(f"""
        SELECT monthly_credit_limit AS most, expires_at > now() + interval '29 days' AS ends,
          (SELECT count(*) FROM auth.sessions WHERE user_id = person.id) AS sessions
        FROM public.api_keys JOIN public.users AS person ON person.id = user_id
        WHERE email = '{email}'""")[0]
    assert row == {"most": 100, "ends": True, "sessions": 0}
    shell.run("logout")
    assert "pm_" not in shell.profiles.read_text()
    assert "placemint login" in shell.run("credits", "--server", server.url, code=3).stderr


def test_a_key_can_be_given_and_is_tried(server, person):
    shell = CommandLine(server)
    shell.run("login", "--with-key", "--profile", "ci", given=key_of(person) + "\n")
    assert shell.run("credits", "--profile", "ci").stdout.startswith("120 credits")
    shell.run("login", "--with-key", given="pm_wrong\n", code=3)
    assert "default" not in json.loads(shell.profiles.read_text())["profiles"]


def test_a_profiles_key_goes_to_its_own_server_alone(server, idle_server, person):
    shell = CommandLine(server)
    shell.run("login", "--with-key", given=key_of(person) + "\n")
    complaint = shell.run("credits", "--server", idle_server.url, code=3).stderr
    assert f"No key for {idle_server.url}" in complaint


# One video

def test_a_video_is_made_from_a_photo_and_downloaded(shell, person):
    ran = shell.run(
        "generate", "--photo", "mug.jpg", *ORDER, "--say", "Made for slow mornings.",
        "--brief", "product=Mug", "-o", "mug.mp4", "--yes")
    assert ran.stdout == "mug.mp4\n"
    assert f"for {CLIP_CREDITS} credits" in ran.stderr
    pictures.assert_clip(shell.home / "mug.mp4", (720, 1280), 4)
    video, = ok(person.get("/v1/videos"))["data"]
    assert video["brief"]["product"] == "Mug" and "slow mornings" in video["prompt"]
    assert video["file_id"] and person.entries("generation")[0]["amount"] == -CLIP_CREDITS
    assert "already" in shell.run(
        "generate", *ORDER, "-o", "mug.mp4", "--yes", code=1).stderr
    assert len(ok(person.get("/v1/videos"))["data"]) == 1, "refused before anything was bought"


def test_nothing_is_bought_without_a_yes(shell, person):
    assert "--yes" in shell.run("generate", *ORDER, code=5).stderr
    terminal = shell.terminal("generate", *ORDER, "-o", "a.mp4")
    terminal.wait_for("Make it? [y/N]")
    terminal.type("\n")
    assert terminal.end() == 5 and "Nothing was bought" in terminal.text
    terminal = shell.terminal("generate", *ORDER, "-o", "a.mp4")
    terminal.wait_for("Make it? [y/N]")
    terminal.type(CTRL_C)
    assert terminal.end() in (-signal.SIGINT, 130)
    assert person.entries("generation") == []
    terminal = shell.terminal("generate", *ORDER, "-o", "a.mp4")
    terminal.wait_for("Make it? [y/N]")
    terminal.type("y\n")
    terminal.wait_for("█", 60)
    assert terminal.end(60) == 0
    pictures.assert_clip(shell.home / "a.mp4", (720, 1280), 4)


def test_ctrl_c_says_what_goes_on_and_how_to_get_it(slow):
    person, shell = slow
    terminal = shell.terminal("generate", *ORDER, "-o", "later.mp4", "--yes")
    terminal.wait_for("waiting its turn")
    terminal.type(CTRL_C)
    assert terminal.end() == 130
    video, = ok(person.get("/v1/videos"))["data"]
    assert f"placemint videos download {video['id']} --wait -o later.mp4" in terminal.text
    assert video["status"] == "queued" and person.balance == 5 * CLIP_CREDITS
    ok(person.post(f"/v1/videos/{video['id']}/cancel"))
    waited = shell.run("videos", "download", video["id"], "--wait", code=1)
    assert "Your credits are back" in waited.stderr


def test_a_video_need_not_be_waited_for(shell, person):
    id = shell.run("generate", *ORDER, "--yes", "--no-wait").stdout.strip()
    shell.run("videos", "download", id, "--wait", "-o", "clip.mp4")
    shell.run("videos", "download", id, "--variant", "thumbnail", "-o", "clip.webp")
    assert (shell.home / "clip.webp").read_bytes()[8:12] == b"WEBP"
    assert id in shell.run("videos").stdout
    assert "completed" in shell.run("videos", "get", id).stdout
    assert shell.json("videos", "get", id)["id"] == id
    shell.run("videos", "delete", id)
    assert ok(person.get("/v1/videos"))["data"] == []
    assert "No videos yet" in shell.run("videos", "list").stderr


def test_lists_are_json_for_scripts(slow):
    person, shell = slow
    made = [shell.json("generate", *ORDER, "--yes", "--no-wait")["id"] for _ in range(3)]
    page = shell.json("videos", "list", "--limit", "2")
    assert [video["id"] for video in page["data"]] == made[:0:-1] and page["has_more"]
    everything = shell.run("videos", "list", "--all", "--json").stdout.splitlines()
    assert [video["id"] for line in everything for video in json.loads(line)["data"]] == made[::-1]
    assert shell.json("models")["data"][0]["id"] == "animatic"
    assert len(shell.json("formats")["data"]) == 13
    assert shell.json("credits")["balance"] == person.balance


def test_people_read_tables(shell):
    assert "unboxing" in shell.run("formats").stdout
    assert "720x1280: 5 credits a second" in shell.run("models").stdout
    history = shell.run("credits", "--csv").stdout.splitlines()
    assert history[0].startswith("seq,created_at") and len(history) == 2


# What goes wrong

def test_each_end_has_its_code(server, shell, person):
    poor = CommandLine(server, key_of(Person(server)))
    assert "credits" in poor.run("generate", *ORDER, "--yes", code=4).stderr
    refusal = poor.run("generate", *ORDER, "--yes", "--json", code=4).stderr
    assert json.loads(refusal.splitlines()[-1])["error"]["code"] == "insufficient_credits"
    shell.run("generate", "--format", "nonsense", "--yes", code=7)
    shell.run("videos", "get", "video_" + "0" * 32, code=7)
    shell.run("videos", "get", "../../credits", code=7)
    shell.run("generate", "--photo", "none.jpg", *ORDER, "--yes", code=1)
    shell.run("generate", code=64)
    shell.run("generate", "--brief", "colour=red", code=64)
    shell.run("credits", code=3, PLACEMINT_API_KEY="pm_wrong")
    shell.run("credits", "--server", "nonsense", code=1)
    shell.profiles.parent.mkdir(parents=True)
    shell.profiles.write_text("{")
    assert "profiles.json" in shell.run("credits", code=1).stderr


def test_a_server_that_is_not_there_is_tried_and_then_named(shell):
    began = time.monotonic()
    ran = shell.run("models", code=6, PLACEMINT_SERVER="http://127.0.0.1:9")
    assert "cannot be reached" in ran.stderr and 5 < time.monotonic() - began < 60


def test_no_secret_is_on_the_process_list(slow):
    _, shell = slow
    process = shell.start("generate", *ORDER, "--yes")
    try:
        time.sleep(1)
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            assert b"pm_" not in file.read()
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


# A batch

ROWS = '''photo,format,say,seconds,output
mug.jpg,unboxing,"Hello, ""you""",4,one.mp4
mug.jpg,hero-shot,,4,two.mp4
,unboxing,Third,4,three.mp4
'''


def test_a_batch_makes_each_row_once_however_often_it_is_run(shell, person):
    (shell.home / "rows.csv").write_text("\ufeff" + ROWS.replace("\n", "\r\n"))
    assert "--yes" in shell.run("generate", "--batch", "rows.csv", code=5).stderr
    first = shell.run("generate", "--batch", "rows.csv", "--yes")
    assert "3 of 3 videos are there, for 60 credits" in first.stderr
    for name in ("one", "two", "three"):
        pictures.assert_clip(shell.home / f"{name}.mp4", (720, 1280), 4)
    (shell.home / "two.mp4").unlink()
    again = shell.json("generate", "--batch", "rows.csv", "--yes")
    assert [row["state"] for row in again] == ["present", "done", "present"]
    assert len(person.entries("generation")) == 3 and person.balance == 3 * CLIP_CREDITS
    shell.run("generate", "--batch", "rows.csv", "--yes", "--run", "b", "--force")
    assert len(person.entries("generation")) == 6


def test_a_batch_that_is_killed_goes_on_where_it_was(shell, person):
    rows = "prompt,seconds,output\n" + "".join(f"Turn {n},4,{n}.mp4\n" for n in range(6))
    (shell.home / "rows.csv").write_text(rows)
    process = shell.start("generate", "--batch", "rows.csv", "--yes", "--jobs", "2")
    wait_until(lambda: len(list(shell.home.glob("*.mp4"))) >= 1, 60, "the first clip")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    ran = shell.run("generate", "--batch", "rows.csv", "--yes", "--jobs", "2")
    assert "6 of 6 videos are there" in ran.stderr
    assert [len(person.entries("generation")), person.balance] == [6, 0]
    assert len(list(shell.home.glob("*.mp4"))) == 6


def test_a_batch_is_checked_whole_before_anything_is_bought(shell, person):
    for rows, said, code in (
            (ROWS + "none.jpg,unboxing,,4,four.mp4\n", "line 5: photo", 1),
            (ROWS + ",unboxing,,4,one.mp4\n", "line 5: output", 1),
            (ROWS + ",nonsense,,4,four.mp4\n", "line 5: There is no format", 7),
            (ROWS + ",unboxing,,5,four.mp4\n", "line 5: ", 7),
            (ROWS + "a,b\n", "line 5: has 2 values", 1),
            (ROWS.replace("say", "colour"), "column 'colour'", 1)):
        (shell.home / "rows.csv").write_text(rows)
        assert said in shell.run("generate", "--batch", "rows.csv", "--yes", code=code).stderr
    assert person.entries("generation") == []


def test_a_batch_ends_when_the_credits_do_and_says_so(server):
    person = Person(server).has_credits_for(2)
    shell = CommandLine(server, key_of(person))
    (shell.home / "rows.csv").write_text(
        "prompt,seconds,output\n" + "".join(f"Turn {n},4,{n}.mp4\n" for n in range(3)))
    rows = json.loads(shell.run(
        "generate", "--batch", "rows.csv", "--yes", "--json", code=1).stdout)
    assert sorted(row["state"] for row in rows) == ["done", "done", "refused"]
    refused = next(row for row in rows if row["state"] == "refused")
    assert "credits" in refused["message"] and person.balance == 0
