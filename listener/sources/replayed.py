"""Posts from files with their own times, in their own order: what ``replay``, ``demo`` and tests read."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from listener.sources import post_line
from listener.sources.json_frame import KEPT, LONGEST, BadPost
from models.post import Deletion, Post


class Report(Protocol):
    """What hears of lines that could not be read: a part of ``listener.sources.source.Report``."""

    def dropped(self, reason: str, posts: int) -> None:
        """Count posts that were lost here."""
        ...

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Keep apart what could not be read."""
        ...


def posts(lines: Iterable[bytes], *, source: str, report: Report) -> Iterator[Post | Deletion]:
    """Yield the posts of *lines* as if they arrived now in that order.

    A line's ``received_at`` counts; without one it is the latest ``created_at`` seen so far.
    """
    latest: datetime | None = None
    for line in lines:
        raw = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not raw:
            continue
        try:
            item = post_line.decode(raw, source=source, received_at=None, latest=latest)
        except BadPost as error:
            report.quarantined(raw[:KEPT], error.reason)
            report.dropped("oversize" if len(raw) > LONGEST else "bad", 1)
            continue
        if isinstance(item, Post):
            latest = max(latest or item.created_at, item.created_at)
        if item is not None:
            yield item
