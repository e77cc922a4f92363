"""The fake S3 is as strict as it says: AWS's own client is satisfied with it, forgers are not."""
from pathlib import Path

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from s3_fake import FakeS3, vectors

VECTORS = Path(__file__).parents[1] / "ObjectStorageTests/Fixtures/sigv4.json"


@pytest.fixture(scope="module", params=["", "/storage/v1/s3"])
def fake(request):
    with FakeS3(prefix=request.param) as fake:
        yield fake


def client(fake, secret=FakeS3.secret, region=FakeS3.region):
    return boto3.client(
        "s3", endpoint_url=fake.origin + fake.prefix, region_name=region,
        aws_access_key_id=fake.key, aws_secret_access_key=secret,
        config=Config(s3={"addressing_style": "path", "payload_signing_enabled": True},
                      signature_version="s3v4", retries={"max_attempts": 0},
                      request_checksum_calculation="when_required"))


def test_the_official_client_is_understood(fake):
    own, name = client(fake), "a b/ü+(1)~&.mp4"
    own.put_object(Bucket=fake.bucket, Key=name, Body=b"0123456789", ContentType="video/mp4")
    assert own.get_object(Bucket=fake.bucket, Key=name)["Body"].read() == b"0123456789"
    assert own.list_objects_v2(Bucket=fake.bucket)["Contents"][0]["Key"] == name
    link = own.generate_presigned_url("get_object", Params={
        "Bucket": fake.bucket, "Key": name, "ResponseContentDisposition": "attachment"})
    part = requests.get(link, headers={"Range": "bytes=2-4"}, timeout=10)
    assert (part.status_code, part.content) == (206, b"234")
    assert requests.get(link, timeout=10).headers["content-disposition"] == "attachment"
    own.delete_object(Bucket=fake.bucket, Key=name)
    assert fake.names == set() and fake.refusals == []


def test_forgers_are_not(fake):
    for options in ({"secret": "another"}, {"region": "us-east-1"}):
        with pytest.raises(ClientError):
            client(fake, **options).put_object(Bucket=fake.bucket, Key="a", Body=b"x")
    fake.put("a")
    link = client(fake).generate_presigned_url(
        "get_object", Params={"Bucket": fake.bucket, "Key": "a"})
    assert requests.get(link, timeout=10).status_code == 200
    assert requests.head(link, timeout=10).status_code == 403
    assert requests.get(link + "0", timeout=10).status_code == 403
    assert requests.get(link.partition("?")[0], timeout=10).status_code == 403
    both = requests.get(link, headers={"Authorization": "Bearer x"}, timeout=10)
    assert both.status_code == 400
    fake.remove("a")
    assert fake.names == set()


def test_the_vectors_are_botocores():
    assert VECTORS.read_text() == vectors.document()
