"""What was stored of the last days, through the present keyword lists: the lessons of a re-learning."""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from listener.answering import Finder
from listener.backlog import Scores
from listener.census import Census, whole_hours
from listener.recognition import Recognition
from listener.storage.database import Database
from models.keyword import TopicKey
from models.mention import Mention, Score
from models.post import Gap, Post
from models.volume.duplicates import Clusters
from models.volume.relearning import Lesson

DAYS = timedelta(days=7)
"""How far a re-learning looks back: every hour of the week once, and as long as the sample is kept."""
DAY = timedelta(days=1)
BITE = 200
"""Posts that are matched before anybody else gets a turn."""
SCORED = 512
"""Sampled posts that are scored; of more a random part is."""
HOLE = timedelta(minutes=3)
"""An hour of which a source missed more is not learned from."""
MINOR = 0.05
"""A source with less of the posts than this is not missed."""
BUSY = 5.0
"""Stored posts an hour from which on an hour without any was not watched."""


class Wanted(NamedTuple):
    """What is to be learned: these topics, from posts before *since*; the *widened* ones let more in."""

    keys: Collection[TopicKey]
    since: datetime
    widened: Collection[TopicKey]


class StoredPast:
    """Reads the archive for one re-learning, a bite at a time."""

    def __init__(self, database: Database, finder: Finder, scores: Scores, cap: int) -> None:
        self._database = database
        self._scores = scores
        self._census = Census(cap)
        self._recognition = Recognition(Clusters())
        self._recognition.use(finder)
        self._sources: Counter[str] = Counter()
        self._hours: Counter[int] = Counter()

    async def lessons(self, wanted: Wanted) -> dict[TopicKey, Lesson]:
        """Return what each topic would have had; nothing is held up meanwhile."""
        extent = await self._database.archive.extent()
        start = max(
            wanted.since - DAYS, min(filter(None, (extent.first, extent.first_sampled)), default=wanted.since)
        )
        await self._stored(wanted, start)
        await self._sampled(wanted, start)
        sampled_since = extent.first_sampled
        tells = sampled_since is not None and sampled_since <= wanted.since - DAY
        stands_for = await self._stands_for(start, wanted.since)
        lessons = {}
        for key in wanted.keys:
            new = key in wanted.widened
            first = max(start, sampled_since) if new and sampled_since else start
            hours = whole_hours(first, wanted.since)
            lesson = self._census.lesson(
                key, hours, left_out=await self._unwatched(hours), unseen=stands_for if new else 0.0
            )
            lessons[key] = lesson._replace(told=tells or not new)
        return lessons

    async def _stored(self, wanted: Wanted, start: datetime) -> None:
        bite: list[tuple[Post, Score | None]] = []
        async for row in self._database.archive.posts(start, wanted.since):
            bite.append(row)
            if len(bite) == BITE:
                await asyncio.to_thread(self._count, bite, wanted.keys)
                bite = []
        await asyncio.to_thread(self._count, bite, wanted.keys)

    def _count(self, bite: Sequence[tuple[Post, Score | None]], keys: Collection[TopicKey]) -> None:
        for post, known in bite:
            self._sources[post.source] += 1
            self._hours[int(post.created_at.timestamp() // 3600)] += 1
            for mention in self._recognition.mentions_of(post):
                score = known or mention.score
                if score is not None and known is not None:
                    self._recognition.learned(mention, known)
                if mention.key in keys:
                    self._census.add(mention, score.label if score else None)

    async def _sampled(self, wanted: Wanted, start: datetime) -> None:
        """Count what the sample holds of the newly matched, with the mood of those that were scored."""
        found: list[tuple[Mention, float]] = []
        bite: list[tuple[Post, float]] = []
        async for row in self._database.archive.samples(start, wanted.since):
            bite.append(row)
            if len(bite) == BITE:
                found += await asyncio.to_thread(self._matched, bite, wanted.keys)
                bite = []
        found += await asyncio.to_thread(self._matched, bite, wanted.keys)
        step = max(1.0, len(found) / SCORED)
        chosen = [found[int(at * step)][0] for at in range(int(len(found) / step))]
        negative: dict[TopicKey, list[bool]] = {}
        for first in range(0, len(chosen), 16):
            some = chosen[first : first + 16]
            scores = await self._scores.score([mention.post.text for mention in some])
            for mention, score in zip(some, scores, strict=True):
                negative.setdefault(mention.key, []).append(score.label == "negative")
        for mention, rate in found:
            seen = negative.get(mention.key, [])
            self._census.estimate(mention, 1.0 / rate, sum(seen) / len(seen) if seen else 0.0)

    def _matched(
        self, bite: Sequence[tuple[Post, float]], keys: Collection[TopicKey]
    ) -> list[tuple[Mention, float]]:
        found = []
        for post, rate in bite:
            self._hours[int(post.created_at.timestamp() // 3600)] += 1
            found += [
                (mention, rate) for mention in self._recognition.mentions_of(post) if mention.key in keys
            ]
        return found

    async def _stands_for(self, start: datetime, until: datetime) -> float:
        sampled = (await self._database.archive.sampled(start, until)).values()
        kept = sum(source.kept for source in sampled)
        return sum(source.stands_for for source in sampled) / kept if kept else 0.0

    async def _unwatched(self, hours: range) -> set[int]:
        """Return the hours in which a source that matters was not heard, or nothing at all was."""
        if not hours:
            return set()
        whole = sum(self._sources.values())
        found: set[int] = set()
        if whole / len(hours) >= BUSY:
            found = {hour for hour in hours if not self._hours[hour]}
        start, end = (datetime.fromtimestamp(hour * 3600, tz=UTC) for hour in (hours.start, hours.stop))
        for gap in await self._database.gaps.overlapping(start, end):
            if not gap.backfilled and self._sources[gap.source] > MINOR * whole:
                found.update(_missed(gap, end))
        return found


def _missed(gap: Gap, end: datetime) -> list[int]:
    """Return the hours of which a gap takes more than a few minutes."""
    first, last = gap.start.timestamp(), min(gap.end or end, end).timestamp()
    hours = range(int(first // 3600), int(last // 3600) + 1)
    least = HOLE.total_seconds()
    return [hour for hour in hours if min(last, (hour + 1) * 3600) - max(first, hour * 3600) > least]
