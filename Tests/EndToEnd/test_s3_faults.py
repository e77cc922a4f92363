"""A bucket that is slow, full, broken or lying, and a server that dies over it."""
import copy
from dataclasses import dataclass

import pytest
import requests
from s3_fake import FakeS3
from video_fakes import clips
from video_fakes.jobs import pixel_size

from rig import pictures
from rig.audit import audit, finished
from rig.bucket import LIMIT, VIDEOS, BucketServer, order
from rig.cluster import Cluster
from rig.person import Person, ok, refused
from rig.providers import PROVIDERS
from rig.server import run, wait_until

MEGABYTE = 1_000_000
PHOTO = pictures.jpeg(600, 800)


@dataclass
class Site:
    """Two servers on one database and one bucket, of which only the first works on jobs."""

    server: BucketServer
    other: BucketServer
    bucket: FakeS3
    provider: object


@pytest.fixture(scope="module")
def site():
    cluster = Cluster()
    servers = []
    try:
        done = run("migrate", cwd="/", DATABASE_URL=cluster.url())
        assert done.returncode == 0, done.stderr
        with FakeS3() as bucket, VIDEOS.start() as provider:
            settings = VIDEOS.environment(provider) | {"DATABASE_URL": cluster.url()}
            servers.append(BucketServer(bucket, WORKERS=2, **settings))
            servers.append(BucketServer(
                bucket, WORKERS=0, PUBLIC_URL=servers[0].url, **settings))
            yield Site(*servers, bucket, provider)
            server = servers[0]
            wait_until(lambda: finished(server), LIMIT, "the end of all jobs")
            server.forget_hours()
            server.await_sweep()
            audit(server)
            assert bucket.refusals == []
            assert server.run("audit").returncode == 0 and server.sweep()[0] == 0
            assert bucket.secret not in server.log
            for server in servers:
                server.discard()
    finally:
        for server in servers:
            server.discard()
        cluster.discard()


@pytest.fixture
def bucket(site):
    yield site.bucket
    site.bucket.heal()


@pytest.fixture
def person(site):
    return Person(site.server).has_credits_for(3)


def done(person, video):
    return person.wait(video, limit=LIMIT)


@pytest.mark.parametrize("fault", ["internal", "slow_down", "reset", "lost"])
def test_what_passes_is_not_noticed(bucket, person, fault):
    bucket.fail(fault, times=2)
    bucket.fail("reset" if fault == "lost" else fault, method="GET", times=1)
    file = person.upload(PHOTO)
    assert len(person.server.objects_of(person)) == 1
    # Made of what was fetched from the bucket.
    assert person.post("/v1/previews", json={
        "prompt": "x", "input_reference": {"file_id": file["id"]}}).status_code == 200


@pytest.mark.parametrize("fault", ["half", "damaged"])
def test_a_file_that_comes_back_wrong_is_not_used(bucket, person, fault):
    file = person.upload(PHOTO)
    bucket.fail(fault, method="GET")
    order = {"prompt": "x", "input_reference": {"file_id": file["id"]}}
    refused(person.post("/v1/previews", json=order), 503, "overloaded")
    bucket.heal()
    assert person.post("/v1/previews", json=order).status_code == 200


@pytest.mark.parametrize("fault, status, code", [
    ("full", 507, "storage_full"), ("full_early", 507, "storage_full"),
    ("denied", 503, "overloaded"), ("skew", 503, "overloaded"), ("no_bucket", 503, "overloaded"),
    ("too_large", 503, "overloaded"), ("reset", 503, "overloaded")])
def test_a_failed_upload_says_so_and_leaves_nothing(bucket, person, fault, status, code):
    bucket.fail(fault)
    refused(person.send_photo(PHOTO), status, code)
    if status == 507:
        refused(person.post("/v1/videos", files={"input_reference": ("a.jpg", PHOTO)},
                            data={"prompt": "x"}), status, code)
    bucket.heal()
    assert person.entries("generation") == [] and ok(person.get("/v1/files"))["data"] == []
    assert person.server.objects_of(person) == set()


def test_an_upload_that_was_stored_and_never_answered_is_swept(site, bucket, person):
    server = site.server
    bucket.fail("lost")
    refused(person.send_photo(PHOTO), 503, "overloaded")
    bucket.heal()
    lost, = server.objects_of(person)
    assert server.sweep()[0] == 0, "it has a row"
    server.forget_hours()
    server.await_sweep()
    assert lost not in bucket.names


def test_what_is_kept_in_part_is_noticed(bucket, person):
    """By its length alone, where the bucket does not repeat the sum."""
    bucket.repeats_sums = False
    bucket.fail("cut")
    refused(person.send_photo(PHOTO), 503, "overloaded")
    bucket.heal()
    person.upload(PHOTO)
    bucket.repeats_sums = True


def test_a_clip_waits_for_room_and_for_the_bucket(site, bucket, person):
    server = site.server
    bucket.fail("full", part="/spritesheet/")
    video = order(person)
    wait_until(lambda: "The bucket failed" in server.log, LIMIT, "the first attempt")
    assert person.video(video)["status"] == "in_progress"
    bucket.heal()
    bucket.fail("denied", part="/video/", times=1)
    video = done(person, video)
    assert video["status"] == "completed" and person.entries("refund") == []
    # What was stored along with what did not fit was given up at once.
    server.psql("UPDATE public.assets SET deleted_at = deleted_at - interval '61 seconds'"
                " WHERE deleted_at IS NOT NULL")
    wait_until(lambda: len(server.objects_of(person)) == 3, 20, "the end of first attempts")


def test_two_servers_on_one_bucket_are_one(site, person):
    here, there = person, copy.copy(person)
    there.server = site.other
    file = there.upload(PHOTO)
    video = done(there, order(there, input_reference={"file_id": file["id"]}))
    for person in (here, there):
        clip = person.get(f"/v1/videos/{video['id']}/content")
        assert clip.status_code == 200 and clip.content[4:8] == b"ftyp"
    at_the_other = here.video(video)["clip_url"].replace(site.server.url, site.other.url)
    assert requests.get(at_the_other, timeout=20).content == clip.content


def padded(clip, size):
    """The same clip, with a box at its end that players step over."""
    left = size - len(clip)
    return clip + left.to_bytes(4) + b"free" + bytes(left - 8)


def test_a_clip_of_190_megabytes_goes_both_ways_in_little_memory(site, bucket, person):
    server, provider = site.server, site.provider
    provider.render_seconds, before = None, len(provider.creates)
    video = order(person)
    wait_until(lambda: len(provider.creates) > before, LIMIT, "the create")
    job = provider.creates[-1]
    job.clip = padded(clips.clip(720, 1280, 4), 190 * MEGABYTE)
    server.forget_memory_peak()
    memory = server.memory("VmRSS")
    provider.finish(job.id)
    provider.render_seconds = 0.3
    assert done(person, video)["status"] == "completed"
    stored, = [name for name in server.objects_of(person) if "/video/" in name]
    assert bucket.stored[stored].size == len(job.clip)
    with person.get("/v1/me/export", stream=True) as export:
        assert sum(map(len, export.iter_content(1 << 20))) > len(job.clip)
    grown = server.memory("VmHWM") - memory
    print(f"grown by {grown / MEGABYTE:.0f} MB")
    assert grown < 60 * MEGABYTE


def test_a_frame_is_fetched_by_its_provider_and_a_killed_server_leaves_nothing_behind():
    """fal is sent an address; what it leads to is there until the job is over."""
    fal = PROVIDERS["fal"]
    with FakeS3() as bucket, fal.start(render_seconds=None) as provider:
        server = BucketServer(bucket, WORKERS=1, **fal.environment(provider))
        try:
            person = Person(server).has_credits_for(100)
            file = person.upload(PHOTO)
            video = ok(person.post(
                "/v1/videos", json=fal.order | {"input_reference": {"file_id": file["id"]}}))
            wait_until(lambda: server.rows("SELECT id FROM public.jobs WHERE stage = 'rendering'"),
                       LIMIT, "the provider's yes")
            address, = provider.creates[0].fields["image_urls"]
            assert address.startswith(f"{bucket.origin}/{bucket.bucket}/")
            server.kill9()
            server.start()
            server.end_leases()
            frame = requests.get(address, timeout=20)
            assert frame.status_code == 200 and frame.headers["content-type"] == "image/jpeg"
            assert pixel_size(frame.content) == (720, 1280)
            bucket.fail("stall", part="/poster/", times=1)
            provider.finish(provider.creates[0].id)
            assert bucket.stalled.wait(LIMIT), "nothing was stored"
            server.kill9()
            bucket.heal()
            server.start()
            server.end_leases()
            assert person.wait(video, limit=LIMIT)["status"] == "completed"
            wait_until(lambda: requests.get(address, timeout=20).status_code == 404, 20,
                       "the end of the frame")
            # The killed one's clip has a row, and is nobody's.
            assert len(server.objects_of(person)) > 4 and server.sweep()[0] == 0
            server.forget_hours()
            server.await_sweep()
            assert len(server.objects_of(person)) == 4
            assert server.sweep()[0] == 0 and server.run("audit").returncode == 0
            audit(server)
            assert bucket.refusals == []
        finally:
            server.discard()
