"""The first screen on a slow network and a slow phone."""
# 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back; a fourth of this processor.
FAST_3G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8,
           "uploadThroughput": 750e3 / 8}
SLOWER = 4
# A guard against regressions, not the aim: other tests may share the processor.
LIMIT = 5_000
# A slowed-down page on a busy machine may stand still for long.
PATIENCE = 100_000
NOTE_USABLE = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("input[type=email]:enabled")) return;
  observer.disconnect();
  requestAnimationFrame(() => performance.mark("usable"));
}).observe(document, { childList: true, subtree: true });
"""
TIMES = """() => ["first-contentful-paint", "usable"].map((name) =>
  performance.getEntriesByName(name)[0]?.startTime)"""


def test_the_sign_in_is_usable_soon_on_a_slow_phone(visit, capsys):
    """The best of three: other tests hold the processor now and then."""
    paint, usable = min((first_visit(visit) for _ in range(3)), key=lambda times: times[1])
    with capsys.disabled():
        print(f"\nFast 3G, {SLOWER}x slower: first paint {paint:.0f} ms, usable {usable:.0f} ms")
    assert paint <= usable < LIMIT


def first_visit(visit):
    """Milliseconds to the first paint and to the usable field, with nothing cached."""
    trip = visit(width=390, height=844, touch=True)
    trip.context.set_default_timeout(PATIENCE)
    devtools = trip.context.new_cdp_session(trip.page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", FAST_3G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    trip.context.add_init_script(NOTE_USABLE)
    trip.open().get_by_label("E-mail address").fill("somebody@example.com")
    times = trip.page.evaluate(TIMES)
    trip.context.close()
    return times
