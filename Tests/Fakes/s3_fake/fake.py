"""The fake S3 as tests hold it."""
import collections
import datetime
import threading
import uuid
from dataclasses import dataclass

import boto3
from botocore.config import Config
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

from .door import Door
from .signatures import Gatekeeper


@dataclass
class Fault:
    """What befalls requests of a method whose path holds a text. left: None for all of them."""

    kind: str
    method: str
    part: str
    left: int | None

    def meets(self, method, path):
        if self.method != method or self.part not in path or self.left == 0:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class FakeS3:
    """prefix: a path before the bucket's name, as Supabase's endpoint has one. repeats_sums: whether
    a PUT's answer has the sum it was sent with, as AWS's, R2's and MinIO's do and Supabase's does
    not."""

    # With characters that have to be encoded somewhere.
    key, secret, region = "AKIAEXAMPLE0123", "wJalrXUtnFEMI/K7MDENG+bPxRfi==KEY", "eu-central-1"

    def __init__(self, prefix="", repeats_sums=True):
        self.bucket = f"files-{uuid.uuid4().hex[:12]}"
        self.prefix, self.repeats_sums = prefix, repeats_sums
        self.faults, self.lock = [], threading.Lock()
        # Objects on a page of a listing, where that is less than was asked for.
        self.page_limit = None
        self.released = threading.Event()
        self.stalled = threading.Event()
        self.requests = collections.deque(maxlen=10_000)
        self.gatekeeper = Gatekeeper(self.key, self.secret, self.region)

    def __enter__(self):
        self.moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.moto.start()
        self.client = boto3.client(
            "s3", endpoint_url="http://%s:%d" % self.moto.get_host_and_port(),
            region_name=self.region, aws_access_key_id=self.key,
            aws_secret_access_key=self.secret, config=Config(s3={"addressing_style": "path"}))
        self.client.create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": self.region})
        self.door = Door(self)
        self.door.start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.door.stop()
        self.moto.stop()

    # What a server is told

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.door.server_port}"

    @property
    def settings(self):
        return {
            "S3_ENDPOINT": self.origin + self.prefix, "S3_REGION": self.region,
            "S3_BUCKET": self.bucket, "S3_ACCESS_KEY_ID": self.key,
            "S3_SECRET_ACCESS_KEY": self.secret}

    # What lies there

    @property
    def stored(self):
        """moto's own objects by name."""
        return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[self.bucket].keys

    @property
    def names(self):
        return set(self.stored.keys())

    def content(self, name):
        return self.client.get_object(Bucket=self.bucket, Key=name)["Body"].read()

    def put(self, name, content=b"x"):
        self.client.put_object(Bucket=self.bucket, Key=name, Body=content)

    def remove(self, name):
        self.client.delete_object(Bucket=self.bucket, Key=name)

    def age(self, name, hours):
        """As if it had been stored so long ago."""
        self.stored[name].last_modified = (
            datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
            - datetime.timedelta(hours=hours))

    # What goes wrong

    def fail(self, kind, method="PUT", part="", times=None):
        """From now on, or so many times. Kinds: see `Door`."""
        with self.lock:
            self.faults.append(Fault(kind, method, part, times))

    def heal(self):
        with self.lock:
            self.faults.clear()
        self.released.set()

    def next_fault(self, method, path):
        with self.lock:
            return next((fault.kind for fault in self.faults if fault.meets(method, path)), None)

    @property
    def refusals(self):
        """Requests that were not signed as they should be, or whose bytes were not those signed."""
        return [request for request in self.requests if request.problem]
