"""What waits to be scored: newest minute first, a random sample of it when there is too much."""

import zlib
from collections import defaultdict
from datetime import datetime, timedelta

import msgspec

from models.mention import Mention

FORGOTTEN = timedelta(hours=2)
"""What waited this long is no longer scored: it could not page any more."""


class Waiting(msgspec.Struct, frozen=True):
    """A stored mention without a score, with the text that will be judged."""

    seq: int
    mention: Mention
    text: str


class Backlog:
    """Mentions by event minute; within one the order is a hash of the post id, so any cut is a sample."""

    def __init__(self) -> None:
        self._minutes: dict[int, list[Waiting]] = defaultdict(list)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, waiting: Waiting) -> None:
        """Queue a mention for scoring."""
        self._minutes[_minute(waiting.mention.post.created_at)].append(waiting)
        self._size += 1

    def take(self, limit: int) -> list[Waiting]:
        """Remove and return up to *limit* mentions of the newest minutes."""
        taken: list[Waiting] = []
        while self._minutes and len(taken) < limit:
            newest = max(self._minutes)
            waiting = sorted(self._minutes[newest], key=_lot)
            room = limit - len(taken)
            taken += waiting[:room]
            if waiting[room:]:
                self._minutes[newest] = waiting[room:]
            else:
                del self._minutes[newest]
        self._size -= len(taken)
        return taken

    def drop_old(self, now: datetime) -> int:
        """Give up on what waited too long; return how many mentions stay without a score."""
        oldest = _minute(now - FORGOTTEN)
        dropped = 0
        for minute in [minute for minute in self._minutes if minute < oldest]:
            dropped += len(self._minutes.pop(minute))
        self._size -= dropped
        return dropped


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


def _lot(waiting: Waiting) -> int:
    return zlib.crc32(waiting.mention.post.id.encode("utf-8", "surrogatepass"))
