"""What every notification log promises: in memory, in SQLite, and steadfast while either refuses."""

from typing import Any

import msgspec

from alerts.escalation.record import Postponed
from alerts.links.link import Link
from tests.contract.conftest import Log
from tests.log_rows import MINUTE, NOW, incident, page


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
