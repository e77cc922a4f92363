"""What a running server exports, who may read it, and that alerts and dashboard ask for nothing
else."""
import json

import promql_parser
import pytest
import requests
import yaml

from rig.person import Person, ok
from rig.providers import PROVIDERS
from rig.scrape import scrape
from rig.server import ROOT, STOP_LIMIT, Server, free_port, wait_until

TOKEN = "a-token-for-the-scraper"
# Prometheus adds it to whatever it scrapes.
OF_PROMETHEUS = {"up"}


@pytest.fixture(scope="module")
def provider():
    with PROVIDERS["videos_api"].start(render_seconds=0) as fake:
        yield fake


@pytest.fixture(scope="module")
def busy(provider):
    """A server on which somebody bought, ordered from two providers, and was refused."""
    server = Server(**PROVIDERS["videos_api"].environment(provider))
    try:
        person = Person(server)
        person.buy()
        drawn = person.create()
        made = ok(person.post("/v1/videos", json=PROVIDERS["videos_api"].order))
        assert person.order(prompt="x" * 40_000).status_code == 400
        for video in (drawn, made):
            assert person.wait(video)["status"] == "completed"
        person.get("/v1/videos/video_00000000000000000000000000000000")
        requests.get(server.url + "/nothing/at/all", timeout=10)
        requests.get(server.url + "/", timeout=10)
        server.person, server.video = person, drawn
        yield server
    finally:
        server.discard()


def test_everything_that_is_exported_counts_what_happened(busy):
    page = scrape(busy.url)
    assert page.sum("placemint_credits_moved_total", kind="purchase", direction="given") == 500
    spent = 500 - busy.person.balance
    assert page.sum("placemint_credits_moved_total", kind="generation", direction="taken") == spent
    assert page.all("placemint_credits_moved_total", kind="refund")[0].value == 0
    for provider in ("animatic", "videos_api"):
        assert page.sum("placemint_jobs_ended_total", provider=provider, end="completed") == 1
        assert page.sum("placemint_job_duration_seconds_count", provider=provider) == 1
    assert page.sum("placemint_provider_requests_total", provider="animatic", request="create",
                    outcome="completed") == 1
    for request, outcome in (("create", "created"), ("status", "completed"),
                             ("download", "completed")):
        labels = {"provider": "videos_api", "request": request, "outcome": outcome}
        assert page.sum("placemint_provider_requests_total", model="sora-2", **labels) >= 1
        assert page.sum("placemint_provider_request_duration_seconds_count", **labels) >= 1
    assert {sample.labels["stage"]: sample.value for sample in page.all("placemint_jobs")} == {
        "queued": 0, "submitting": 0, "rendering": 0, "storing": 0}
    assert page.sum("placemint_database_up") == 1
    assert page.sum("placemint_database_pool_wait_seconds_count") > 10
    assert page.sum("placemint_database_pool_connections") >= 1
    assert page.sum("process_resident_memory_bytes") > 10e6
    assert page.sum("process_max_fds") > page.sum("process_open_fds") > 5
    assert page.sum("placemint_http_requests_in_flight") >= 1, "the scrape itself is one"
    assert page.all("placemint_build_info")[0].labels["version"]


def test_requests_are_counted_by_their_routes_patterns(busy):
    page = scrape(busy.url)
    requests_of = {(sample.labels["method"], sample.labels["route"], sample.labels["status"])
                   for sample in page.all("placemint_http_requests_total")}
    assert ("POST", "/v1/videos", "200") in requests_of
    assert ("POST", "/v1/videos", "400") in requests_of
    assert ("GET", "/v1/videos/{id}", "404") in requests_of
    assert ("GET", "unmatched", "404") in requests_of
    assert ("GET", "static", "200") in requests_of
    assert page.sum("placemint_http_request_duration_seconds_count", route="/v1/videos",
                    method="POST", status_class="2xx") == 2


def test_nobody_can_make_the_page_long_or_see_a_person_in_it(busy):
    before = len(scrape(busy.url).samples)
    for number in range(40):
        requests.request(f"ODD{number}", busy.url + f"/path/{number}?q={number}", timeout=10)
        requests.get(busy.url + f"/v1/videos/video_{number:032x}", timeout=10)
    page = scrape(busy.url)
    # A few combinations are new; forty of each are not.
    assert len(page.samples) < before + 60
    person = busy.person
    user = busy.rows("SELECT id FROM public.users")[0]["id"]
    for secret in (person.email, person.token, user, user.replace("-", ""), "ODD", "path/"):
        assert secret not in page.text, secret


def test_open_streams_are_counted(busy):
    with requests.get(busy.url + "/v1/events", headers=busy.person.headers, stream=True,
                      timeout=20) as stream:
        next(stream.iter_lines())
        assert scrape(busy.url).sum("placemint_event_streams_open") == 1

    def is_noticed():
        # A reader that went away is noticed when there is something to tell it.
        ok(busy.person.call("PATCH", f"/v1/videos/{busy.video['id']}", json={"title": "A mug"}))
        return scrape(busy.url).sum("placemint_event_streams_open") == 0

    wait_until(is_noticed, 30, "the stream's end")


# Alerts and dashboard

def names_in(expression):
    """The metrics that a PromQL expression asks for."""
    def walk(node):
        if isinstance(node, promql_parser.VectorSelector):
            yield node.name
        for field in ("lhs", "rhs", "expr", "param", "vector_selector", "args"):
            child = getattr(node, field, None)
            for part in child if isinstance(child, list) else [child] if child else []:
                yield from walk(part)
    return set(walk(promql_parser.parse(expression)))


def alerts():
    file = yaml.safe_load((ROOT / "docs/monitoring/alerts.yaml").read_text())
    return [rule for group in file["groups"] for rule in group["rules"]]


def panels():
    return json.loads((ROOT / "docs/monitoring/dashboard.json").read_text())["panels"]


def test_alerts_ask_for_what_is_exported(busy):
    exported = scrape(busy.url).names | OF_PROMETHEUS
    assert len(alerts()) > 10
    for rule in alerts():
        names = names_in(rule["expr"])
        assert names and names <= exported, f"{rule['alert']}: {names - exported}"


def test_alerts_are_whole_and_explained():
    guide = (ROOT / "docs/monitoring.md").read_text()
    names = [rule["alert"] for rule in alerts()]
    assert len(set(names)) == len(names)
    for rule in alerts():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"]
        assert f"`{rule['alert']}`" in guide, rule["alert"]


def test_the_dashboard_asks_for_what_is_exported_and_draws_it_side_by_side(busy):
    exported = scrape(busy.url).names | OF_PROMETHEUS
    asked, taken = set(), set()
    for panel in panels():
        for target in panel.get("targets", []):
            names = names_in(target["expr"])
            assert names and names <= exported, f"{panel['title']}: {names - exported}"
            asked |= names
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken, f"{panel['title']} lies over another"
        assert all(x < 24 for x, _ in cells)
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())
    assert len(asked) > 15


def test_the_guide_lists_every_metric(busy):
    guide = (ROOT / "docs/monitoring.md").read_text()
    for family in scrape(busy.url).families.values():
        name = family.name + ("_total" if family.type == "counter" else "")
        assert f"`{name}`" in guide, name


# Who may read it

def status(server, **headers):
    return requests.get(server.url + "/metrics", headers=headers, timeout=20).status_code


def test_this_machine_alone_may_read_it_unless_told_otherwise(busy):
    assert status(busy) == 200
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert status(busy, **{header: "203.0.113.7"}) == 404, header
    assert requests.post(busy.url + "/metrics", timeout=10).status_code in (404, 405)


def test_a_token_is_asked_of_everybody(start_server):
    server = start_server(WORKERS=0, METRICS_TOKEN=TOKEN)
    assert status(server) == 401
    assert status(server, Authorization=f"Bearer {TOKEN}x") == 401
    assert status(server, Authorization=f"Bearer {TOKEN[:-1]}") == 401
    assert status(server, Authorization=f"Bearer {TOKEN}") == 200
    assert status(server, Authorization=f"Bearer {TOKEN}", **{"X-Forwarded-For": "::1"}) == 200


def test_behind_a_public_address_there_is_nothing_without_a_token(start_server):
    port = free_port()
    server = start_server(
        WORKERS=0, PUBLIC_URL="https://studio.example", PLACEMINT_ALLOW_SANDBOX=1,
        METRICS_PORT=port, DRAIN_SECONDS=0)
    # A proxy on this machine that adds no header looks like this machine.
    assert status(server) == 404
    # The other port is not what a proxy leads to.
    own = f"http://127.0.0.1:{port}"
    assert scrape(own).sum("placemint_database_up") == 1
    assert requests.get(own + "/readyz", timeout=10).status_code == 200
    assert requests.get(own + "/v1/formats", timeout=10).status_code == 404
    helper_port = free_port()
    helper = server.spawn_worker(METRICS_PORT=helper_port)
    try:
        check_a_worker(server, f"http://127.0.0.1:{helper_port}")
    finally:
        helper.terminate()
        assert helper.wait(STOP_LIMIT) == 0


def check_a_worker(server, helper):
    """What a worker has done is exported by the worker, and by nobody else."""
    def is_ready():
        try:
            return requests.get(helper + "/readyz", timeout=10).status_code == 200
        except requests.ConnectionError:
            return False

    wait_until(is_ready, 30, "the worker's start")
    person = Person(server)
    person.has_credits_for(1)
    assert person.wait(person.create())["status"] == "completed"
    wait_until(lambda: scrape(helper).sum("placemint_jobs_ended_total", end="completed") == 1, 10,
               "the worker's count")
