"""What every notification log promises to an outbox: nothing due is lost, nothing settled comes back."""

from typing import Any

from tests.contract.conftest import Log
from tests.log_rows import MINUTE, NOW, page


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


async def test_what_one_of_several_got_at_night_was_a_sound(log: Log) -> None:
    """Though the channel's other service refused it for good, or a newer page came before that one had it."""
    await log.record([], [page(key, night=True, to="sato", sound=key) for key in ("half", "closed", "none")])
    for key in ("half", "closed"):
        await log.note(key, "json (1)")
    await log.bury("half", NOW, "mailto (2): 550 no such user")
    await log.supersede("closed", NOW, "newer")
    await log.bury("none", NOW, "gone")
    assert await log.night_pages(NOW) == {"sato": 2}


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
