"""Providers of video models of our own for tests: the same HTTP interfaces on this machine, with
real clips and with faults on demand."""
import importlib

from .faults import Faults

# Each is loaded when it is asked for.
PROVIDERS = {"FakeVideosAPI": "videos_api", "FakeGemini": "gemini", "FakeFal": "fal",
             "FakeRunway": "runway"}

__all__ = ["Faults", *PROVIDERS]


def __getattr__(name):
    if name not in PROVIDERS:
        raise AttributeError(f"there is no {name}")
    return getattr(importlib.import_module(f".{PROVIDERS[name]}", __name__), name)
