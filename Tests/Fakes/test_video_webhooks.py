"""The webhooks of video providers arrive, and their faults happen."""
import time

import pytest
import requests

from video_fakes import FakeVideosAPI
from video_fakes.receiver import HookReceiver

HEADERS = {"Authorization": "Bearer test-key"}
ORDER = {"prompt": "A mug", "seconds": "4"}


def create(fake):
    """A job's id."""
    return requests.post(fake.url + "/v1/videos", json=ORDER, headers=HEADERS).json()["id"]


@pytest.fixture
def receiver():
    with HookReceiver() as receiver:
        yield receiver


@pytest.fixture
def hooked(receiver):
    with FakeVideosAPI(webhook_url=receiver.url, render_seconds=0.1) as fake:
        yield fake


def ordered(fake, *names):
    """Jobs whose webhooks meet these faults, all ended, and their webhooks sent."""
    fake.faults.plan("webhook", *names)
    ids = [create(fake) for _ in names]
    for id in ids:
        assert fake.wait_for(fake.jobs[id])
    fake.settle()
    return ids


def kinds(fake):
    return [(attempt.kind, attempt.status) for attempt in fake.webhook_attempts]


def test_a_webhook_is_sent_once_and_again_until_it_is_taken(hooked, receiver):
    [id] = ordered(hooked, None)
    assert [event["data"]["id"] for event in receiver.events] == [id]
    receiver.statuses = [500, 302]
    ordered(hooked, None)
    assert kinds(hooked)[1:] == [("first", 500), ("retry", 302), ("retry", 200)]
    assert len({event["id"] for event in receiver.events}) == 2


def test_faults_of_webhooks(hooked, receiver):
    ordered(hooked, "duplicate")
    assert len(receiver.received) == 2 and receiver.events[0] == receiver.events[1]
    ordered(hooked, "lost")
    assert len(receiver.received) == 2 and kinds(hooked)[-1] == ("lost", None)
    ordered(hooked, "forged")
    forged, true = receiver.received[2:]
    assert forged[1] == true[1]
    assert forged[0]["webhook-signature"] != true[0]["webhook-signature"]


def test_an_early_webhook_comes_before_the_end_and_not_again(hooked, receiver):
    hooked.render_seconds = None
    hooked.faults.plan("webhook", "early")
    id = create(hooked)
    hooked.settle()
    assert receiver.events[0]["type"] == "video.completed"
    assert hooked.jobs[id].state == "queued"
    hooked.finish(id)
    hooked.settle()
    assert len(receiver.received) == 1


def test_a_reordered_webhook_comes_after_the_next(hooked, receiver):
    hooked.render_seconds = None
    hooked.faults.plan("webhook", "reorder")
    first, second, alone = [create(hooked) for _ in range(3)]
    hooked.finish(first)
    time.sleep(0.1)
    assert receiver.received == []
    hooked.finish(second)
    hooked.settle()
    assert [event["data"]["id"] for event in receiver.events] == [second, first]
    hooked.jobs[alone].webhook_fault = "reorder"
    hooked.finish(alone)
    hooked.settle()
    assert receiver.events[-1]["data"]["id"] == alone, "it does not wait forever"


def test_a_webhook_that_nobody_takes_is_given_up(hooked, receiver):
    hooked.webhooks.retry_pauses = (0.01, 0.01)
    receiver.statuses = [500] * 9
    ordered(hooked, None)
    assert [status for _, status in kinds(hooked)] == [500] * 3


def test_nobody_is_told_without_an_address(receiver):
    with FakeVideosAPI(render_seconds=0) as fake:
        assert fake.wait_for(fake.find(create(fake)))
        fake.settle()
        assert fake.webhook_attempts == [] and receiver.received == []
