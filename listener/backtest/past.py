"""The stored posts of a period, in the order in which they came, with what stands for the unstored ones."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import msgspec

from listener.backtest.period import DAY, Period
from listener.replay import arrival
from listener.storage.archive import Sampled
from listener.storage.database import Database
from models.mention import Score
from models.post import Gap, Item, Post, PostKey

ECHO = "~"
"""What parts the id of a sampled post from the number of its echo."""


class Past(msgspec.Struct):
    """What a rehearsal is fed.

    ``rates`` says of each sampled post which share of its like was kept; ``scores`` are the stored
    judgements by text; ``stored`` counts the tested posts by source.
    """

    items: list[Item]
    rates: dict[PostKey, float]
    scores: dict[str, Score]
    stored: dict[str, int]
    sampled: dict[str, Sampled]
    gaps: list[Gap]
    deleted: int = 0
    anonymous: int = 0
    unscored: int = 0

    def weight(self, key: PostKey) -> float:
        """Return for how many posts one stands (Horvitz and Thompson 1952: 1 / the chance to be kept)."""
        return 1.0 / self.rates.get(key, 1.0)


async def read(database: Database, period: Period, wanted: Callable[[Post], bool]) -> Past:
    """Read a period, of the sample only the posts that are *wanted* by a list of either side."""
    archive = database.archive
    past = Past([], {}, {}, {}, await archive.sampled(period.start, period.end), [])
    past.gaps = await database.gaps.overlapping(period.learn, period.end)
    past.deleted, past.anonymous = await archive.lost(period.start, period.end)
    whole: list[Post] = []
    async for post, score in archive.posts(period.learn, period.end):
        whole.append(post)
        if score is not None:
            past.scores[post.text] = score
        if period.tests(post.received_at):
            past.stored[post.source] = past.stored.get(post.source, 0) + 1
            past.unscored += score is None and bool(post.text)
    known = {post.key for post in whole}
    sample: list[Post] = []
    async for post, rate in archive.samples(period.learn, period.end):
        if post.key not in known and wanted(post):
            sample.append(post)
            past.rates[post.key] = rate
    echoes = _echoes(sample, period)
    past.items = sorted([*whole, *sample, *echoes, *_outages(past.gaps)], key=arrival)
    return past


def _outages(gaps: Iterable[Gap]) -> Iterator[Gap]:
    """Yield each gap when it begins, and again when it ends: before, nobody knew how long it would last."""
    for gap in gaps:
        yield msgspec.structs.replace(gap, end=None)
        if gap.end is not None:
            yield gap


def _echoes(sample: Iterable[Post], period: Period) -> Iterator[Post]:
    """Yield the sample again, whole days earlier, for the learned days that it does not reach.

    Else its first day would look like a spike of everything that a wider list newly finds.
    """
    if period.sampled is None:
        return
    span = max(DAY, (period.end - period.sampled) // DAY * DAY)
    unknown = min(period.sampled, period.start)
    for post in sample:
        for number in range(1, (period.end - period.learn) // span + 2):
            at = post.received_at - number * span
            end = period.sampled - (number - 1) * span
            if max(period.learn, end - span) <= at < min(end, unknown):
                yield _earlier(post, number, number * span)


def _earlier(post: Post, number: int, by: timedelta) -> Post:
    return msgspec.structs.replace(
        post,
        id=f"{post.id}{ECHO}{number}",
        created_at=post.created_at - by,
        received_at=post.received_at - by,
    )
