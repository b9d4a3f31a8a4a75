"""Where a Jetstream was read to: a time (v1), or a sequence number of that server and a time (v2)."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Self

from listener.sources.jetstream_wire import EPOCH, Event

FIRST_TIME = 10**15
REWIND_US = 5_000_000
# About five seconds of the whole network; v2 delivers from its cursor on, reordered only at a cut-over.
REWIND_EVENTS = 5_000


class Cursor(NamedTuple):
    """``time_us`` is the event's time; ``seq`` is 0 for a cursor of the v1 wire."""

    time_us: int
    seq: int = 0

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the cursor written by ``str``; None for anything else."""
        seq, at, time_us = text.rpartition("@")
        if not (time_us.isdecimal() and time_us.isascii() and len(time_us) < 18):  # noqa: PLR2004 - the year 5138
            return None
        if at and not (seq.isdecimal() and seq.isascii()):
            return None
        # A smaller number is no time on this wire (2001), but the cursor of another kind of source.
        return cls(int(time_us), int(seq or 0)) if int(time_us) >= FIRST_TIME else None

    @classmethod
    def after(cls, event: Event, wire: str) -> Self:
        """Return the cursor that resumes after *event*."""
        if wire == "v1":
            return cls(event.cursor)
        return cls((event.at - EPOCH) // timedelta(microseconds=1), event.cursor)

    def __str__(self) -> str:
        return f"{self.seq}@{self.time_us}" if self.seq else str(self.time_us)

    @property
    def at(self) -> datetime:
        """Return the time of the event."""
        return datetime.fromtimestamp(self.time_us / 1e6, UTC)

    def asked(self, wire: str) -> int:
        """Return what to ask the server for: rewound; either wire also takes a time (>= 10^15)."""
        if wire == "v2" and self.seq:
            return max(1, self.seq - REWIND_EVENTS)
        return max(0, self.time_us - REWIND_US)
