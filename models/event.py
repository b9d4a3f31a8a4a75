"""What a brand knows beforehand: campaigns, broadcasts, launches."""

from datetime import datetime
from typing import Literal

import msgspec

EventKind = Literal["campaign", "broadcast", "launch", "sale", "announcement", "other"]

EXPECTED: dict[EventKind, float] = {
    "campaign": 4.0,
    "broadcast": 10.0,
    "launch": 5.0,
    "sale": 3.0,
    "announcement": 3.0,
    "other": 2.0,
}
"""Up to how many times the usual number of people is no surprise, where nobody says a number."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event, from ``start`` to before ``end``; ``topics`` are slugs, none means every topic of the brand.

    ``expected`` is the multiple of the usual number of people up to which more is no surprise.
    """

    kind: EventKind
    start: datetime
    end: datetime
    expected: float
    topics: tuple[str, ...] = ()
    note: str = ""

    def concerns(self, topic: str) -> bool:
        """Tell whether the event is about *topic*."""
        return not self.topics or topic in self.topics
