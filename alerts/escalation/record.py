"""What an incident remembers of whom it called, so that a restart goes on where the last watch stopped."""

from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal["first", "grown", "reminder", "escalation", "resolved"]
Became = Literal["", "paged", "grew", "over"]


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One round of asking, from its first page until somebody answers.

    ``kind`` and ``occasion`` are those of its first page; ``ask`` is who is asked before the rota, because
    their acknowledgement ran out; ``done`` is how many steps of the ladder were taken; ``until`` is when
    somebody is awake, while the round is postponed; ``spared`` were woken too often this week.
    """

    at: datetime
    kind: Kind
    occasion: str
    ask: str = ""
    done: int = 0
    until: datetime | None = None
    spared: tuple[str, ...] = ()


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """The last page of an incident to one receiver: when, and by which channels it made which sound.

    ``first`` is when they were called first, where that was another page, ``times`` how often they were.
    """

    to: str
    at: datetime
    severity: str
    channels: tuple[str, ...] = ()
    sound: str = ""
    first: datetime | None = None
    times: int = 1


class Postponed(msgspec.Struct, frozen=True, kw_only=True):
    """A page that quiet hours held back: whose, which, since when, until when at the latest, and why.

    ``became`` is what happened to it since: it still waits (empty), it was ``paged`` in the morning, the
    incident ``grew`` and rang after all, or it was ``over``: by itself, or something newer took its place.
    """

    to: str
    kind: str
    severity: str
    at: datetime
    until: datetime
    why: str = ""
    became: Became = ""
