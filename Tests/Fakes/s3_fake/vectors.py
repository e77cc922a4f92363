"""What botocore signs, as data for tests of other signers: `python -m s3_fake.vectors`."""
import json
from datetime import datetime, timezone
from unittest import mock

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import percent_encode

from .fake import FakeS3
from .signatures import moment

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
PHOTO = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
STAMP = "20261125T081503Z"

# Method, endpoint, bucket, object, query, headers, the body's sum.
HEADER = [
    ("GET", "https://s3.eu-central-1.amazonaws.com", "files", "0f/video/1.mp4", {}, {}, EMPTY),
    ("PUT", "https://s3.eu-central-1.amazonaws.com", "files", "0f/video/1.mp4", {},
     {"content-type": "video/mp4",
      "x-amz-checksum-sha256": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="}, PHOTO),
    ("HEAD", "https://abcdefghij.storage.supabase.co/storage/v1/s3", "files", "a/b.jpg", {}, {},
     EMPTY),
    ("DELETE", "http://127.0.0.1:9000", "my.bucket_1", "a/b c+d&e=f/ü~(1)!*'.jpg", {}, {}, EMPTY),
    ("GET", "https://0a1b2c.r2.cloudflarestorage.com", "files", None,
     {"list-type": "2", "max-keys": "1000", "continuation-token": "1/ab+c==&ü", "prefix": ""}, {},
     EMPTY),
    ("PUT", "https://minio.example:9443/deep/path", "files", "a", {},
     {"content-type": "  text/plain;   charset=utf-8 "}, PHOTO),
]
# Endpoint, bucket, object, query, seconds.
QUERY = [
    ("https://s3.eu-central-1.amazonaws.com", "files", "0f/video/1.mp4", {}, 900),
    ("https://abcdefghij.storage.supabase.co/storage/v1/s3", "files", "0f/poster/1.webp",
     {"response-content-disposition": "attachment; filename*=UTF-8''M%C3%BCg%20%22one%22.webp"},
     60),
    ("http://127.0.0.1:9000", "files", "a b/ü+(1).mp4", {"response-content-type": "video/mp4"},
     604800),
]


def vectors():
    return {"header": [signed(*case) for case in HEADER],
            "query": [presigned(*case) for case in QUERY]}


def credentials():
    return Credentials(FakeS3.key, FakeS3.secret)


def request(method, endpoint, bucket, name, query, headers):
    path = "/".join(part for part in (endpoint, bucket, name) if part)
    return AWSRequest(method, path_encoded(path), headers=headers, params=query)


def path_encoded(url):
    """Encodes an address's path as botocore's own serializer does."""
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}://{host}/{percent_encode(path, safe='/~')}"


def at_the_time(work):
    """Does the work at the vectors' time, whatever botocore asks the clock by."""
    then = datetime.fromtimestamp(moment(STAMP), timezone.utc).replace(tzinfo=None)
    with mock.patch("botocore.auth.get_current_datetime", return_value=then):
        return work()


def signed(method, endpoint, bucket, name, query, headers, sum):
    own = request(method, endpoint, bucket, name, query, headers)
    auth = S3SigV4Auth(credentials(), "s3", FakeS3.region)
    # The body is not there, its sum is known.
    with mock.patch.object(auth, "payload", lambda _: sum):
        at_the_time(lambda: auth.add_auth(own))
    return {"method": method, "endpoint": endpoint, "bucket": bucket, "name": name,
            "query": query, "headers": headers, "payload": sum,
            "authorization": own.headers["Authorization"]}


def presigned(endpoint, bucket, name, query, seconds):
    own = request("GET", endpoint, bucket, name, query, {})
    auth = S3SigV4QueryAuth(credentials(), "s3", FakeS3.region, expires=seconds)
    at_the_time(lambda: auth.add_auth(own))
    return {"endpoint": endpoint, "bucket": bucket, "name": name, "query": query,
            "seconds": seconds, "path": own.url.partition("?")[0],
            "signature": own.url.rpartition("X-Amz-Signature=")[2]}


def document():
    facts = {"key": FakeS3.key, "secret": FakeS3.secret, "region": FakeS3.region, "time": STAMP}
    return json.dumps(facts | vectors(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(document(), end="")
