"""Posts from files with their own times, in their own order: what ``replay``, ``demo`` and tests read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, Protocol

from listener.sources import post_line
from listener.sources.json_frame import KEPT, LONGEST, BadPost
from models.post import Deletion, Post

_NEIGHBOURS = 15
_AHEAD = timedelta(hours=2)  # as old as a post may be to count as on time: one such clock would make all late
_LONG_AHEAD = timedelta(days=30)  # at the end of a file, where nothing that follows gives it away
_IN_ORDER = 0.9
_FEW = 3  # lines after one, below which a wrong time could be their median


class Report(Protocol):
    """What hears of lines that could not be read: a part of ``listener.sources.source.Report``."""

    def dropped(self, reason: str, posts: int) -> None:
        """Count posts that were lost here."""
        ...

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Keep apart what could not be read."""
        ...


class _Dated(NamedTuple):
    """A line, and when its post says that it arrived; None where it says nothing of its own."""

    raw: bytes
    at: datetime | None


def posts(lines: Iterable[bytes], *, source: str, report: Report) -> Iterator[Post | Deletion]:
    """Yield the posts of *lines* as if they arrived now in that order.

    A line's ``received_at`` counts; without one it is the latest ``created_at`` seen so far. A post that
    is dated long after those that follow it does not move that on: it counts as written on arrival.
    """
    read = [_dated(raw) for line in lines if (raw := line.removeprefix(b"\xef\xbb\xbf").strip())]
    ahead = _ahead(read)
    latest: datetime | None = None
    for number, (raw, _) in enumerate(read):
        try:
            item = post_line.decode(raw, source=source, received_at=None, latest=latest)
        except BadPost as error:
            report.quarantined(raw[:KEPT], error.reason)
            report.dropped("oversize" if len(raw) > LONGEST else "bad", 1)
            continue
        if number in ahead:
            now = latest or ahead[number]
            item = post_line.decode(raw, source=source, received_at=now)
        elif isinstance(item, Post):
            latest = max(latest or item.created_at, item.created_at)
        if item is not None:
            yield item


def _dated(raw: bytes) -> _Dated:
    try:
        item = post_line.decode(raw, source="", received_at=None)
    except BadPost:
        return _Dated(raw, None)
    # Without a received_at of its own a post says that it arrived when it was written.
    own = isinstance(item, Post) and item.received_at == item.created_at
    return _Dated(raw, item.created_at if own and isinstance(item, Post) else None)


def _ahead(read: Sequence[_Dated]) -> dict[int, datetime]:
    """Return the lines that are dated after all that surrounds them, each with the time of its neighbours.

    Where the whole file is in disorder, or has the newest first, nobody can say which of its times are wrong.
    """
    dated = [(number, line.at) for number, line in enumerate(read) if line.at is not None]
    times = [at for _, at in dated]
    orderly = sum(later >= earlier - _AHEAD for earlier, later in pairwise(times))
    rising = sum(later >= earlier for earlier, later in pairwise(times))
    if orderly < _IN_ORDER * (len(times) - 1) - 1 or 2 * rising < len(times) - 2:
        return {}
    found: dict[int, datetime] = {}
    latest: datetime | None = None
    for place, (number, at) in enumerate(dated):
        after = sorted(times[place + 1 : place + 1 + _NEIGHBOURS])
        many = len(after) >= _FEW
        around = after[len(after) // 2] if many else latest or min(after, default=at)
        # Where many late posts follow a punctual one, what came before it bears it out.
        unheard = latest is None or at - latest > _AHEAD
        if unheard and at - around > (_AHEAD if many else _LONG_AHEAD):
            found[number] = around
        else:
            latest = max(latest or at, at)
    return found
