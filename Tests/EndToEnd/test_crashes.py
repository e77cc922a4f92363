"""The server dies or stops at every bad moment. Nobody's credits, clips or photos are lost."""
import os
import random
import signal
import threading
import time

import pytest
import requests

from rig import pictures
from rig.audit import audit, finished
from rig.person import CLIP_CREDITS, Person, ok
from rig.server import processes, wait_until

# Long enough a render to be caught in the middle of it.
LONG = {"seconds": "12", "size": "1080x1920"}
LONG_CREDITS = 60


def is_under_way(video):
    return video["status"] == "in_progress" and video["progress"] > 0


def settled(server, person, video):
    """The video once it is over; it was paid for or refunded, never both, never neither."""
    done = person.wait(video)
    refunds = person.entries("refund")
    assert len(person.entries("generation")) == 1
    if done["status"] == "completed":
        assert refunds == []
        assert person.get(f"/v1/videos/{done['id']}/content").content[4:8] == b"ftyp"
    else:
        assert [refund["amount"] for refund in refunds] == [done["credits"]]
    audit(server)
    return done


def test_a_killed_render_is_made_by_the_next_server(start_server):
    server = start_server()
    person = Person(server)
    person.buy()
    video = person.create(**LONG)
    person.wait(video, until=is_under_way)
    server.kill9()
    wait_until(lambda: not processes(server.folder, "ffmpeg"), 10, "the end of the render")
    server.start()
    # Without help: the dead worker's lease has to run out.
    assert settled(server, person, video)["status"] == "completed"
    assert person.balance == 500 - LONG_CREDITS


def test_kills_at_any_moment_lose_nothing(start_server):
    """Five times, at moments of its own each time the tests run."""
    server = start_server()
    person = Person(server)
    person.buy()
    video = person.create()
    for _ in range(5):
        time.sleep(random.uniform(0, 1.5))
        server.kill9()
        wait_until(lambda: not processes(server.folder, "ffmpeg"), 10, "the end of the render")
        server.start()
        server.end_leases()
    settled(server, person, video)


def test_a_kill_right_after_an_order_keeps_the_order(start_server):
    server = start_server()
    person = Person(server)
    person.buy()
    file = person.upload(pictures.jpeg(600, 800))
    video = person.create(input_reference={"file_id": file["id"]})
    server.kill9()
    server.start()
    assert person.balance == 500 - CLIP_CREDITS
    server.end_leases()
    assert settled(server, person, video)["status"] == "completed"


def test_a_kill_right_after_a_payment_keeps_the_payment(start_server):
    server = start_server(WORKERS=0)
    person = Person(server)
    checkout = person.buy()
    server.kill9()
    server.start()
    assert person.balance == 500
    assert ok(person.get(f"/v1/checkouts/{checkout['id']}"))["status"] == "paid"


def test_a_kill_among_many_requests_leaves_the_books_in_order(start_server):
    server = start_server(WORKERS=0)
    person = Person(server)
    person.buy()
    stop = threading.Event()

    def press():
        while not stop.is_set():
            try:
                requests.post(server.url + "/v1/videos", headers=person.headers, timeout=5,
                              json={"prompt": "A mug.", "seconds": "4"})
                checkout = requests.post(server.url + "/v1/checkouts", headers=person.headers,
                                         json={"pack": "starter"}, timeout=5).json()
                requests.post(checkout["url"] + "/pay", timeout=5)
            except (requests.RequestException, KeyError):
                time.sleep(0.05)

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(2):
            time.sleep(random.uniform(0.3, 0.8))
            server.kill9()
            server.start()
            audit(server)
        time.sleep(0.5)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    audit(server)
    kinds = server.rows("SELECT kind, count(*) AS n FROM public.credit_ledger GROUP BY kind")
    assert {kind["kind"] for kind in kinds if kind["n"] > 1} == {"generation", "purchase"}


def test_a_stopped_server_hands_its_renders_to_the_next(start_server):
    server = start_server()
    person = Person(server)
    person.buy()
    videos = [person.create(**LONG), person.create()]
    person.wait(videos[0], until=is_under_way)
    server.terminate()
    server.start()
    for video in videos:
        # Handed back, not abandoned: nobody waits for a lease to run out.
        assert person.wait(video, limit=60)["status"] == "completed"
    assert person.entries("refund") == []
    assert person.balance == 500 - LONG_CREDITS - CLIP_CREDITS


def test_a_stopped_server_ends_its_event_streams_and_answers_what_was_asked(start_server):
    server = start_server()
    person = Person(server)
    stream = person.get("/v1/events", stream=True)
    began = time.monotonic()
    server.terminate()
    assert time.monotonic() - began < 10, "a stream held the server"
    assert b"event: credits" in stream.raw.read(10_000)


def test_a_second_interrupt_is_not_needed(start_server):
    """Ctrl-C stops it like SIGTERM."""
    server = start_server()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(15) == 0
    assert not processes(server.folder, "postgres")


def test_a_server_is_stopped_while_it_starts(start_server):
    server = start_server()
    server.terminate()
    for pause in (0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.4):
        server.process = server.spawn("serve")
        time.sleep(pause)
        server.process.terminate()
        server.process.wait(15)
        wait_until(lambda: not processes(server.folder, "postgres"), 10, "the database's end")
    server.start()
    assert Person(server).balance == 0


def test_everything_is_there_after_a_restart(start_server):
    server = start_server()
    person = Person(server)
    person.buy()
    file = person.upload(pictures.jpeg(600, 800))
    video = person.wait(person.create(input_reference={"file_id": file["id"]}))
    before = [person.ledger, person.video(video), ok(person.get("/v1/files")),
              person.get(f"/v1/videos/{video['id']}/content").content]
    server.restart()
    after = [person.ledger, person.video(video), ok(person.get("/v1/files")),
             person.get(f"/v1/videos/{video['id']}/content").content]
    assert before == after, "and the token is still good"


def test_a_database_that_a_kill_left_running_is_taken_over(start_server):
    """Even its guardian is gone: the worst a power button can do to processes."""
    server = start_server(WORKERS=0)
    person = Person(server)
    person.buy()
    guardians = processes(server.folder, "sh")
    assert guardians, "the embedded database has a guardian"
    for guardian in guardians:
        os.kill(guardian, signal.SIGKILL)
    server.kill9()
    assert processes(server.folder, "postgres"), "the database runs on alone"
    server.start()
    assert person.balance == 500


@pytest.mark.parametrize("left", ["postgres/cluster/postmaster.pid", "work/half/frame.jpg"])
def test_what_a_kill_left_lying_about_does_not_stop_the_next_start(start_server, left):
    server = start_server(WORKERS=0)
    server.kill9()
    wait_until(lambda: not processes(server.folder, "postgres"), 20, "the database's end")
    path = server.folder / left
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("99999999\n")
    server.start()
    assert finished(server)
    assert not (server.folder / "work/half").exists()
