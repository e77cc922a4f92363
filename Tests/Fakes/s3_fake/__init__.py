"""An S3 on this machine: moto keeps the objects, and a door in front of it checks what moto takes
on trust (signatures, sums, one way of signing at a time) and fails as real buckets do."""
from .fake import FakeS3

__all__ = ["FakeS3"]
