"""Mentions: stored in batches, scored later, re-fed after a crash, found again."""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from listener.storage import bigrams, intake, statements
from listener.storage.aggregate import Aggregate
from listener.storage.connection import Connection
from listener.storage.encoding import json_text
from listener.storage.instants import instant, micros
from listener.storage.intake import Intake, Receipt
from listener.storage.rows import mention_of
from models.mention import Mention, Score
from models.post import PostKey

SQL = statements.load("mentions")

_HOUR = 3_600_000_000  # microseconds


class Hour(NamedTuple):
    """The mentions of one hour of event time, and how many of them were judged how."""

    start: datetime
    mentions: int
    negative: int
    neutral: int
    positive: int


class Mentions(Aggregate):
    """The posts that concern somebody."""

    def __init__(self, writer: Connection, reader: Connection, now: Callable[[], datetime]) -> None:
        super().__init__(writer, reader)
        self._now = now

    async def store(self, batch: Intake) -> list[Receipt]:
        """Store a batch in one transaction; return one receipt per mention, in order."""
        now = self._now()
        durable = batch.durable or batch.cursor is not None
        return await self._writer.transact(
            lambda connection: intake.store(connection, batch, now), durable=durable
        )

    async def score(self, rows: Sequence[tuple[int, Score]], model: str) -> int:
        """Keep the judgements of *model* by mention number; return the number of the last judgement."""
        return await self._writer.transact(lambda connection: _score(connection, rows, model))

    async def unscored(self, limit: int) -> list[tuple[int, Mention]]:
        """Return mentions that wait for judging, newest first."""
        return await self._select("unscored", limit=limit)

    async def after(self, seq: int, limit: int) -> list[tuple[int, Mention]]:
        """Return the mentions numbered after *seq*, in order, with their scores."""
        return await self._select("after", seq=seq, limit=limit)

    async def judged_after(self, judged: int, seq: int, limit: int) -> list[tuple[int, int, Mention]]:
        """Return (judgement, number, mention) for judgements after *judged* on mentions up to *seq*.

        A snapshot that covers mentions up to *seq* may miss judgements made since: these are they.
        """
        rows = await self._rows(SQL["judged_after"], judged=judged, seq=seq, limit=limit)
        return [(row[29], *mention_of(row)) for row in rows]

    async def last(self) -> tuple[int, int]:
        """Return the numbers of the latest mention and of the latest judgement (0 when none)."""
        [[seq, judged]] = await self._rows(SQL["last"])
        return seq, judged

    async def of_post(self, key: PostKey) -> list[tuple[int, Mention]]:
        """Return the mentions of one post, which its reposts inherit."""
        return (await self.of_posts([key])).get(key, [])

    async def of_posts(self, keys: Collection[PostKey]) -> dict[PostKey, list[tuple[int, Mention]]]:
        """Return the mentions of some posts, which their reposts inherit; unknown posts are left out."""
        found: dict[PostKey, list[tuple[int, Mention]]] = {}
        for seq, mention in await self._select("of_posts", keys=json_text(list(keys))):
            found.setdefault(mention.post.key, []).append((seq, mention))
        return found

    async def recent_keys(self, since: datetime) -> set[PostKey]:
        """Return the identities of the posts first seen at or after *since*."""
        rows = await self._rows(SQL["recent_keys"], since=micros(since))
        return {PostKey(*row) for row in rows}

    async def window(
        self, brand: str, topics: Collection[str], since: datetime, until: datetime, limit: int
    ) -> list[Mention]:
        """Return what was said on *topics* in [since, until), most negative first, then newest."""
        values = {"brand": brand, "topics": json_text(list(topics))}
        found = await self._select("window", **values, since=micros(since), until=micros(until), limit=limit)
        return [mention for _, mention in found]

    async def hourly(self, brand: str, topic: str, since: datetime) -> list[Hour]:
        """Return the hours of event time that have mentions, in order; deleted posts still count."""
        rows = await self._rows(SQL["hourly"], brand=brand, topic=topic, since=micros(since))
        return [Hour(instant(hour * _HOUR), *counts) for hour, *counts in rows]

    async def search(
        self, text: str, *, brand: str | None = None, since: datetime | None = None, limit: int = 100
    ) -> list[tuple[int, Mention]]:
        """Return the mentions whose text holds every word of *text*, newest first.

        Words are parted by blanks and found anywhere, whatever their width and case; nothing is an operator.
        """
        query = bigrams.query(text)
        if not query:
            return []
        earliest = micros(since) if since else -(2**62)
        return await self._select("search", query=query, brand=brand, since=earliest, limit=limit)

    async def _select(self, statement: str, **values: Any) -> list[tuple[int, Mention]]:
        return [mention_of(row) for row in await self._rows(SQL[statement], **values)]


def _score(connection: sqlite3.Connection, rows: Sequence[tuple[int, Score]], model: str) -> int:
    last: int = connection.execute(SQL["number"], {"count": len(rows)}).fetchone()[0]
    judgements = [
        {**msgspec.structs.asdict(score), "seq": seq, "model": model, "judged": number}
        for number, (seq, score) in enumerate(rows, last - len(rows) + 1)
    ]
    connection.executemany(SQL["score"], judgements)
    return last
