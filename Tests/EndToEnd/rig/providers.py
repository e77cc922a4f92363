"""The real server with a provider of video models beside it, whose every move a test decides."""
from dataclasses import dataclass

import video_fakes

KEY = "a-key-of-the-operators"


@dataclass(frozen=True)
class Provider:
    """name: as the server calls it. model: of the catalogue that comes with the project."""

    name: str
    model: str
    fake: str
    settings: tuple
    seconds: str = "4"

    def start(self, **options):
        return getattr(video_fakes, self.fake)(key=KEY, **options)

    def environment(self, fake):
        key, base = self.settings
        # Google's interface has its version in the path, the others' paths are in ours.
        return {key: KEY, base: fake.url}

    @property
    def order(self):
        return {"model": self.model, "seconds": self.seconds, "size": "720x1280",
                "prompt": "The mug turns slowly on a wooden table."}


PROVIDERS = {provider.name: provider for provider in (
    Provider("videos_api", "sora-2", "FakeVideosAPI", ("VIDEOS_API_KEY", "VIDEOS_API_BASE")),
    Provider("gemini", "gemini-omni-1.2-flash", "FakeGemini",
             ("GEMINI_API_KEY", "GEMINI_API_BASE")),
    Provider("fal", "seedance-2.0", "FakeFal", ("FAL_KEY", "FAL_API_BASE")),
    Provider("runway", "gen4.5", "FakeRunway", ("RUNWAY_API_KEY", "RUNWAY_API_BASE"), "5"),
)}


def creates(fake):
    """The requests that asked for a clip, whatever became of them."""
    return [request for request in fake.requests if request.kind == "create"]
