"""The dispatcher: who is told what, when, and only once."""

from typing import Any

import pytest

from alerts.notification_log import LogError, Page
from models.flareup import FlareUp
from tests.fakes_alerts import NIGHT, a_flare, minutes
from tests.fakes_dispatcher import ID, Night, events
from tests.fakes_log import MemoryLog


async def test_a_fire_is_paged_once_at_opening_and_once_when_it_rises() -> None:
    """First at opening, grown when the severity rises, nothing for growth alone."""
    night = Night()
    await night.flares(
        a_flare("opened"),
        a_flare("updated", at=12, size=40),
        a_flare("grown", at=15, size=80, negative=18),
        a_flare("updated", at=20, negative=60, size=120),
        a_flare("grown", at=30, negative=90, size=300),
    )
    assert night.kinds == ["first", "grown"]
    incident = night.log.incidents[ID]
    assert (incident.severity, incident.size, incident.announced) == ("critical", 300, 300)
    assert [entry.what for entry in incident.timeline] == ["opened", "grown", "severity critical", "grown"]


async def test_the_event_lines_are_those_of_the_contract() -> None:
    """An opening gives an incident line and a page line with every promised field."""
    change = (await Night().flares(a_flare("opened")))[0]
    event, page = change.lines()
    assert {"event", "id", "brand", "topic", "state", "severity", "topics", "at", "started_at", "mood",
            "reasons"} == set(event)  # fmt: skip
    assert set(page) == {"event", "incident", "severity", "at", "to", "channel", "kind", "text"}
    assert (event["id"], event["started_at"], page["to"]) == (ID, "2026-11-20T17:40:00Z", "fallback")


@pytest.mark.parametrize(
    "flare",
    [
        a_flare("ember", negative=1, risks={"safety": 1}),
        a_flare("opened", mood="buzz", negative=99),
        a_flare("opened", mood="positive", negative=99),
    ],
)
async def test_embers_praise_and_buzz_page_nobody(flare: FlareUp) -> None:
    """They stand on the board, and nobody is woken, not even by reminders or their end."""
    night = Night()
    changes = await night.flares(flare)
    await night.tick(300)
    await night.flares(a_flare("closed", mood=flare.mood, at=400))
    assert events(changes) == [("triggered", "ember")]
    assert night.kinds == []
    assert night.log.incidents[ID].state == "resolved"


async def test_an_ember_that_opens_is_the_same_incident_and_pages_first() -> None:
    """The id of the ember stays, the page is a first one."""
    night = Night()
    await night.flares(a_flare("ember", negative=3), a_flare("opened", at=20))
    assert list(night.log.incidents) == [ID]
    assert night.kinds == ["first"]


async def test_buzz_that_turns_pages_first() -> None:
    """A campaign that becomes a fire under the same start wakes somebody."""
    night = Night()
    await night.flares(a_flare("opened", mood="buzz"), a_flare("updated", mood="negative", at=30))
    assert night.kinds == ["first"]
    assert night.log.incidents[ID].mood == "negative"


async def test_two_topics_of_a_brand_are_one_incident_until_both_are_out() -> None:
    """A merge is an event, not a page; the incident ends with its last part."""
    night = Night()
    changes = await night.flares(
        a_flare("opened"),
        a_flare("opened", topic="cookie", started=40, at=50),
        a_flare("closed", at=90, negative=1, size=2),
        a_flare("closed", topic="cookie", started=40, at=120, negative=1, size=2),
    )
    assert [change.event["topics"] for change in changes if change.event][1] == ["pudding", "cookie"]
    assert [state for state, _ in events(changes)] == ["triggered", "triggered", "triggered", "resolved"]
    assert night.kinds == ["first", "resolved"]


async def test_an_ember_elsewhere_is_absorbed_when_its_topic_joins_the_fire() -> None:
    """The ember of the cookie ends where the cookie burns in the incident of its brand."""
    night = Night()
    await night.flares(
        a_flare("ember", topic="cookie", started=0, at=1, negative=2),
        a_flare("opened", started=2, at=12),
        a_flare("opened", topic="cookie", started=20, at=30),
    )
    ember = night.log.incidents["sakura:cookie:20261120T1740Z"]
    assert ember.state == "resolved"
    assert ember.timeline[-1].why == "merged into sakura:pudding:20261120T1742Z"


async def test_flares_seen_again_after_a_crash_change_nothing() -> None:
    """A new dispatcher on the same log takes the same flare-ups without a new incident, page or line."""
    night = Night()
    flares = [a_flare("opened"), a_flare("grown", at=15, size=90, negative=50)]
    await night.flares(*flares)
    pages, timeline = dict(night.log.pages), night.log.incidents[ID].timeline
    again = Night(night.log)
    await again.dispatcher.restore(NIGHT + minutes(16))
    changes = await again.flares(*flares)
    assert [change.pages for change in changes if change.pages] == []
    assert [change.event for change in changes if change.event] == []
    assert night.log.pages == pages
    assert night.log.incidents[ID].timeline == timeline


async def test_a_reignition_reopens_and_pages_first_again() -> None:
    """The same incident is reopened and counted, also by a dispatcher that was started since."""
    night = Night()
    await night.flares(a_flare("opened"), a_flare("closed", at=60))
    later = Night(night.log)
    await later.dispatcher.restore(NIGHT + minutes(70))
    changes = await later.flares(a_flare("reignited", at=75))
    assert events(changes) == [("reopened", "warning")]
    assert night.kinds == ["first", "resolved", "first"]
    assert night.log.incidents[ID].reopened == 1


async def test_what_burnt_out_before_is_not_reopened_by_its_own_past() -> None:
    """Transitions from before the end, seen again after a crash, reopen nothing."""
    night = Night()
    flares = [a_flare("opened"), a_flare("closed", at=60)]
    await night.flares(*flares)
    later = Night(night.log)
    await later.dispatcher.restore(NIGHT + minutes(61))
    assert await later.dispatcher.flared(flares, now=NIGHT + minutes(61)) == []


async def test_publishers_are_told_every_state_and_nobody_is_paged_by_it() -> None:
    """A row per publisher and change carries the whole incident; figures alone are a state, not an event."""
    night = Night(publishers=("mqtt",))
    await night.flares(a_flare("opened"), a_flare("updated", at=11), a_flare("closed", at=60))
    rows: list[Page] = [page for page in night.log.pages.values() if page.channel == "mqtt"]
    assert [row.kind for row in rows] == ["event", "state", "event"]


async def test_a_log_that_fails_leaves_everything_to_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the flare-up is refused whole, and taken whole when tried again."""

    class FullLog(MemoryLog):
        async def record(self, incidents: Any, pages: Any) -> list[Page]:
            del incidents, pages
            raise LogError("no space left", retryable=True)

    full = FullLog()
    night = Night(full)
    with pytest.raises(LogError):
        await night.flares(a_flare("opened"))
    assert night.dispatcher.open_incidents == []
    monkeypatch.delattr(FullLog, "record")
    assert len((await night.flares(a_flare("opened")))[0].pages) == 1
