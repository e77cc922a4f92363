"""Three ways to operate a page: by mouse, by keyboard alone, by touch."""
from playwright.sync_api import expect

# More stops than any screen has.
STOPS = 150
HAS_FOCUS = "e => e === document.activeElement"
IS_GROUP_FOCUSED = """e => document.activeElement === e || (
  document.activeElement.type === 'radio' && document.activeElement.name === e.name)"""
# A radio button may show the focus on what stands beside it.
SHOWS_FOCUS = """e => [e, e.nextElementSibling].some((one) => {
  if (!one) return false;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
})"""


class Mouse:
    def __init__(self, page):
        self.page = page

    def press(self, target):
        target.click()

    def choose(self, radio):
        """A radio button, which may be drawn by its label alone."""
        radio.locator("xpath=..").click()
        expect(radio).to_be_checked()

    def write(self, field, text):
        self.press(field)
        field.press_sequentially(text)

    def attach(self, button, file):
        """Answers a button that asks for a file."""
        with self.page.expect_file_chooser() as chooser:
            self.press(button)
        chooser.value.set_files(file)

    def play(self, video):
        self.press(video)


class Touch(Mouse):
    def press(self, target):
        target.tap()

    def choose(self, radio):
        radio.locator("xpath=..").tap()
        expect(radio).to_be_checked()

    def play(self, video):
        """A phone's first tap shows the player's own button, in the middle."""
        video.tap()
        video.evaluate("clip => clip.paused && clip.play()")


class Keyboard(Mouse):
    """Never points. What cannot be reached with the Tab key fails, and what hides the focus."""

    def press(self, target):
        self.reach(target)
        self.page.keyboard.press("Enter")

    def choose(self, radio):
        self.reach(radio, IS_GROUP_FOCUSED)
        for _ in range(STOPS):
            if radio.evaluate(HAS_FOCUS):
                break
            self.page.keyboard.press("ArrowRight")
        self.page.keyboard.press("Space")
        expect(radio).to_be_checked()
        assert radio.evaluate(SHOWS_FOCUS), f"the focus on {radio} cannot be seen"

    def write(self, field, text):
        self.reach(field)
        self.page.keyboard.type(text)

    def play(self, video):
        self.reach(video)
        self.page.keyboard.press("Space")

    def reach(self, target, is_there=HAS_FOCUS):
        expect(target).to_be_visible()
        for _ in range(STOPS):
            if target.evaluate(is_there):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"the Tab key does not lead to {target}")
        assert self.page.evaluate(f"({SHOWS_FOCUS})(document.activeElement)"), (
            f"the focus on {target} cannot be seen")
