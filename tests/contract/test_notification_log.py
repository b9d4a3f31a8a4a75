"""What every notification log promises: in memory, in SQLite, and steadfast while either refuses."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec
import pytest

from alerts.escalation.record import Postponed
from alerts.incident import Entry, Explanation, Incident, Quote
from alerts.links.link import Link, LinkLog
from alerts.notification_log import NotificationLog, Page
from listener.steadfast import SteadfastLog
from listener.storage.database import Database
from models.clock import VirtualClock
from models.flareup import Reason
from tests.fakes_log import MemoryLog, RefusingLog

NOW = datetime(2026, 11, 20, 17, 40, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Log(NotificationLog, LinkLog, Protocol):
    """The port, and the one look inside that the suite needs."""

    async def page(self, key: str) -> Page | None:
        """Return one page as it stands, or None."""
        ...


@pytest.fixture(params=["memory", "steadfast", "steadfast refused", "sqlite :memory:", "sqlite file"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Log]:
    """Yield every adapter in turn."""
    if not request.param.startswith("sqlite"):
        yield MemoryLog() if request.param == "memory" else _steadfast(request.param)
        return
    path: Path | Literal[":memory:"] = (
        ":memory:" if request.param == "sqlite :memory:" else tmp_path / "hinoban.db"
    )
    async with Database.open(path, VirtualClock(NOW)) as database:
        yield database.log


def _steadfast(kind: str) -> SteadfastLog:
    """Return a steadfast log over one that works, or over one that takes nothing."""
    stored = RefusingLog()
    stored.refuses = kind.endswith("refused")
    return SteadfastLog(stored, VirtualClock(NOW))


def incident(name: str = "pudding", minutes: int = 0, **changes: Any) -> Incident:
    """Return an incident that opened so many minutes after the start."""
    at = NOW + minutes * MINUTE
    return msgspec.structs.replace(
        Incident(
            id=f"sakura:{name}:{at:%Y%m%dT%H%MZ}",
            brand="sakura",
            topic=name,
            topics=(name,),
            state="triggered",
            severity="warning",
            mood="negative",
            started_at=at,
            opened_at=at,
            updated_at=at,
            reasons=(Reason(signal="volume", value=38.0, expected=5.0),),
            explanation=Explanation(quotes=(Quote(source="jsonl", id="1", text="虫が入ってた", at=at),)),
            timeline=(Entry(at=at, what="opened"),),
        ),
        **changes,
    )


def page(key: str = "a", minutes: int = 0, **changes: Any) -> Page:
    """Return a page decided so many minutes after the start."""
    at = NOW + minutes * MINUTE
    return msgspec.structs.replace(
        Page(
            key=key,
            incident="sakura:pudding:20261120T1740Z",
            brand="sakura",
            channel="stdout",
            to="team",
            kind="first",
            severity="critical",
            created_at=at,
            decided_at=at,
            text="【緊急】さくらプリン",
            payload=msgspec.Raw('{"text":"虫"}'.encode()),
        ),
        **changes,
    )


async def test_an_empty_log_knows_nothing(log: Log) -> None:
    """Nothing recorded: nothing open, nothing due, nothing pending."""
    assert await log.open_incidents() == []
    assert await log.resolved_since(NOW) == []
    assert await log.incident("sakura:pudding:20261120T1740Z") is None
    assert await log.due("stdout", NOW, 10) == []
    assert await log.pending() == {}


async def test_an_incident_comes_back_as_it_was_recorded(log: Log) -> None:
    """Every field of an incident survives the log."""
    opened = incident()
    await log.record([opened], [])
    assert await log.incident(opened.id) == opened


async def test_a_page_comes_back_as_it_was_recorded(log: Log) -> None:
    """Every field of a page survives the log, its payload byte for byte."""
    recorded = page(quoted=("jsonl/1",), to="当番")
    await log.record([incident()], [recorded])
    assert await log.due("stdout", NOW, 10) == [recorded]


async def test_recording_an_incident_again_replaces_it(log: Log) -> None:
    """The latest value of an incident is the one that is remembered."""
    await log.record([incident()], [])
    grown = incident(severity="critical", size=76.0)
    await log.record([grown], [])
    assert await log.open_incidents() == [grown]


async def test_open_incidents_come_oldest_first_without_the_resolved(log: Log) -> None:
    """Resolved incidents are not open, the others come in the order in which they opened."""
    late, early = incident("b", 5), incident("a", 1)
    done = incident("c", 0, state="resolved", resolved_at=NOW + 9 * MINUTE)
    await log.record([late, done, early], [])
    assert await log.open_incidents() == [early, late]


async def test_snoozed_and_reopened_incidents_are_open(log: Log) -> None:
    """Only ``resolved`` closes an incident."""
    states = ("triggered", "acknowledged", "snoozed", "reopened")
    await log.record([incident(state, n, state=state) for n, state in enumerate(states)], [])
    assert [each.state for each in await log.open_incidents()] == list(states)


async def test_incidents_resolved_since_include_the_instant_itself(log: Log) -> None:
    """An incident resolved exactly then may be reopened, one resolved before may not."""
    before = incident("a", state="resolved", resolved_at=NOW + MINUTE)
    then = incident("b", state="resolved", resolved_at=NOW + 2 * MINUTE)
    await log.record([before, then, incident("c")], [])
    assert await log.resolved_since(NOW + 2 * MINUTE) == [then]


async def test_only_pages_that_are_new_are_returned(log: Log) -> None:
    """The same page decided twice is one row, and the second time is told."""
    first, second = page("a"), page("b", 1)
    assert await log.record([], [first]) == [first]
    assert await log.record([], [page("a", 7, text="other words"), second, second]) == [second]
    assert await log.due("stdout", NOW + 9 * MINUTE, 10) == [first, second]


async def test_a_delivered_page_decided_again_stays_delivered(log: Log) -> None:
    """After a crash the same page is decided again: it must not ring twice."""
    await log.record([], [page()])
    await log.confirm("a", NOW)
    assert await log.record([], [page()]) == []
    assert await log.due("stdout", NOW + MINUTE, 10) == []


async def test_due_pages_come_oldest_first_and_limited(log: Log) -> None:
    """The oldest pages are handed out first, no more than asked for."""
    pages = [page(key, minutes) for minutes, key in enumerate("abcd")]
    await log.record([], list(reversed(pages)))
    assert await log.due("stdout", NOW, 2) == pages[:2]


async def test_pages_of_the_same_instant_keep_their_order(log: Log) -> None:
    """Pages decided together go out in the order in which they were recorded."""
    await log.record([], [page("z"), page("a"), page("m")])
    assert [each.key for each in await log.due("stdout", NOW, 10)] == ["z", "a", "m"]


async def test_each_channel_has_its_own_pages(log: Log) -> None:
    """A channel is never handed another channel's page."""
    await log.record([], [page("a"), page("b", channel="mqtt")])
    assert [each.key for each in await log.due("mqtt", NOW, 10)] == ["b"]


async def test_a_postponed_page_waits_for_its_time(log: Log) -> None:
    """A page with ``next_at`` is due at that instant, not before."""
    await log.record([], [page(next_at=NOW + 5 * MINUTE)])
    assert await log.due("stdout", NOW + 4 * MINUTE, 10) == []
    assert len(await log.due("stdout", NOW + 5 * MINUTE, 10)) == 1


async def test_a_failed_attempt_is_counted_and_waits(log: Log) -> None:
    """A retry keeps the error, counts the attempt and postpones the page."""
    await log.record([], [page()])
    await log.retry("a", NOW + MINUTE, "connection refused")
    await log.retry("a", NOW + 3 * MINUTE, "time-out")
    assert await log.due("stdout", NOW + 2 * MINUTE, 10) == []
    [again] = await log.due("stdout", NOW + 3 * MINUTE, 10)
    assert (again.attempts, again.error, again.next_at) == (2, "time-out", NOW + 3 * MINUTE)


async def test_a_confirmed_page_is_done(log: Log) -> None:
    """Confirmation empties the outbox and clears the error of earlier attempts."""
    await log.record([], [page()])
    await log.retry("a", NOW, "time-out")
    await log.confirm("a", NOW + MINUTE)
    assert await log.due("stdout", NOW + MINUTE, 10) == []
    done = await log.page("a")
    assert done is not None
    assert (done.outcome, done.error, done.attempts) == ("done", "", 1)


async def test_a_buried_page_is_kept_as_a_dead_letter(log: Log) -> None:
    """An undeliverable page is never due again, but its reason is kept."""
    await log.record([], [page()])
    await log.bury("a", NOW + MINUTE, "410 Gone")
    assert await log.due("stdout", NOW + MINUTE, 10) == []
    dead = await log.page("a")
    assert dead is not None
    assert (dead.outcome, dead.error) == ("dead", "410 Gone")


async def test_a_late_failure_does_not_resurrect_a_delivered_page(log: Log) -> None:
    """Retry and bury touch pending pages only."""
    await log.record([], [page()])
    await log.confirm("a", NOW)
    await log.retry("a", NOW, "late")
    await log.bury("a", NOW, "later")
    done = await log.page("a")
    assert done is not None
    assert (done.outcome, done.attempts) == ("done", 0)
    assert await log.due("stdout", NOW + MINUTE, 10) == []


async def test_a_superseded_page_is_kept_unsent_with_the_one_that_does_for_it(log: Log) -> None:
    """It is never due again; one that was delivered meanwhile stays delivered."""
    await log.record([], [page("a", night=True), page("b"), page("c")])
    await log.confirm("b", NOW)
    await log.supersede("a", NOW, "c")
    await log.supersede("b", NOW, "c")
    assert [one.key for one in await log.due("stdout", NOW + MINUTE, 10)] == ["c"]
    found = [await log.page(key) for key in ("a", "b")]
    assert [one and (one.outcome, one.error) for one in found] == [
        ("superseded", "superseded by c"),
        ("done", ""),
    ]
    assert await log.night_pages(NOW - MINUTE) == {}


async def test_settling_an_unknown_page_is_harmless(log: Log) -> None:
    """A key that nobody knows (erased by age) changes nothing."""
    await log.confirm("nobody", NOW)
    await log.retry("nobody", NOW, "x")
    await log.bury("nobody", NOW, "x")
    await log.supersede("nobody", NOW, "x")
    assert await log.pending() == {}


async def test_pending_counts_each_channel_with_its_oldest_page(log: Log) -> None:
    """Pending pages are counted whether due or postponed; done and dead ones are not."""
    postponed = page("b", 2, next_at=NOW + 60 * MINUTE)
    pages = [page("a", 3), postponed, page("c", 1, channel="mqtt"), page("d"), page("e")]
    await log.record([], pages)
    await log.confirm("d", NOW)
    await log.bury("e", NOW, "gone")
    assert await log.pending() == {
        "stdout": (2, NOW + 2 * MINUTE),
        "mqtt": (1, NOW + MINUTE),
    }


async def test_the_sounds_of_a_night_are_counted_by_person(log: Log) -> None:
    """Two channels of one call are one sound, so is a bundled page; days and dead letters are none."""
    rang: dict[str, Any] = {"night": True, "to": "sato"}
    await log.record(
        [],
        [
            page("old", -9000, sound="0", **rang),
            page("push", sound="1", **rang),
            page("phone", sound="1", channel="phone", **rang),
            page("bundled", sound="1", silent=True, **rang),
            page("again", 3, sound="2", **rang),
            page("other", 6, sound="3", night=True, to="suzuki"),
            page("by day", 9, sound="4", to="sato"),
            page("lost", 12, sound="5", **rang),
        ],
    )
    await log.bury("lost", NOW, "no such number")
    assert await log.night_pages(NOW) == {"sato": 2, "suzuki": 1}


def a_link(digest: str = "d1g3st", **changes: Any) -> Link:
    """Return a link that acknowledges the pudding's incident."""
    link = Link(
        digest=digest,
        purpose="ack",
        incident=incident().id,
        to="sato",
        language="ja",
        zone="Asia/Tokyo",
        expires_at=NOW + 60 * MINUTE,
    )
    return msgspec.structs.replace(link, **changes)


async def test_a_link_comes_back_as_it_was_recorded_with_its_page(log: Log) -> None:
    """By its digest, for as long as it is kept; nobody else's is found."""
    await log.record([incident()], [page(links=(a_link(),))])
    assert await log.link("d1g3st") == a_link()
    assert await log.link("another") is None


async def test_a_page_decided_twice_leaves_the_links_of_the_text_that_goes_out(log: Log) -> None:
    """The first text is the one that is delivered, and its links work."""
    await log.record([], [page(text="first", links=(a_link("first"),))])
    assert await log.record([], [page(text="second", links=(a_link("second"),))]) == []
    [due] = await log.due("stdout", NOW, 10)
    assert due.text == "first"
    assert [await log.link(one.digest) for one in due.links] == [a_link("first")]


async def test_a_link_is_used_first_only_once(log: Log) -> None:
    """The first time counts; marking an unknown one is harmless."""
    await log.record([incident()], [page(links=(a_link(),))])
    await log.use_link("d1g3st", NOW + MINUTE)
    await log.use_link("d1g3st", NOW + 5 * MINUTE)
    await log.use_link("another", NOW)
    assert await log.link("d1g3st") == a_link(used_at=NOW + MINUTE)
    assert await log.link("another") is None


async def test_what_quiet_hours_kept_is_found_again(log: Log) -> None:
    """Incidents that postponed a page and changed since, whether it waits or not; no others."""
    kept = Postponed(to="sato", kind="first", severity="warning", at=NOW, until=NOW + 60 * MINUTE)
    sent = msgspec.structs.replace(kept, became="paged")
    waits, done = incident("waits", 1, postponed=(kept,)), incident("done", postponed=(sent,))
    old = incident("old", -9000, postponed=(kept,))
    await log.record([waits, incident("loud"), done, old], [])
    assert await log.with_postponed(NOW) == [done, waits]


async def test_who_behind_a_channel_has_a_page_comes_back_with_it(log: Log) -> None:
    """Each once, whatever else becomes of the page until it is settled; nobody has an unknown page."""
    await log.record([], [page()])
    for part in ("json (1)", "mailto (2)", "json (1)"):
        await log.note("a", part)
    await log.note("nobody", "json (1)")
    await log.retry("a", NOW + MINUTE, "503")
    [due] = await log.due("stdout", NOW + MINUTE, 10)
    assert (due.confirmed_by, due.attempts) == (("json (1)", "mailto (2)"), 1)
    await log.confirm("a", NOW + MINUTE)
    await log.note("a", "late (3)")
    done = await log.page("a")
    assert done is not None
    assert done.confirmed_by == ("json (1)", "mailto (2)")
