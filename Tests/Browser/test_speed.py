"""The first screens on a slow network and a slow phone, with nothing cached."""
import pytest

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
# Usable is what is painted and can be operated; answered, what has its script.
NOTE = """
const note = () => {
  const find = (selector) => document.querySelector(selector);
  const seen = performance.getEntriesByName("first-contentful-paint").length > 0;
  const marked = (name) => performance.getEntriesByName(name).length > 0;
  if (seen && !marked("usable") && find("input[type=email]:enabled, .opening .primary")) {
    performance.mark("usable");
  }
  if (!marked("answered") && (find("form")?.onsubmit || find("#motion")?.onclick)) {
    performance.mark("answered");
  }
  if (!marked("usable") || !marked("answered")) requestAnimationFrame(note);
};
note();
"""
TIMES = """() => ["first-contentful-paint", "usable", "answered"].map((name) =>
  performance.getEntriesByName(name)[0]?.startTime)"""


@pytest.mark.parametrize("address", ["/", "/studio/"])
def test_a_first_screen_is_usable_soon_on_a_slow_phone(visit, capsys, address):
    visits = [first_visit(visit, address) for _ in range(3)]
    paint, usable, answered = (min(times) for times in zip(*visits))
    with capsys.disabled():
        print(f"\n{address} on fast 3G, {SLOWER}x slower: first paint {paint:.0f} ms, "
              f"usable {usable:.0f} ms, answered {answered:.0f} ms")
    assert usable < USABLE and answered < ANSWERED


def first_visit(visit, address):
    """Milliseconds to the first paint, to the usable screen and to its script."""
    trip = visit(width=390, height=844, touch=True)
    trip.context.set_default_timeout(PATIENCE)
    devtools = trip.context.new_cdp_session(trip.page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", FAST_3G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    trip.context.add_init_script(NOTE)
    trip.page.goto(address, wait_until="commit")
    trip.page.wait_for_function("performance.getEntriesByName('answered').length > 0")
    times = trip.page.evaluate(TIMES)
    trip.context.close()
    return times


def test_what_is_typed_and_sent_before_the_script_comes_is_not_lost(visit):
    page = visit().page
    held = []
    page.route("**/app/main.js", lambda route: held.append(route))
    page.goto("/studio/", wait_until="commit")
    page.get_by_label("E-mail address").fill("early@example.com")
    page.get_by_role("button", name="Send the code").click()
    page.wait_for_function("document.querySelector('form').dataset.sent")
    held[0].continue_()
    page.get_by_text("It is on its way to early@example.com.").wait_for()
