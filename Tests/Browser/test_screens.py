"""Every screen in its main states: nobody is kept out, and how it looks."""
import pytest
from axe_playwright_python.sync_playwright import Axe

from rig.server import ROOT
from studio.screens import SCREENS, Crowd
from studio.visitor import Visitor

PICTURES = ROOT / "artifacts/screens"
THEMES = ("light", "dark")
SIZES = ((390, 844), (1280, 800))
# A change of theme is drawn with the next frame, and colours may glide there.
IS_STILL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
}"""
# What would have to be scrolled sideways as a whole.
OVERFLOWS = """() => [document.documentElement, ...document.querySelectorAll("dialog[open]")]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.tagName)"""
# All that axe knows to be a barrier, good practice included.
RULES = {"resultTypes": ["violations"]}


@pytest.fixture(scope="session")
def stranger(server):
    return Visitor(server)


@pytest.fixture
def crowd(visit, stranger, owner):
    """Opens browsers of people who want no motion: nothing is caught in between."""
    def still(visitor=None, **options):
        return visit(visitor, **({"reduced_motion": "reduce"} | options))

    return Crowd(still, stranger, owner)


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_keeps_nobody_out_and_fits_and_is_pictured(crowd, name):
    page = SCREENS[name](crowd).page
    PICTURES.mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        show(page, theme)
        assert barriers(page) == [], theme
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            show(page, theme)
            page.screenshot(path=PICTURES / f"{name}-{width}-{theme}.png")
            assert page.evaluate(OVERFLOWS) == [], width


def show(page, theme):
    page.emulate_media(color_scheme=theme)
    page.evaluate(IS_STILL)


def barriers(page):
    """What axe finds, each with the first place and what is wrong there."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"])
            for one in found]
