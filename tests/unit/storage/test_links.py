"""One-tap links in the file: hashed, in the transaction of their page, and gone in time."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.links.link import digest
from alerts.notification_log import Page
from listener.storage.database import Database
from listener.storage.retention import Policy
from models.clock import VirtualClock
from tests.fakes_alerts import NIGHT, a_flare
from tests.fakes_log import MemoryLog
from tests.taps import Night, tokens


async def pages_of(night: Night) -> list[Page]:
    """Return the pages of a fire, as they were recorded."""
    return await night.flares(a_flare("opened", negative=40, size=80))


async def test_a_token_is_nowhere_in_the_file_once_its_page_is_out(path: Path, clock: VirtualClock) -> None:
    """A copy of the database acknowledges nothing: not from the links, and not from the pages."""
    async with Database.open(path, clock) as database:
        pages = await pages_of(Night(database.log))
        waiting = await database.log.due("mail", NIGHT + timedelta(hours=1), 9)
        assert tokens(waiting[0].text) == tokens(pages[0].text)
        await database.log.confirm(pages[0].key, NIGHT)
        await database.log.bury(pages[1].key, NIGHT, "no such number")
        for page in pages:
            kept = await database.log.page(page.key)
            assert kept is not None
            assert "対応する: https://watch.example/a/…\n" in kept.text
            assert kept.links == page.links
    given = tokens(pages[0].text)
    written = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert len(given) == 3
    assert [token for token in given if token.encode() in written] == []


async def test_links_and_page_are_stored_together_or_not_at_all(
    path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between the two would leave a page whose button does nothing."""
    async with Database.open(path, clock) as database:

        def broken(*_: object) -> None:
            raise sqlite3.OperationalError("disk I/O error")

        night = Night(database.log)
        with monkeypatch.context() as patch:
            patch.setattr("listener.storage.log._quotations", broken)
            with pytest.raises(Exception, match="disk I/O error"):
                await pages_of(night)
        rows = await database.log._rows("SELECT count(*) FROM links")
        assert rows == [(0,)]
        assert await database.log.due("mail", NIGHT + timedelta(hours=1), 9) == []


async def test_links_of_a_page_decided_again_work_too(database: Database) -> None:
    """After a crash its other text may be out already, delivered from memory."""
    first = await pages_of(Night(database.log))
    night = Night(MemoryLog())
    night.mint.minted = 500
    second = await pages_of(night)
    assert [page.key for page in second] == [page.key for page in first]
    assert await database.log.record([], second) == []
    for text in (first[0].text, second[0].text):
        found = [await database.log.link(digest(token)) for token in tokens(text)]
        assert [link.purpose for link in found if link] == ["ack", "snooze", "not_a_fire"]


async def test_a_link_is_forgotten_a_month_after_it_expired(database: Database, clock: VirtualClock) -> None:
    """Until then whoever taps it is told that it expired, not that it is forged."""
    del clock
    pages = await pages_of(Night(database.log))
    key = pages[0].links[0].digest
    await database.retention.sweep(NIGHT + timedelta(days=32), Policy())
    assert await database.log.link(key) is not None
    gone = await database.retention.sweep(NIGHT + timedelta(days=34), Policy())
    assert gone["drop_links"] == 3
    assert await database.log.link(key) is None
