"""What the tests of sources share: a report that remembers, surroundings, and reading until enough came."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime

from listener.sources.source import DROP_REASONS, Source, Surroundings
from models.clock import Clock, VirtualClock
from models.post import Batch, Deletion, Gap, Item, Post

NIGHT = datetime(2026, 11, 20, 17, 40, 12, tzinfo=UTC)
SECRET = "an invented secret of tests"


class Remembered:
    """A Report that keeps everything it hears."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.posts = 0
        self.drops: dict[str, int] = {}
        self.kept_apart: list[tuple[bytes, str]] = []
        self.heard: list[datetime] = []
        self.lags: list[float] = []

    def up(self) -> None:
        """Remember."""
        self.events.append("up")

    def down(self, why: str, *, permanent: bool = False) -> None:
        """Remember."""
        self.events.append(("refused: " if permanent else "down: ") + why)

    def received(self, posts: int) -> None:
        """Count."""
        self.posts += posts

    def dropped(self, reason: str, posts: int) -> None:
        """Count, by a reason of the closed list."""
        assert reason in DROP_REASONS
        self.drops[reason] = self.drops.get(reason, 0) + posts

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Remember, and insist on the bound."""
        assert len(raw) <= 4096
        self.kept_apart.append((raw, reason))

    def alive(self, at: datetime) -> None:
        """Remember."""
        self.heard.append(at)

    def lag(self, seconds: float) -> None:
        """Remember."""
        self.lags.append(seconds)


def surroundings(clock: Clock | None = None, report: Remembered | None = None) -> Surroundings:
    """Return what a source is built with in tests."""
    return Surroundings(clock or VirtualClock(NIGHT), report or Remembered(), lambda _: SECRET, "test")


class Reading:
    """What one reading of a source gave."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    @property
    def items(self) -> list[Item]:
        """Return every item, in order."""
        return [item for batch in self.batches for item in batch.items]

    @property
    def posts(self) -> list[Post]:
        """Return the posts."""
        return [item for item in self.items if isinstance(item, Post)]

    @property
    def texts(self) -> list[str]:
        """Return the texts of the posts."""
        return [post.text for post in self.posts]

    @property
    def gaps(self) -> list[Gap]:
        """Return the gaps."""
        return [item for item in self.items if isinstance(item, Gap)]

    @property
    def deletions(self) -> list[Deletion]:
        """Return the deletions."""
        return [item for item in self.items if isinstance(item, Deletion)]

    @property
    def cursor(self) -> str | None:
        """Return the cursor of the last batch that had one."""
        return next((batch.cursor for batch in reversed(self.batches) if batch.cursor), None)


async def read(
    source: Source,
    enough: Callable[[Reading], bool],
    cursor: str | None = None,
    *,
    confirm: bool = True,
    reading: Reading | None = None,
) -> Reading:
    """Read *source* until *enough*, confirming each batch; fails after 20 s."""
    reading = reading or Reading()
    async with asyncio.timeout(20), aclosing(source.batches(cursor)) as batches:
        async for batch in batches:
            reading.batches.append(batch)
            if confirm and batch.confirm:
                batch.confirm()
            if enough(reading):
                break
    return reading


def texts(count: int) -> Callable[[Reading], bool]:
    """Return a condition: so many posts came."""
    return lambda reading: len(reading.posts) >= count


async def first(batches: AsyncIterator[Batch]) -> Batch:
    """Return the next batch."""
    async with asyncio.timeout(20):
        return await anext(batches)
