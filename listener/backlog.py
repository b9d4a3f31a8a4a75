"""What waits to be scored: newest minute first, a random sample of it when there is too much."""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import msgspec
import structlog

from listener.sorting import lot
from models.mention import Mention, Score

log = structlog.get_logger(__name__)

FORGOTTEN = timedelta(hours=2)
"""What waited this long is no longer scored: it could not page any more."""

MOST = 200_000
"""Mentions that may wait; beyond that the oldest minutes are given up."""


class Waiting(msgspec.Struct, frozen=True):
    """A stored mention without a score, with the text that will be judged."""

    seq: int
    mention: Mention
    text: str


class _Lot(NamedTuple):
    """A place in the queue of a minute, drawn by the hash of the post id, then by arrival."""

    drawn: float
    came: int
    waiting: Waiting


class Scores(Protocol):
    """Scores texts; ``models.sentiment.batching`` does."""

    async def score(self, texts: Sequence[str]) -> list[Score]:
        """Return one score per text, in order."""
        ...


class Backlog:
    """Mentions by event minute; within one the order is a hash of the post id, so any cut is a sample."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._minutes: dict[int, list[_Lot]] = defaultdict(list)
        self._size = 0
        self._arrivals = itertools.count()

    def __len__(self) -> int:
        return self._size

    def add(self, waiting: Waiting) -> None:
        """Queue a mention for scoring."""
        # a heap, for in a fire sorting a whole minute for each bite would hold up the event loop
        heapq.heappush(
            self._minutes[_minute(waiting.mention.post.created_at)], _lot(waiting, next(self._arrivals))
        )
        self._size += 1
        if self._size > self._most:
            self._give_up(min(self._minutes))

    def take(self, limit: int) -> list[Waiting]:
        """Remove and return up to *limit* mentions of the newest minutes."""
        taken: list[Waiting] = []
        while self._minutes and len(taken) < limit:
            newest = max(self._minutes)
            lots = self._minutes[newest]
            while lots and len(taken) < limit:
                taken.append(heapq.heappop(lots).waiting)
            if not lots:
                del self._minutes[newest]
        self._size -= len(taken)
        return taken

    def drop_old(self, now: datetime) -> int:
        """Give up on what waited too long; return how many mentions stay without a score."""
        oldest = _minute(now - FORGOTTEN)
        return sum(self._give_up(minute) for minute in sorted(self._minutes) if minute < oldest)

    async def score(self, scores: Scores, limit: int) -> list[tuple[Waiting, Score]]:
        """Take up to *limit* mentions and score them; what fails waits again, unless its text is to blame."""
        waiting = self.take(limit)
        try:
            return list(zip(waiting, await scores.score([one.text for one in waiting]), strict=True))
        except Exception as error:  # noqa: BLE001 - a scorer's bug is one line, not a traceback a batch
            log.error("scoring_failed", why=f"{type(error).__name__}: {error}", mentions=len(waiting))
            return await self._one_by_one(scores, waiting)

    async def _one_by_one(self, scores: Scores, waiting: Sequence[Waiting]) -> list[tuple[Waiting, Score]]:
        scored: list[tuple[Waiting, Score]] = []
        failed: list[Waiting] = []
        for one in waiting:
            try:
                [score] = await scores.score([one.text])
            except Exception:  # noqa: BLE001 - was logged for the batch
                failed.append(one)
            else:
                scored.append((one, score))
        for one in failed:
            if scored:
                log.error("left_without_score", source=one.mention.post.source, post=one.mention.post.id)
            else:
                self.add(one)
        return scored

    def _give_up(self, minute: int) -> int:
        gone = len(self._minutes.pop(minute))
        self._size -= gone
        return gone


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


def _lot(waiting: Waiting, came: int) -> _Lot:
    return _Lot(lot(waiting.mention.post.id), came, waiting)
