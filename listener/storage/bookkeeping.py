"""What the daemon keeps of itself: cursors, gaps, snapshots and a few words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from listener.storage import intake, statements
from listener.storage.aggregate import Aggregate
from listener.storage.connection import Connection
from listener.storage.instants import instant, micros, optional_instant
from models.post import Gap

SQL = statements.load("bookkeeping")


class Cursors(Aggregate):
    """Where each source resumes; saved by ``Mentions.store`` together with what was read."""

    async def load(self, source: str) -> str | None:
        """Return the cursor of *source*, or None when it never had one."""
        rows = await self._rows(SQL["load_cursor"], source=source)
        return rows[0][0] if rows else None


class Gaps(Aggregate):
    """Stretches in which a source told us nothing."""

    async def add(self, gap: Gap) -> None:
        """Keep *gap*; told again with the same source and start, it is closed or marked as backfilled."""
        await self._write(intake.SQL["gap"], **intake.gap_values(gap))

    async def close(self, source: str, end: datetime, *, backfilled: bool = False) -> None:
        """End every open gap of *source*."""
        await self._write(SQL["close_gaps"], source=source, ends=micros(end), backfilled=backfilled)

    async def open(self) -> list[Gap]:
        """Return the gaps that have no end yet, oldest first."""
        return [_gap(row) for row in await self._rows(SQL["open_gaps"])]

    async def overlapping(self, since: datetime, until: datetime) -> list[Gap]:
        """Return the gaps that have a part in [since, until), oldest first."""
        rows = await self._rows(SQL["overlapping_gaps"], since=micros(since), until=micros(until))
        return [_gap(row) for row in rows]


class Snapshot(NamedTuple):
    """What a part of the program knew once it had seen mention ``seq`` and judgement ``judged``."""

    seq: int
    judged: int
    saved_at: datetime
    blob: bytes


class State(Aggregate):
    """Snapshots that shorten the replay after a restart."""

    def __init__(self, writer: Connection, reader: Connection, now: Callable[[], datetime]) -> None:
        super().__init__(writer, reader)
        self._now = now

    async def save(self, name: str, seq: int, blob: bytes, *, judged: int = 0) -> None:
        """Keep *blob*, which covers the mentions up to *seq* and the judgements up to *judged*."""
        saved_at = micros(self._now())
        await self._write(
            SQL["save_snapshot"], name=name, seq=seq, judged=judged, saved_at=saved_at, blob=blob
        )

    async def load(self, name: str) -> Snapshot | None:
        """Return the snapshot of *name*, or None."""
        for seq, judged, saved_at, blob in await self._rows(SQL["load_snapshot"], name=name):
            return Snapshot(seq, judged, instant(saved_at), blob)
        return None


class Meta(Aggregate):
    """A few words to keep, by key."""

    async def set(self, key: str, value: str) -> None:
        """Keep *value* under *key*."""
        await self._write(SQL["set_meta"], key=key, value=value, durable=True)

    async def get(self, key: str) -> str | None:
        """Return what is kept under *key*, or None."""
        rows = await self._rows(SQL["get_meta"], key=key)
        return rows[0][0] if rows else None


def _gap(row: tuple[Any, ...]) -> Gap:
    source, starts, ends, reason, backfilled = row
    return Gap(
        source=source,
        start=instant(starts),
        end=optional_instant(ends),
        reason=reason,
        backfilled=bool(backfilled),
    )
