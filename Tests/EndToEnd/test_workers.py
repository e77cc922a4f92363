"""Several jobs and several processes at a time: everybody gets their own clip, and only one."""
import io

import pytest
from PIL import Image

from rig import pictures
from rig.person import CLIP_CREDITS, Person, ok
from rig.server import STOP_LIMIT, processes, wait_until

COLOURS = [(200, 30, 30), (30, 160, 50), (30, 60, 200), (210, 190, 30)]


def colour_of(person, video):
    """The clip's colour in its middle, halfway through."""
    clip = person.server.folder / f"{video['id']}.mp4"
    clip.write_bytes(person.get(f"/v1/videos/{video['id']}/content").content)
    frame = Image.open(io.BytesIO(pictures.frame_of(clip, 2))).convert("RGB")
    clip.unlink()
    return frame.getpixel((frame.width // 2, frame.height // 2))


def nearest(colour):
    return min(COLOURS, key=lambda other: sum(abs(a - b) for a, b in zip(colour, other)))


def order_one_of_each_colour(person):
    videos = []
    for colour in COLOURS:
        photo = pictures.encoded(Image.new("RGB", (720, 1280), colour), "PNG")
        file = person.upload(photo)
        videos.append(person.create(input_reference={"file_id": file["id"]}))
    return videos


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_jobs_taken_at_once_are_made_each_of_its_own_photo(start_server, workers):
    server = start_server(WORKERS=0)
    person = Person(server)
    person.buy()
    of_words = [person.create(prompt=f"Clip {number}.") for number in range(3)]
    of_photos = order_one_of_each_colour(person)
    server.restart(WORKERS=workers)
    done = [person.wait(video) for video in of_words + of_photos]
    assert [(video["status"], video["error"]) for video in done] == [("completed", None)] * 7
    for video, colour in zip(of_photos, COLOURS):
        assert nearest(colour_of(person, video)) == colour
    assert list((server.folder / "work").iterdir()) == [], "nothing is left lying about"


def test_a_worker_beside_a_server_makes_its_clips(start_server):
    server = start_server(WORKERS=0)
    person = Person(server)
    person.buy()
    first = person.create()
    helper = server.spawn_worker()
    try:
        assert person.wait(first)["status"] == "completed"
        # It hears of new work at once, and goes on while the server restarts.
        videos = order_one_of_each_colour(person)
        for video, colour in zip(videos, COLOURS):
            done = person.wait(video)
            assert done["status"] == "completed", done
            assert nearest(colour_of(person, done)) == colour
    finally:
        helper.terminate()
        assert helper.wait(STOP_LIMIT) == 0
    assert person.balance == 500 - 5 * CLIP_CREDITS
    assert server.is_running, "the database is the server's, and stays"
    assert ok(person.get("/v1/credits"))


def test_two_workers_never_make_the_same_clip(start_server):
    server = start_server(WORKERS=2)
    person = Person(server)
    person.buy()
    helper = server.spawn_worker(WORKERS=2)
    try:
        videos = [person.create(prompt=f"Clip {number}.") for number in range(6)]
        for video in videos:
            assert person.wait(video)["status"] == "completed"
    finally:
        helper.terminate()
        assert helper.wait(STOP_LIMIT) == 0
    assert server.rows("SELECT id FROM public.jobs WHERE attempts <> 1") == []
    made = server.rows("SELECT count(*) AS n FROM public.assets WHERE kind = 'video'")
    assert made == [{"n": 6}]


def test_a_killed_worker_is_replaced_by_another(start_server):
    server = start_server(WORKERS=0)
    person = Person(server)
    person.buy()
    video = person.create(seconds="12")
    helper = server.spawn_worker()
    person.wait(video, until=lambda v: v["progress"] > 0)
    helper.kill()
    helper.wait()
    server.end_leases()
    other = server.spawn_worker()
    try:
        assert person.wait(video)["status"] == "completed"
    finally:
        other.terminate()
        assert other.wait(STOP_LIMIT) == 0
    wait_until(lambda: not processes(server.folder, "ffmpeg"), 10, "the end of all renders")
    assert len(person.entries("generation")) == 1 and person.entries("refund") == []
