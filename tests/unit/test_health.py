"""What /healthz and /readyz answer."""

import asyncio
from collections import deque
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from listener.health import Health, Waiting
from listener.metrics import Metrics
from listener.reception import Reception
from models.clock import VirtualClock
from tests.builders import NIGHT

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> VirtualClock:
    """Stand still."""
    return VirtualClock(NIGHT)


@pytest.fixture
def health(clock: VirtualClock) -> Health:
    """Give a health that has seen a minute end just now."""
    return Health(clock)


@pytest.fixture
def reception(clock: VirtualClock) -> Reception:
    """Give a source that is up."""
    one = Reception("bluesky", Metrics(CollectorRegistry()), clock, deque())
    one.up()
    return one


def test_a_watch_whose_minutes_end_is_alive(health: Health, clock: VirtualClock) -> None:
    """Three minutes without the end of one mean that nobody judges."""
    clock.set(NIGHT + 3 * MINUTE)
    assert health.alive() == {}
    clock.set(NIGHT + 4 * MINUTE)
    assert health.alive() == {"minutes": "no minute ended for 240 s"}
    health.ticked(clock.now())
    assert health.alive() == {}


def test_a_day_without_a_minute_is_told_in_full(health: Health, clock: VirtualClock) -> None:
    """The seconds are all of them, not those beside the days."""
    clock.set(NIGHT + timedelta(days=1, minutes=4))
    assert health.alive() == {"minutes": f"no minute ended for {86_400 + 240} s"}


def test_everything_well_is_nothing_to_say(health: Health, reception: Reception) -> None:
    """Empty sentences are no trouble."""
    assert health.ready([reception], {"storage": "", "configuration": ""}) == {}


def test_each_part_that_does_not_work_is_named(
    health: Health, reception: Reception, clock: VirtualClock
) -> None:
    """With one sentence each."""
    reception.down("reset")
    clock.set(NIGHT + 10 * MINUTE)
    health.waiting = {"mqtt": (3, NIGHT), "stdout": (1, clock.now())}
    health.scorer = "the onnx scorer cannot be loaded"
    assert health.ready([reception], {"storage": "has no room to grow"}) == {
        "storage": "has no room to grow",
        "source bluesky": "silent since 2026-11-20T17:10:00Z",
        "channel mqtt": "3 messages wait, the oldest since 17:10:00Z",
        "scorer": "the onnx scorer cannot be loaded",
    }


def test_a_source_that_was_refused_says_why(health: Health, reception: Reception) -> None:
    """At once: nobody will try again."""
    reception.down("401: the token is not valid", permanent=True)
    assert health.ready([reception], {}) == {"source bluesky": "401: the token is not valid"}


async def test_what_waits_is_looked_at_every_ten_seconds(health: Health, clock: VirtualClock) -> None:
    """A channel that fails is seen soon, and so is its recovery."""
    waits = {"lamp": (3, NIGHT - 6 * MINUTE)}
    shown: list[int] = []

    async def pending() -> Waiting:
        return dict(waits)

    looking = asyncio.create_task(health.look(pending, lambda found, _: shown.append(len(found))))
    await clock.advance(timedelta(0))
    assert "channel lamp" in health.ready([], {})
    waits.clear()
    await clock.advance(timedelta(seconds=10))
    assert health.ready([], {}) == {}
    assert shown == [1, 0]
    looking.cancel()
