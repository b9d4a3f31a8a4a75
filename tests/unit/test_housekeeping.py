"""What is done beside the way of a post."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from structlog.testing import capture_logs

from config.settings import Storage
from listener.housekeeping import Housekeeping
from listener.reception import Frame
from listener.storage.database import MEMORY, Database
from listener.storage.intake import Intake
from models.clock import VirtualClock
from tests.beside import beside
from tests.builders import NIGHT, a_mention

HOUR = timedelta(hours=1)


class Desk(NamedTuple):
    """A housekeeping and what it keeps."""

    housekeeping: Housekeeping
    database: Database
    frames: deque[Frame]
    clock: VirtualClock

    async def refuse(self, yes: bool) -> None:  # noqa: FBT001 - a switch
        """Make the disk full, or give it room."""
        pragma = f"PRAGMA query_only = {'ON' if yes else 'OFF'}"
        await self.database._writer.run(lambda connection: connection.execute(pragma).fetchall())

    def frame(self, raw: bytes = b"{") -> None:
        """Keep a frame apart."""
        self.frames.append(Frame("bluesky", NIGHT, "not JSON", raw))

    async def pass_time(self, by: timedelta) -> None:
        """Let time pass, and the database its turn."""
        await self.clock.advance(by)
        for _ in range(3):
            await self.database.meta.get("nothing")
            await asyncio.sleep(0)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Run a housekeeping over a database in memory."""
    clock, frames = VirtualClock(NIGHT), deque[Frame]()
    async with Database.open(MEMORY, clock) as database:
        housekeeping = Housekeeping(database, Storage(posts_days=1), frames, clock)
        async with beside(housekeeping.run()):
            await asyncio.sleep(0)
            yield Desk(housekeeping, database, frames, clock)


async def test_frames_are_written_every_few_seconds(desk: Desk) -> None:
    """With where they came from and why they were refused."""
    desk.frame(b"{1")
    desk.frame(b"{2")
    await desk.pass_time(timedelta(seconds=2))
    assert [frame.raw for frame in await desk.database.quarantine.latest(9)] == [b"{2", b"{1"]
    assert not desk.frames


async def test_frames_wait_for_a_full_disk(desk: Desk) -> None:
    """They stay, it is said once, and they are written when there is room."""
    await desk.refuse(yes=True)
    desk.frame()
    with capture_logs() as said:
        for _ in range(3):
            await desk.pass_time(timedelta(seconds=2))
    assert [line["event"] for line in said] == ["housekeeping_refused"]
    assert len(desk.frames) == 1
    await desk.refuse(yes=False)
    await desk.pass_time(timedelta(seconds=2))
    assert len(await desk.database.quarantine.latest(9)) == 1


async def test_what_waits_for_the_disk_is_tried_every_few_seconds(desk: Desk) -> None:
    """A sender must not wait for the next post, or the next minute, to hear that its own is stored."""
    asked: list[bool] = []

    async def catch_up() -> bool:
        asked.append(True)
        return False

    desk.housekeeping._catch_up = catch_up
    await desk.pass_time(timedelta(seconds=2))
    await desk.pass_time(timedelta(seconds=2))
    assert len(asked) == 2


async def test_a_frame_that_cannot_be_written_is_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is written."""
    add = desk.database.quarantine.add

    async def fragile(source: str, at: datetime, reason: str, raw: bytes) -> None:
        if raw == b"odd":
            raise OverflowError
        await add(source, at, reason, raw)

    monkeypatch.setattr(desk.database.quarantine, "add", fragile)
    desk.frame(b"odd")
    desk.frame(b"{")
    with capture_logs() as said:
        await desk.housekeeping.write()
    assert [frame.raw for frame in await desk.database.quarantine.latest(9)] == [b"{"]
    assert [line["event"] for line in said] == ["frame_given_up"]


async def test_old_posts_are_forgotten_every_hour(desk: Desk) -> None:
    """By the days of the configuration."""
    await desk.database.mentions.store(Intake(mentions=[a_mention(id="a")]))
    desk.clock.set(NIGHT + 25 * HOUR)
    await desk.housekeeping._sweep()
    assert await desk.database.mentions.after(0, 9) == []


async def test_nothing_is_swept_within_the_hour(desk: Desk) -> None:
    """It costs a transaction over everything."""
    await desk.database.mentions.store(
        Intake(mentions=[a_mention(id="a", created_at=NIGHT - 30 * HOUR, received_at=NIGHT - 30 * HOUR)])
    )
    desk.clock.set(NIGHT + HOUR / 2)
    await desk.housekeeping._sweep()
    assert len(await desk.database.mentions.after(0, 9)) == 1
    desk.clock.set(NIGHT + HOUR)
    await desk.housekeeping._sweep()
    assert await desk.database.mentions.after(0, 9) == []
