"""What no list wanted and what nobody could read: the sample of unmatched posts, and the quarantine."""

import sqlite3
from datetime import datetime
from typing import NamedTuple

import msgspec

from listener.storage import statements
from listener.storage.aggregate import Aggregate
from listener.storage.encoding import legible
from listener.storage.instants import instant, micros
from models.post import Post

SQL = statements.load("leftovers")

LARGEST_FRAME = 64 * 1024  # bytes kept of a bad frame
MOST_FRAMES = 1_000  # kept per source
_LONGEST_REASON = 500


class Samples(Aggregate):
    """A rolling sample of the posts that matched nothing, so that a wider list can be previewed."""

    async def since(self, since: datetime, limit: int) -> list[Post]:
        """Return sampled posts received at or after *since*, oldest first."""
        rows = await self._rows(SQL["samples"], since=micros(since), limit=limit)
        return [msgspec.json.decode(body, type=Post) for (body,) in rows]

    async def rates(self, since: datetime) -> dict[str, float]:
        """Return, per source, which share of its unmatched posts the sample holds; no key: cannot tell."""
        rows = await self._rows(SQL["rates"], since=micros(since))
        return {source: kept / stands_for for source, kept, stands_for in rows}


class Frame(NamedTuple):
    """A frame that could not be read: its beginning, and its whole size in bytes."""

    source: str
    at: datetime
    reason: str
    raw: bytes
    size: int


class Quarantine(Aggregate):
    """Frames that could not be read, kept apart for whoever mends it; the newest 1,000 per source."""

    async def add(self, source: str, at: datetime, reason: str, raw: bytes) -> None:
        """Keep the first 64 KiB of *raw* with the *reason* why it was refused, and count it."""
        values = {
            "source": source,
            "at": micros(at),
            "reason": legible(reason)[:_LONGEST_REASON],
            "raw": raw[:LARGEST_FRAME],
            "size": len(raw),
            "most": MOST_FRAMES,
        }

        def work(connection: sqlite3.Connection) -> None:
            for statement in ("quarantine", "count", "crowd_out"):
                connection.execute(SQL[statement], values)

        await self._writer.transact(work)

    async def latest(self, limit: int) -> list[Frame]:
        """Return the latest frames, newest first."""
        rows = await self._rows(SQL["frames"], limit=limit)
        return [Frame(source, instant(at), *rest) for source, at, *rest in rows]

    async def totals(self) -> dict[str, int]:
        """Return how many frames each source ever had refused, also those no longer kept."""
        return dict(await self._rows(SQL["totals"]))
