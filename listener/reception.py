"""How each source is doing: joined to metrics, to the quarantine, and to the silence printed on pages."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import structlog

from listener.metrics import Metrics
from models.clock import Clock
from models.post import Gap, Item

log = structlog.get_logger(__name__)

SILENT = timedelta(seconds=60)
"""A source that is down for less than this is only reconnecting."""

FRAMES = 1_000
"""Quarantined frames waiting to be stored; beyond that they are only counted."""


class Frame(NamedTuple):
    """A frame that could not be read, waiting for the quarantine."""

    source: str
    at: datetime
    reason: str
    raw: bytes


class Reception:
    """What one source reports; implements ``listener.sources.source.Report``."""

    def __init__(self, source: str, metrics: Metrics, clock: Clock, frames: deque[Frame]) -> None:
        self.source = source
        self.down_since: datetime | None = clock.now()
        self.refused = ""
        self.posts = 0
        self.last: datetime | None = None
        self._metrics = metrics
        self._clock = clock
        self._frames = frames
        self._gap_counted = clock.now()

    def up(self) -> None:
        """Note that the connection stands."""
        self._count_open_gap(self._clock.now())
        self.down_since, self.refused = None, ""
        self._metrics.source_up.labels(self.source).set(1)

    def down(self, why: str, *, permanent: bool = False) -> None:
        """Note that the connection is lost, perhaps for good."""
        if self.down_since is None:
            self.down_since = self._gap_counted = self._clock.now()
        self.refused = why if permanent else ""
        self._metrics.source_up.labels(self.source).set(0)

    def received(self, posts: int) -> None:
        """Count posts."""
        self.posts += posts
        self.last = self._clock.now()
        self._metrics.posts_received.labels(self.source).inc(posts)
        self._metrics.source_last_received.labels(self.source).set(self.last.timestamp())

    def dropped(self, reason: str, posts: int) -> None:
        """Count lost posts."""
        self._metrics.posts_dropped.labels(self.source, reason).inc(posts)

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Keep a frame for the quarantine."""
        if len(self._frames) < FRAMES:
            self._frames.append(Frame(self.source, self._clock.now(), reason, raw))

    def poisoned(self, item: Item, error: Exception) -> None:
        """Keep an item apart that no stage could take."""
        self.dropped("bad", 1)
        self.quarantined(_written(item), f"{type(error).__name__}: {error}")

    def alive(self, at: datetime) -> None:
        """Bytes came; connections are watched by the source itself."""

    def lag(self, seconds: float) -> None:
        """Show how far behind the newest event is."""
        self._metrics.source_lag.labels(self.source).set(seconds)

    def gap(self, gap: Gap) -> None:
        """Count the part of a reported gap that was not counted while it was open."""
        if gap.end is not None and not gap.backfilled:
            start = max(gap.start, self._gap_counted) if self._gap_counted <= gap.end else gap.start
            self._metrics.source_gap_seconds.labels(self.source).inc(
                max(0.0, (min(gap.end, self._clock.now()) - start).total_seconds())
            )

    def silent_since(self, now: datetime) -> datetime | None:
        """Return since when the source has been silent, None while it speaks or only reconnects."""
        return self.down_since if self.down_since and now - self.down_since >= SILENT else None

    def tick(self, now: datetime, note: Callable[[str, datetime], None]) -> None:
        """Let an open gap grow, and tell *note* of a silence."""
        if self.down_since is not None:
            self._count_open_gap(now)
            if since := self.silent_since(now):
                note(self.source, since)

    def _count_open_gap(self, now: datetime) -> None:
        if self.down_since is not None:
            grown = max(0.0, (now - self._gap_counted).total_seconds())
            self._metrics.source_gap_seconds.labels(self.source).inc(grown)
        self._gap_counted = now


def _written(item: Item) -> bytes:
    try:
        return msgspec.json.encode(item)
    except Exception:  # noqa: BLE001 - it may be here because it cannot be written
        return repr(item).encode("utf-8", "backslashreplace")


def silent(receptions: Iterable[Reception], now: datetime) -> list[tuple[str, datetime]]:
    """Return the sources that are silent, and since when, by name."""
    found = {reception.source: reception.silent_since(now) for reception in receptions}
    return [(name, since) for name, since in sorted(found.items()) if since is not None]
