"""A full disk degrades alerting, it does not stop it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from alerts.incident import Incident
from alerts.links.link import Link, digest
from alerts.notification_log import LogError, Page
from listener.steadfast import PAUSE, SteadfastLog
from listener.storage.database import Database
from models.clock import VirtualClock
from tests.builders import NIGHT
from tests.fakes_log import RefusingLog
from tests.log_rows import MINUTE, NOW, incident, page


@pytest.fixture
def stored() -> RefusingLog:
    """Give a log that can be told to refuse."""
    return RefusingLog()


@pytest.fixture
def clock() -> VirtualClock:
    """Stand still."""
    return VirtualClock(NOW)


@pytest.fixture
def log(stored: RefusingLog, clock: VirtualClock) -> SteadfastLog:
    """Decorate it."""
    return SteadfastLog(stored, clock)


async def test_a_refused_page_is_handed_out_all_the_same(log: SteadfastLog, stored: RefusingLog) -> None:
    """It is new, due, pending, and its incident is open; the stored log knows nothing of it."""
    stored.refuses = True
    assert await log.record([incident()], [page()]) == [page()]
    assert await log.due("stdout", NOW, 9) == [page()]
    assert await log.pending() == {"stdout": (1, NOW)}
    assert await log.open_incidents() == [incident()]
    assert await log.incident(incident().id) == incident()
    assert (stored.pages, stored.incidents) == ({}, {})
    assert log.held == 2
    assert log.trouble == "the disk is full"


async def test_what_was_held_is_written_with_its_final_outcome(
    log: SteadfastLog, stored: RefusingLog, clock: VirtualClock
) -> None:
    """Delivered, dead and postponed in memory: so they stand in the log when there is room again."""
    stored.refuses = True
    await log.record([incident()], [page("a"), page("b"), page("c"), page("d"), page("e")])
    await log.record([incident(severity="critical")], [])
    await log.confirm("a", NOW)
    await log.bury("b", NOW, "410 Gone")
    await log.retry("c", NOW + MINUTE, "time-out")
    await log.supersede("e", NOW, "d")
    stored.refuses = False
    clock.set(NOW + PAUSE)
    assert [one.key for one in await log.due("stdout", NOW, 9)] == ["d"]
    outcomes = [one.outcome for one in stored.pages.values()]
    assert outcomes == ["done", "dead", "pending", "pending", "superseded"]
    assert (stored.pages["c"].attempts, stored.pages["c"].next_at) == (1, NOW + MINUTE)
    assert stored.incidents[incident().id].severity == "critical"
    assert (log.held, log.trouble) == (0, "")


async def test_stored_pages_are_settled_while_the_disk_is_full(
    log: SteadfastLog, stored: RefusingLog, clock: VirtualClock
) -> None:
    """A page recorded before is delivered once, though its confirmation cannot be written yet."""
    await log.record([], [page("a"), page("b"), page("c", 1)])
    stored.refuses = True
    await log.confirm("a", NOW)
    await log.retry("b", NOW + MINUTE, "time-out")
    assert [one.key for one in await log.due("stdout", NOW, 1)] == ["c"]
    assert await log.pending() == {"stdout": (2, NOW)}
    [again, _] = await log.due("stdout", NOW + MINUTE, 9)
    assert (again.key, again.attempts) == ("b", 1)
    assert stored.pages["a"].outcome == "pending"
    stored.refuses = False
    clock.set(NOW + PAUSE)
    assert await log.flush()
    assert (stored.pages["a"].outcome, stored.pages["b"].error) == ("done", "time-out")


async def test_a_page_that_is_stored_is_not_new(log: SteadfastLog, stored: RefusingLog) -> None:
    """Decided again after a restart with a full disk, it rings no second time."""
    await log.record([], [page("a")])
    await log.confirm("a", NOW)
    stored.refuses = True
    assert await log.record([incident()], [page("a"), page("b"), page("b")]) == [page("b")]


async def test_a_busy_log_is_left_alone_for_a_moment(
    log: SteadfastLog, stored: RefusingLog, clock: VirtualClock
) -> None:
    """Each try may take seconds: paging must not wait for it with every call."""
    stored.refuses = True
    for number in range(20):
        await log.record([], [page(str(number))])
        await log.due("stdout", NOW, 9)
    assert stored.tried == 1
    clock.set(NOW + PAUSE)
    await log.pending()
    assert stored.tried == 2


async def test_a_log_that_cannot_be_read_stops_no_page_either(
    log: SteadfastLog, stored: RefusingLog, clock: VirtualClock
) -> None:
    """A damaged file: what is decided from now on is known from memory, and the rest when it can be read."""
    await log.record([incident()], [page("a")])
    stored.refuses = stored.blind = True
    stored.retryable = False
    assert await log.incident(incident().id) is None
    assert await log.record([incident("b")], [page("b")]) == [page("b")]
    await log.confirm("a", NOW)
    await log.confirm("nobody", NOW)
    assert [one.key for one in await log.due("stdout", NOW, 9)] == ["b"]
    assert await log.pending() == {"stdout": (1, NOW)}
    assert await log.page("b") == page("b")
    stored.refuses = stored.blind = False
    clock.set(NOW + PAUSE)
    assert [one.key for one in await log.due("stdout", NOW, 9)] == ["b"]
    assert stored.pages["a"].outcome == "done"


async def test_a_link_that_cannot_be_read_is_not_taken_for_a_forged_one(
    log: SteadfastLog, stored: RefusingLog
) -> None:
    """Whoever taps is told to try again, not that the link is wrong; one that is held here works."""
    stored.blind = True
    with pytest.raises(LogError):
        await log.link(digest("of a page that is stored"))
    assert log.trouble
    stored.refuses = True
    link = Link(
        digest=digest("of a page that is held"),
        purpose="ack",
        incident=incident().id,
        to="sato",
        language="en",
        zone="Asia/Tokyo",
        expires_at=NOW + 9 * MINUTE,
    )
    await log.record([incident()], [page(links=(link,))])
    assert await log.link(link.digest) == link


async def test_trouble_is_said_once_and_its_end_too(
    log: SteadfastLog, stored: RefusingLog, clock: VirtualClock
) -> None:
    """One error when it starts, one line when it ends, however many calls lie between."""
    stored.refuses = True
    with capture_logs() as said:
        for number in range(5):
            await log.record([], [page(str(number))])
            clock.set(clock.now() + PAUSE)
        stored.refuses = False
        await log.flush()
        await log.record([], [page("z")])
    assert [(line["log_level"], line["event"]) for line in said] == [
        ("error", "log_refuses"),
        ("info", "log_works_again"),
    ]


async def test_reading_again_ends_a_trouble_of_reading(log: SteadfastLog, stored: RefusingLog) -> None:
    """Nothing was held, so nothing has to be written first."""
    stored.blind = True
    await log.incident("x")
    assert log.trouble
    stored.blind = False
    assert await log.due("stdout", NOW, 9) == []
    assert log.trouble == ""


async def test_resolved_incidents_in_memory_can_be_reopened(log: SteadfastLog, stored: RefusingLog) -> None:
    """The overlay answers the same questions as the log: an incident resolved in memory is not open."""
    await log.record([incident(), incident("b", 1)], [])
    stored.refuses = True
    done = incident(state="resolved", resolved_at=NOW + 5 * MINUTE)
    await log.record([done], [])
    assert await log.open_incidents() == [incident("b", 1)]
    assert await log.resolved_since(NOW + 5 * MINUTE) == [done]
    assert await log.resolved_since(NOW + 6 * MINUTE) == []


class Choosy(RefusingLog):
    """Cannot encode one of the pages."""

    async def record(self, incidents: Sequence[Incident], pages: Sequence[Page]) -> list[Page]:
        """Keep all, or none where one is odd."""
        self._refuse()
        if any(one.key == "odd" for one in pages):
            raise OverflowError("too large to convert")
        return await super().record(incidents, pages)


async def test_one_page_that_cannot_be_written_does_not_hold_back_the_others() -> None:
    """It is given up, loudly; what can be written is."""
    stored, clock = Choosy(), VirtualClock(NOW)
    log = SteadfastLog(stored, clock)
    stored.refuses = True
    await log.record([incident()], [page("a"), page("odd"), page("b")])
    stored.refuses = False
    clock.set(NOW + PAUSE)
    with capture_logs() as said:
        assert await log.flush()
    assert list(stored.pages) == ["a", "b"]
    assert incident().id in stored.incidents
    assert [line["event"] for line in said] == ["record_given_up", "log_works_again"]
    stored.refuses = True
    await log.record([], [page("odd")])
    clock.set(clock.now() + PAUSE)
    assert not await log.flush()


async def test_a_real_database_without_room_and_with_room_again(tmp_path: Path) -> None:
    """The whole way over SQLite: refused, delivered from memory, written, and there after a restart."""
    clock, path = VirtualClock(NIGHT), tmp_path / "hinoban.db"
    async with Database.open(path, clock) as database:
        log = SteadfastLog(database.log, clock)
        await log.record([incident("before")], [page("before")])
        await database._writer.run(lambda connection: connection.execute("PRAGMA query_only = ON").fetchall())
        assert await log.record([incident("in")], [page("in")]) == [page("in")]
        assert [one.key for one in await log.due("stdout", NOW, 9)] == ["before", "in"]
        for key in ("before", "in"):
            await log.confirm(key, NOW)
        assert await log.due("stdout", NOW, 9) == []
        assert "is read-only" in log.trouble
        await database._writer.run(
            lambda connection: connection.execute("PRAGMA query_only = OFF").fetchall()
        )
        clock.set(clock.now() + PAUSE)
        assert await log.flush()
    async with Database.open(path, clock) as database:
        assert [one.topic for one in await database.log.open_incidents()] == ["before", "in"]
        assert await database.log.pending() == {}
        kept = await database.log.page("in")
        assert kept is not None
        assert kept.outcome == "done"


async def test_a_start_that_cannot_read_the_log_says_so(log: SteadfastLog) -> None:
    """What was open is asked for once, at the start: guessing there would forget a fire."""

    class Unreadable(RefusingLog):
        async def open_incidents(self) -> list[Incident]:
            raise LogError("damaged", retryable=False)

    with pytest.raises(LogError, match="damaged"):
        await SteadfastLog(Unreadable(), VirtualClock(NOW)).open_incidents()
    assert await log.open_incidents() == []


async def test_who_has_a_page_is_not_forgotten_over_a_full_disk(
    log: SteadfastLog, stored: RefusingLog, clock: VirtualClock
) -> None:
    """Noted in memory, over a page that is stored and one that is not, and written when there is room."""
    await log.record([], [page("stored")])
    stored.refuses = True
    await log.record([], [page("held")])
    for key in ("stored", "held"):
        await log.note(key, "json (1)")
        await log.note(key, "json (1)")
        await log.retry(key, NOW, "503")
    assert {one.key: one.confirmed_by for one in await log.due("stdout", NOW, 9)} == {
        "stored": ("json (1)",),
        "held": ("json (1)",),
    }
    stored.refuses = False
    await clock.advance(PAUSE)
    assert await log.flush()
    assert {key: one.confirmed_by for key, one in stored.pages.items()} == {
        "stored": ("json (1)",),
        "held": ("json (1)",),
    }
