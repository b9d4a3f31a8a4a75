"""The stored posts of a period in the order in which they came, a slice at a time, never as a whole."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from listener.backtest.period import DAY, Period
from listener.replay import arrival
from listener.storage.archive import Archive, Sampled
from listener.storage.database import Database
from models.mention import Score
from models.post import Gap, Item, Post, PostKey

ECHO = "~"
"""What parts the id of a sampled post from the number of its echo."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=6)
"""How long slices may be: whole minutes, for a minute passes as one."""
FEW, MANY = 250, 2_000
"""How many items make the next slice twice as long, or half."""


class Slice(NamedTuple):
    """What came up to ``until``.

    ``scores`` are the stored judgements by text; ``rates`` says of each sampled post which share of its
    like was kept.
    """

    until: datetime
    items: list[Item]
    scores: dict[str, Score]
    rates: dict[PostKey, float]

    def weight(self, key: PostKey) -> float:
        """Return for how many posts one stands (Horvitz and Thompson 1952: 1 / the chance to be kept)."""
        return 1.0 / self.rates.get(key, 1.0)


class Past(msgspec.Struct):
    """What is known of a period; ``stored`` counts the tested posts by source.

    ``stored``, ``unscored`` and ``found``, how many of the sample either side wants, are complete only
    when all slices were read.
    """

    sampled: dict[str, Sampled]
    gaps: list[Gap]
    deleted: int = 0
    anonymous: int = 0
    stored: dict[str, int] = {}
    unscored: int = 0
    found: int = 0


class Reader:
    """Reads a period, of the sample only the posts that are *wanted* by a list of either side."""

    def __init__(self, archive: Archive, period: Period, past: Past, wanted: Callable[[Post], bool]) -> None:
        self.past = past
        self._archive = archive
        self._period = period
        self._wanted = wanted

    @classmethod
    async def of(cls, database: Database, period: Period, wanted: Callable[[Post], bool]) -> "Reader":
        """Return what reads *period* from *database*."""
        archive = database.archive
        deleted, anonymous = await archive.lost(period.start, period.end)
        past = Past(
            sampled=await archive.sampled(period.start, period.end),
            gaps=await database.gaps.overlapping(period.learn, period.end),
            deleted=deleted,
            anonymous=anonymous,
        )
        return cls(archive, period, past, wanted)

    async def slices(self) -> AsyncIterator[Slice]:
        """Yield the whole period, in order; an outage that began before it comes first."""
        since, end, span = self._period.learn, self._period.end, SHORTEST
        outages = sorted(_outages(self.past.gaps), key=arrival)
        while since < end:
            until = min(since + span, end)
            found = Slice(until, [], {}, {})
            await self._add_stored(found, since)
            await self._add_sampled(found, since)
            found.items.extend([gap for gap in outages if arrival(gap) < until or until == end])
            outages = [gap for gap in outages if arrival(gap) >= until]
            found.items.sort(key=arrival)
            yield found
            since, span = until, _next_span(span, len(found.items))

    async def again(self, keys: Collection[PostKey]) -> list[Post]:
        """Return posts that came long before, which a repost points to."""
        found = await self._archive.again(keys)
        return [found[key][0] for key in keys if key in found]

    async def _add_stored(self, found: Slice, since: datetime) -> None:
        past = self.past
        async for post, score in self._archive.posts(since, found.until):
            found.items.append(post)
            if score is not None:
                found.scores[post.text] = score
            if self._period.tests(post.received_at):
                past.stored[post.source] = past.stored.get(post.source, 0) + 1
                past.unscored += score is None and bool(post.text)

    async def _add_sampled(self, found: Slice, since: datetime) -> None:
        for post, rate in await self._sample(since, found.until):
            found.items.append(post)
            found.rates[post.key] = rate
        self.past.found += len(found.rates)
        for number, first, last, by in self._echoing(since, found.until):
            echoed = await self._sample(first + by, min(last + by, self._period.end))
            found.items.extend(_earlier(post, number, by) for post, _ in echoed)

    async def _sample(self, since: datetime, until: datetime) -> list[tuple[Post, float]]:
        """Return the wanted posts of the sample that were not stored as well."""
        given = [(post, rate) async for post, rate in self._archive.samples(since, until)]
        wanted = [(post, rate) for post, rate in given if self._wanted(post)]
        if not wanted:
            return []
        stored = await self._archive.again([post.key for post, _ in wanted])
        period = self._period
        known = {key for key, (post, _) in stored.items() if period.learn <= post.received_at < period.end}
        return [(post, rate) for post, rate in wanted if post.key not in known]

    def _echoing(
        self, since: datetime, until: datetime
    ) -> Iterator[tuple[int, datetime, datetime, timedelta]]:
        """Yield each echo between *since* and *until*: number, stretch, and how much later its sample is.

        Moved back by whole days, the sample fills the learned days that it does not reach: else its first
        day would look like a spike of everything that a wider list newly finds.
        """
        period, sampled = self._period, self._period.sampled
        if sampled is None:
            return
        span = max(DAY, (period.end - sampled) // DAY * DAY)
        unknown = min(sampled, period.start)
        for number in range(1, (period.end - period.learn) // span + 2):
            first = max(period.learn, sampled - number * span, since)
            last = min(sampled - (number - 1) * span, unknown, until)
            if first < last:
                yield number, first, last, number * span


def _next_span(span: timedelta, items: int) -> timedelta:
    if items > MANY:
        return max(SHORTEST, span // 2 // SHORTEST * SHORTEST)
    return min(LONGEST, span * 2) if items < FEW else span


def _outages(gaps: Iterable[Gap]) -> Iterator[Gap]:
    """Yield each gap when it begins, and again when it ends: before, nobody knew how long it would last."""
    for gap in gaps:
        yield msgspec.structs.replace(gap, end=None)
        if gap.end is not None:
            yield gap


def _earlier(post: Post, number: int, by: timedelta) -> Post:
    return msgspec.structs.replace(
        post,
        id=f"{post.id}{ECHO}{number}",
        created_at=post.created_at - by,
        received_at=post.received_at - by,
    )
