"""What was stored, read again in the order in which it came: for whoever tries what-ifs on it."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from alerts.incident import Incident
from listener.storage import statements
from listener.storage.aggregate import Aggregate
from listener.storage.encoding import json_text
from listener.storage.instants import micros, optional_instant
from listener.storage.rows import post_of, score_of
from models.mention import Score
from models.post import Post, PostKey

SQL = statements.load("archive")

PAGE = 1_000
"""Rows read at a time: a reader that stays long would keep the daemon from tidying its log."""
_POST = 15  # columns of a post, then come its score, its arrival and its row
_LARGEST = 2**62

_post = msgspec.json.Decoder(Post)
_incident = msgspec.json.Decoder(Incident)


class Extent(NamedTuple):
    """When the first and the last stored post arrived, and the first and the last of the sample."""

    first: datetime | None
    last: datetime | None
    first_sampled: datetime | None
    last_sampled: datetime | None


class Sampled(NamedTuple):
    """How many unmatched posts of a source the sample holds, and how many they stand for."""

    kept: int
    stands_for: float


class Archive(Aggregate):
    """Reads stretches of the past, a page at a time; writes nothing."""

    async def extent(self) -> Extent:
        """Return what stretch of time is stored."""
        [row] = await self._rows(SQL["extent"])
        return Extent(*map(optional_instant, row))

    async def posts(self, since: datetime, until: datetime) -> AsyncIterator[tuple[Post, Score | None]]:
        """Yield the posts received in [since, until) that are still there, in order, with their scores."""
        async for row in self._paged("arrived", since, until):
            yield post_of(row), score_of(row[_POST:-2])

    async def again(self, keys: Collection[PostKey]) -> dict[PostKey, tuple[Post, Score | None]]:
        """Return some posts by identity, with their scores; what is not there, or deleted, is left out."""
        rows = await self._rows(SQL["again"], keys=json_text(list(keys)))
        found = ((post_of(row), score_of(row[_POST:])) for row in rows)
        return {post.key: (post, score) for post, score in found}

    async def samples(self, since: datetime, until: datetime) -> AsyncIterator[tuple[Post, float]]:
        """Yield the sampled unmatched posts of [since, until), and which share of their like was kept."""
        async for rate, body, *_ in self._paged("sampled", since, until):
            yield _post.decode(body), rate

    async def sampled(self, since: datetime, until: datetime) -> dict[str, Sampled]:
        """Return the size of the sample by source; a source without any is left out."""
        rows = await self._rows(SQL["sampled_by_source"], since=micros(since), until=micros(until))
        return {source: Sampled(*counts) for source, *counts in rows}

    async def lost(self, since: datetime, until: datetime) -> tuple[int, int]:
        """Return how many posts of [since, until) were deleted, and how many have lost their author."""
        [[deleted, anonymous]] = await self._rows(SQL["lost"], since=micros(since), until=micros(until))
        return deleted, anonymous

    async def fires(self, since: datetime, until: datetime) -> list[Incident]:
        """Return the incidents that opened in [since, until), oldest first."""
        rows = await self._rows(SQL["fires_between"], since=micros(since), until=micros(until))
        return [_incident.decode(body) for (body,) in rows]

    async def _paged(
        self, statement: str, since: datetime, until: datetime
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Yield rows that end with their arrival and a number, by which the next page is found."""
        at, number, end = micros(since) - 1, _LARGEST, micros(until)
        while rows := await self._rows(SQL[statement], at=at, id=number, until=end, limit=PAGE):
            for row in rows:
                yield row
            if len(rows) < PAGE:
                return
            at, number = rows[-1][-2:]
