"""Nights that go wrong: a watch that was away, a bug, an older version, a clock set back."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from alerts.escalation.ladder import Ladder, Step
from alerts.incident import Incident
from tests.responders import (
    TOKYO_DAY,
    TOKYO_NIGHT,
    Night,
    a_fire,
    a_route,
)


async def test_a_watch_that_was_away_takes_the_missed_steps_as_one() -> None:
    """Nobody is called several times at once; whoever should have been called is."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    night.now += timedelta(minutes=47)
    await night.restart()
    await night.dispatcher.tick(night.now)
    assert night.calls(TOKYO_NIGHT)[2:] == [
        (47, "reminder", "sato", "phone"),
        (47, "reminder", "sato", "push"),
        (47, "escalation", "suzuki", "push"),
        (47, "escalation", "suzuki", "phone"),
        (47, "escalation", "mary", "push"),
        (47, "escalation", "mary", "phone"),
        (47, "escalation", "chief", "push"),
        (47, "escalation", "chief", "phone"),
    ]
    await night.passes(4)
    assert [at for at, _, _ in night.heard(TOKYO_NIGHT) if at > 47] == [50] * 4


async def test_of_missed_repetitions_only_the_last_is_taken() -> None:
    """A ladder that repeats "second" does not call the whole rota at once after a pause."""
    steps = (Step(after=0, to="first", by="channels"), Step(after=5, to="second", by="channels"))
    night = Night(TOKYO_DAY, a_route(ladder=Ladder(steps=steps, repeat_minutes=5)))
    await night.flares(a_fire())
    night.now += timedelta(minutes=47)
    await night.dispatcher.tick(night.now)
    assert night.heard(TOKYO_DAY)[1:] == [(47, "escalation", "suzuki"), (47, "escalation", "mary")]


async def test_a_bug_in_one_incident_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ladder of the other fire climbs on, and the bug is told all the same."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire(), a_fire(brand="minato", topic="mobile"))
    paging = night.dispatcher.paging
    called = paging.called

    def broken(incident: Incident, *moment: Any) -> Any:
        if incident.brand == "minato":
            raise RuntimeError("no page can be written of this")
        return called(incident, *moment)

    monkeypatch.setattr(paging, "called", broken)
    night.now += timedelta(minutes=3)
    with pytest.raises(RuntimeError, match="no page"):
        await night.dispatcher.tick(night.now)
    assert [page.brand for page in night.pages if page.created_at == night.now] == ["sakura"]


async def test_an_older_versions_incident_goes_on_from_its_page() -> None:
    """Without a round of its own: the page that it remembers was the first step."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    [known] = night.log.incidents
    night.log.incidents[known] = msgspec.structs.replace(night.incident, round=None, rung=())
    await night.restart()
    await night.passes(3)
    assert night.heard(TOKYO_NIGHT) == [(0, "first", "sato"), (3, "escalation", "sato")]


async def test_a_clock_that_was_set_back_holds_nobody_up() -> None:
    """The ladder goes on from the new time; nobody sleeps through the hour that comes twice."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    await night.passes(4)
    night.now -= timedelta(hours=1)
    back = night.now
    await night.passes(7)
    assert (6.5, "escalation", "suzuki") in night.heard(back)
