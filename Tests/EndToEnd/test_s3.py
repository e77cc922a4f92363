"""Files in a bucket elsewhere: the whole path, how clients get at them, and that they go."""
import io
import zipfile
from urllib.parse import parse_qs, urlsplit

import httpx
import openai
import pytest
import requests
from PIL import Image
from s3_fake import FakeS3

from rig import pictures
from rig.audit import audit
from rig.bucket import LIMIT, VIDEOS, BucketServer, order
from rig.person import Person, ok

VARIANTS = {"video": "video/mp4", "thumbnail": "image/webp", "spritesheet": "image/jpeg"}


@pytest.fixture(scope="module")
def site():
    """A server, and a bucket whose endpoint has a path, as Supabase's."""
    with FakeS3(prefix="/storage/v1/s3", repeats_sums=False) as bucket, VIDEOS.start() as provider:
        server = BucketServer(bucket, WORKERS=2, **VIDEOS.environment(provider))
        try:
            yield server, bucket
            audit(server)
            assert bucket.refusals == [], "something was not signed as it should be"
            assert server.run("audit").returncode == 0
            assert server.sweep()[0] == 0
            assert not (server.folder / "objects").exists()
        finally:
            server.discard()


@pytest.fixture(scope="module")
def server(site):
    return site[0]


@pytest.fixture(scope="module")
def bucket(site):
    return site[1]


def with_clip(server):
    person = Person(server).has_credits_for(3)
    person.file = person.upload(pictures.jpeg(600, 800))
    person.clip = person.wait(
        order(person, input_reference={"file_id": person.file["id"]}), limit=LIMIT)
    assert person.clip["status"] == "completed", person.clip
    return person


@pytest.fixture(scope="module")
def owner(server):
    return with_clip(server)


def stored(server, bucket, person, kind):
    name, = [name for name in server.objects_of(person) if f"/{kind}/" in name]
    return bucket.content(name)


# Getting at files


@pytest.mark.parametrize("variant", VARIANTS)
def test_content_is_got_from_the_bucket_by_a_signed_address(server, bucket, owner, variant):
    path = f"/v1/videos/{owner.clip['id']}/content?variant={variant}"
    answer = owner.get(path, allow_redirects=False)
    assert answer.status_code == 302 and answer.headers["cache-control"] == "no-store"
    place = answer.headers["location"]
    assert place.startswith(f"{bucket.origin}/storage/v1/s3/{bucket.bucket}/")
    assert int(parse_qs(urlsplit(place).query)["X-Amz-Expires"][0]) == 900
    whole = requests.get(place, timeout=20)
    assert whole.headers["content-type"] == VARIANTS[variant]
    assert "immutable" in whole.headers["cache-control"]
    kind = {"thumbnail": "poster"}.get(variant, variant)
    assert whole.content == stored(server, bucket, owner, kind)
    part = owner.get(path, headers={"Range": "bytes=10-19"})
    assert part.status_code == 206 and part.content == whole.content[10:20]
    # An address opens one object, for reading, and cannot be changed.
    assert requests.put(place, data=b"x", timeout=20).status_code == 403
    assert requests.get(place.replace(".mp4", ".jpg") + "0", timeout=20).status_code == 403
    bucket.requests.clear()


def test_the_head_of_a_file_is_told_without_the_bucket(bucket, owner):
    path = f"/v1/videos/{owner.clip['id']}/content"
    whole = owner.get(path)
    bucket.requests.clear()
    head = owner.call("HEAD", path)
    assert head.status_code == 200 and head.content == b""
    assert int(head.headers["content-length"]) == len(whole.content)
    assert head.headers["content-type"] == "video/mp4"
    known = owner.get(path, headers={"If-None-Match": head.headers["etag"]})
    assert known.status_code == 304 and not bucket.requests


def test_official_clients_follow_and_leave_their_token_behind(server, bucket, owner):
    """A bucket refuses who comes with a token beside the signature."""
    whole = owner.get(f"/v1/videos/{owner.clip['id']}/content").content
    client = openai.OpenAI(base_url=server.url + "/v1", api_key=owner.token, max_retries=0)
    for variant in VARIANTS:
        content = client.videos.download_content(owner.clip["id"], variant=variant).read()
        assert (content == whole) == (variant == "video")
    got = httpx.get(f"{server.url}/v1/videos/{owner.clip['id']}/content",
                    headers=owner.headers, follow_redirects=True)
    assert got.content == whole and got.history[0].status_code == 302
    assert {request.signed for request in bucket.requests if request.method == "GET"} == {"query"}


def test_links_open_without_a_token_and_save_under_a_name(bucket, owner):
    video = owner.video(owner.clip)
    clip = requests.get(video["clip_url"], timeout=20)
    assert clip.content[4:8] == b"ftyp" and clip.history[0].status_code == 302
    # The address stays the same for a while, so that browsers find the clip in their cache.
    assert requests.get(video["clip_url"], timeout=20).url.partition("?")[0] == (
        clip.url.partition("?")[0])
    named = requests.get(video["clip_url"] + "&filename=M%C3%BCg%20%22one%22.mp4", timeout=20)
    assert named.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''M%C3%BCg%20%22one%22.mp4")
    photo = ok(owner.get(f"/v1/files/{owner.file['id']}"))["url"]
    assert Image.open(io.BytesIO(requests.get(photo, timeout=20).content)).size == (600, 800)
    assert owner.get(f"/v1/files/{owner.file['id']}/content").content == requests.get(
        photo, timeout=20).content


def test_pages_may_show_what_the_bucket_has(server, bucket):
    policy = requests.get(server.url, timeout=10).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert bucket.origin in rules["img-src"].split() and bucket.origin in rules["media-src"].split()
    assert rules["connect-src"] == "'self'" and rules["default-src"] == "'none'"


def test_an_export_has_every_file(server, bucket, owner):
    archive = zipfile.ZipFile(io.BytesIO(owner.get("/v1/me/export").content))
    assert archive.testzip() is None
    files = {archive.read(name) for name in archive.namelist() if "/" in name}
    assert files == {stored(server, bucket, owner, kind)
                     for kind in ("video", "poster", "product-image")}


# The end of files


def test_a_deleted_video_leaves_no_object(server, bucket):
    person = with_clip(server)
    link = person.clip["clip_url"]
    place = requests.get(link, timeout=20).url
    ok(person.delete(f"/v1/videos/{person.clip['id']}"))
    assert requests.get(link, timeout=20).status_code == 404
    ok(person.post(f"/v1/videos/{person.clip['id']}/restore"))
    assert requests.get(link, timeout=20).status_code == 200
    ok(person.delete(f"/v1/videos/{person.clip['id']}"))
    ok(person.delete(f"/v1/files/{person.file['id']}"))
    server.forget_hours()
    server.await_sweep()
    assert server.objects_of(person) == set()
    assert requests.get(place, timeout=20).status_code == 404
    assert server.sweep() == (0, server.sweep()[1])


def test_a_closed_account_leaves_no_object(server):
    person = with_clip(server)
    mine = server.objects_of(person)
    assert len(mine) == 4
    user = person.email
    ok(person.delete("/v1/me"))
    server.forget_hours()
    server.await_sweep()
    assert not mine & server.bucket.names
    assert server.rows(f"SELECT id FROM public.users WHERE email = '{user}'") == []
    assert server.sweep()[0] == 0


# Looking after the bucket


def test_a_sweep_names_what_is_wrong_and_repairs_what_it_may(server, bucket, owner):
    stray = f"{'0' * 32}/video/{'1' * 32}.mp4"
    young, foreign = stray.replace(".mp4", ".jpg"), "Holiday <1> & ü/a+b %41.jpg"
    for name in (stray, young, foreign):
        bucket.put(name)
    bucket.age(stray, hours=2)
    bucket.age(foreign, hours=2)
    poster, = [name for name in server.objects_of(owner) if "/poster/" in name]
    content = bucket.content(poster)
    bucket.remove(poster)
    status, lines = server.sweep()
    assert status == 3 and len(lines) == 5
    for name in (stray, young, foreign):
        assert f"object.unknown: {name}: 1 bytes that no row names" in lines
    assert f"row.missing: {poster}: a file without its object" in lines
    status, lines = server.sweep("--repair")
    assert status == 3 and lines[-1].startswith("1 objects removed. ")
    assert stray not in bucket.names and {young, foreign} <= bucket.names
    bucket.client.put_object(
        Bucket=bucket.bucket, Key=poster, Body=content, ContentType="image/webp")
    for name in (young, foreign):
        bucket.remove(name)
    assert server.sweep()[0] == 0


def test_a_bucket_of_many_pages_is_listed_to_its_end(server, bucket):
    names = {f"{number:04}" for number in range(20)}
    for name in names:
        bucket.put(name)
    bucket.page_limit = 3
    status, lines = server.sweep()
    found = {line.split(": ")[1] for line in lines if line.startswith("object.unknown: ")}
    for name in names:
        bucket.remove(name)
    assert status == 3 and found == names and server.sweep()[0] == 0
    bucket.page_limit = None


def test_doctor_says_whether_the_bucket_does_all_that_is_needed(server, bucket):
    before = bucket.names
    line, = [line for line in server.run("doctor").stdout.splitlines() if " files:" in line]
    assert line.startswith("ok") and bucket.bucket in line and "listed" in line
    assert bucket.names == before
    for change, word in ((("S3_SECRET_ACCESS_KEY", "wrong"), "S3_SECRET_ACCESS_KEY"),
                         (("S3_REGION", "us-east-1"), "S3_REGION"),
                         (("S3_BUCKET", "nobodys-files"), "S3_BUCKET")):
        done = server.run("doctor", **dict([change]))
        line, = [line for line in done.stdout.splitlines() if " files:" in line]
        assert done.returncode == 1 and line.startswith("BROKEN") and word in line
        assert bucket.secret not in done.stdout + done.stderr
    bucket.requests.clear()
