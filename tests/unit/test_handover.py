"""Transitions reach alerting in order, or wait."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from alerts.dispatcher import Dispatcher
from alerts.notification_log import LogError
from listener import handover as subject
from listener.handover import PACE, Handover
from models.clock import VirtualClock
from models.flareup import FlareUp, Transition
from tests.builders import NIGHT
from tests.fakes_listener import PUDDING, taught


class Listening:
    """Takes transitions, or refuses them as it is told."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.took: list[tuple[str, datetime]] = []
        self.forgot: set[str] = set()
        self.ticks = 0

    async def flared(self, flares: list[FlareUp], *, now: datetime, decided_at: datetime) -> None:
        """Take transitions."""
        assert now == NIGHT
        self._fail()
        self.took += [(flare.transition, decided_at) for flare in flares]

    async def forget(self, posts: frozenset[str], now: datetime) -> None:
        """Forget posts."""
        assert now == NIGHT
        self._fail()
        self.forgot |= posts

    async def tick(self, now: datetime) -> None:
        """End a minute."""
        assert now >= NIGHT
        self.ticks += 1
        self._fail()

    def _fail(self) -> None:
        if self.error:
            raise self.error


class Desk:
    """A handover and who listens to it."""

    def __init__(self) -> None:
        self.alerting, self.clock = Listening(), VirtualClock(NIGHT)
        self.handover = Handover(cast("Dispatcher", self.alerting), self.clock)

    async def flare(self, *transitions: Transition) -> None:
        """Hand transitions over."""
        reading = taught(1).reading(PUDDING, NIGHT)
        given: dict[str, Any] = {"key": PUDDING, "at": NIGHT, "started_at": NIGHT, "mood": "negative"}
        flares = [FlareUp(transition=one, reading=reading, **given) for one in transitions]
        await self.handover.flared(flares, decided_at=NIGHT)

    @property
    def took(self) -> list[str]:
        """Return what alerting took."""
        return [transition for transition, _ in self.alerting.took]


@pytest.fixture
def desk() -> Desk:
    """Give a handover."""
    return Desk()


async def test_what_was_refused_is_taken_first(desk: Desk) -> None:
    """In order, with the instant of its own deciding post, and said once."""
    desk.alerting.error = LogError("damaged", retryable=False)
    with capture_logs() as said:
        await desk.flare("opened")
        await desk.flare("grown")
        await desk.handover.forget(["bluesky/1"])
        await desk.handover.tick(NIGHT)
        assert (desk.handover.waiting, desk.handover.trouble) == (3, "damaged")
        desk.alerting.error = None
        await desk.flare("eased")
    assert desk.took == ["opened", "grown", "eased"]
    assert desk.alerting.forgot == {"bluesky/1"}
    assert (desk.handover.waiting, desk.handover.trouble) == (0, "")
    assert [line["event"] for line in said] == ["alerting_cannot_remember", "alerting_remembers_again"]


async def test_a_minute_hands_on_what_waits(desk: Desk) -> None:
    """Also when nothing new happens."""
    desk.alerting.error = LogError("busy", retryable=True)
    await desk.flare("opened")
    desk.alerting.error = None
    await desk.handover.tick(NIGHT)
    assert (desk.took, desk.alerting.ticks) == (["opened"], 1)


async def test_mere_figures_give_way_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded, and what opens or closes an incident is kept longest."""
    monkeypatch.setattr(subject, "KEPT", 3)
    desk.alerting.error = LogError("busy", retryable=True)
    await desk.flare("opened", "updated", "grown", "updated", "eased")
    desk.alerting.error = None
    await desk.handover.tick(NIGHT)
    assert desk.took == ["opened", "grown", "eased"]
    desk.alerting.error = LogError("busy", retryable=True)
    await desk.flare("opened", "grown", "eased", "closed")
    desk.alerting.error = None
    await desk.handover.tick(NIGHT)
    assert desk.took[3:] == ["grown", "eased", "closed"]


async def test_a_bug_of_ours_stops_nothing(desk: Desk) -> None:
    """Each is said, with a traceback the first time; nothing waits for what can never be taken."""
    desk.alerting.error = KeyError("no such topic")
    with capture_logs() as said:
        await desk.flare("opened", "grown")
        await desk.handover.forget(["bluesky/1"])
        await desk.handover.tick(NIGHT)
    events = [line["event"] for line in said]
    assert events == ["transition_lost", "transition_lost", "quotes_not_forgotten", "reminders_failed"]
    assert [line["exc_info"] is None for line in said] == [False, True, False, False]
    assert (desk.handover.waiting, desk.handover.trouble) == (0, "")


async def test_ladders_are_climbed_every_few_seconds_whatever_breaks(desk: Desk) -> None:
    """A step that fails is looked at again, and the watch goes on."""
    climbing = asyncio.create_task(desk.handover.climb())
    await desk.clock.advance(timedelta(0))
    desk.alerting.error = KeyError("no such route")
    for _ in range(3):
        await desk.clock.advance(PACE)
    assert desk.alerting.ticks == 4
    assert not climbing.done()
    climbing.cancel()
