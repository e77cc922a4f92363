"""A Supabase Auth of our own for tests: the same HTTP interface on this machine, behind the same
gateway, with keys that rotate and outages on demand."""
from .fake import FakeSupabase
from .keys import SigningKey

__all__ = ["FakeSupabase", "SigningKey"]
