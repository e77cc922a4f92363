"""The first screens on a slow network and a slow phone, with nothing cached."""
import pytest
from playwright.sync_api import expect

# 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back; a fourth of this processor.
FAST_3G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8,
           "uploadThroughput": 750e3 / 8}
SLOWER = 4
# The aim, in milliseconds. The best of three: other tests hold the processor now and then.
USABLE = 1_000
# A guard: until then, what is typed and sent waits.
ANSWERED = 2_500
# A slowed-down page on a busy machine may stand still for long.
PATIENCE = 100_000
# Usable is what is there and painted; answered, what has its script.
NOTE = """
window.answered = new Promise((done) => {
  const find = (selector) => document.querySelector(selector);
  const isMarked = (name) => performance.getEntriesByName(name).length > 0;
  const mark = (name, isSo) => isSo && !isMarked(name) && performance.mark(name);
  new MutationObserver(() => mark("there", find("input[type=email]:enabled, .opening .primary")))
    .observe(document, { childList: true, subtree: true });
  const look = () => {
    mark("answered", find("form")?.onsubmit || find("#motion")?.onclick);
    if (isMarked("answered") && isMarked("first-contentful-paint")) done();
    else requestAnimationFrame(look);
  };
  look();
});
"""
TIMES = """() => window.answered.then(() =>
  ["first-contentful-paint", "there", "answered"].map((name) =>
    performance.getEntriesByName(name)[0].startTime))"""


@pytest.mark.parametrize("address", ["/", "/studio/"])
def test_a_first_screen_is_usable_soon_on_a_slow_phone(visit, capsys, address):
    visits = [first_visit(visit, address) for _ in range(3)]
    usable, answered = (min(times) for times in zip(*visits))
    with capsys.disabled():
        print(f"\n{address} on fast 3G, {SLOWER}x slower: usable after {usable:.0f} ms, "
              f"answered after {answered:.0f} ms")
    assert usable < USABLE and answered < ANSWERED


def first_visit(visit, address):
    """Milliseconds to the usable screen and to its script."""
    trip = visit(width=390, height=844, touch=True)
    trip.context.set_default_timeout(PATIENCE)
    devtools = trip.context.new_cdp_session(trip.page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", FAST_3G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    trip.context.add_init_script(NOTE)
    trip.page.goto(address, wait_until="commit")
    paint, there, answered = trip.page.evaluate(TIMES)
    trip.context.close()
    return max(paint, there), max(paint, answered)


def test_what_is_typed_and_sent_before_the_script_comes_is_not_lost(visit):
    page = visit().page
    held = []
    page.route("**/app/main.js", lambda route: held.append(route))
    page.goto("/studio/", wait_until="commit")
    page.get_by_label("E-mail address").fill("early@example.com")
    page.get_by_role("button", name="Send the code").click()
    expect(page.locator("form")).to_have_attribute("data-sent", "early")
    held[0].continue_()
    page.get_by_text("It is on its way to early@example.com.").wait_for()
