"""A Stripe of our own for tests: the same HTTP interface on this machine, with faults on demand."""
from .errors import Refusal
from .fake import FakeStripe
from .faults import Faults
from .signing import signature

__all__ = ["FakeStripe", "Faults", "Refusal", "signature"]
