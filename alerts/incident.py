"""What people own: one incident for one flare-up, across the topics and sources of a brand."""

from datetime import datetime
from typing import Literal

import msgspec

from models.flareup import Mood, Reason

IncidentState = Literal["triggered", "acknowledged", "snoozed", "resolved", "reopened"]
Severity = Literal["ember", "warning", "critical"]
Verdict = Literal["real", "noise", "campaign", "not_us"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the timeline: what changed, when, by whom, by which channel, and why."""

    at: datetime
    what: str
    by: str = ""
    channel: str = ""
    why: str = ""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A representative post: its key (``source``, ``id``), its text, and how many say the same."""

    source: str
    id: str
    text: str
    author: str = ""
    url: str = ""
    at: datetime | None = None
    others: int = 0


Sign = Literal["hashtag", "copies", "source", "author", "weak", "scattered"]


class Harmless(msgspec.Struct, frozen=True, kw_only=True):
    """A counted sign that it may be no fire: a share of ``of`` posts or people; ``what`` is its name."""

    sign: Sign
    share: float
    of: int
    what: str = ""


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows beside the figures; every word of it is quoted or counted, none invented.

    ``carriers`` are (handle, when, people reached through observed reposts and quotes); ``blind`` names
    what is not watched, ``silent`` what is silent now, ``harmless`` the signs that it may be no fire.
    """

    quotes: tuple[Quote, ...] = ()
    terms: tuple[str, ...] = ()
    starter: Quote | None = None
    carriers: tuple[tuple[str, datetime, int], ...] = ()
    sources: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    silent: tuple[tuple[str, datetime], ...] = ()
    harmless: tuple[Harmless, ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one topic contributes to an incident, as of its last flare-up transition (``at``)."""

    topic: str
    started_at: datetime
    at: datetime
    burning: bool
    size: float = 0.0
    negative: float = 0.0
    negative_expected: float = 0.0
    share: float = 0.0
    share_low: float = 0.0
    share_high: float = 0.0
    risks: dict[str, int] = {}


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One flare-up as people handle it; every change is a new value.

    ``id`` is ``brand:topic:20261120T1740Z`` (the flare-up's start), frozen at opening. ``size`` and
    ``peak`` are negative people per hour; ``announced`` is the size at the last growth line. The figures
    are those of the part that burns most: a person may speak of two topics, so parts are not summed.
    ``opened_size`` and ``opened_sources`` remember where it began; ``paged_at`` is the last decided page;
    while ``held_below`` is above 0 somebody said "not a fire" and nothing pages below that size;
    ``revision`` counts the changes, so that an old state never replaces a newer one. ``risks`` are
    authors in two hours by risk class, ``summary`` is the headline as its receiver reads it.
    """

    id: str
    brand: str
    topic: str
    topics: tuple[str, ...]
    state: IncidentState
    severity: Severity
    mood: Mood
    started_at: datetime
    opened_at: datetime
    updated_at: datetime
    reasons: tuple[Reason, ...] = ()
    explanation: Explanation = Explanation()
    size: float = 0.0
    peak: float = 0.0
    announced: float = 0.0
    negative: int = 0
    negative_expected: float = 0.0
    share: float = 0.0
    share_low: float = 0.0
    share_high: float = 0.0
    found_late: bool = False
    learning_since: datetime | None = None
    owner: str = ""
    ack_until: datetime | None = None
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None
    verdict: Verdict | None = None
    reopened: int = 0
    timeline: tuple[Entry, ...] = ()
    parts: tuple[Part, ...] = ()
    sources: tuple[str, ...] = ()
    opened_size: float = 0.0
    opened_sources: int = 0
    paged_at: datetime | None = None
    held_below: float = 0.0
    revision: int = 1
    risks: dict[str, int] = {}
    summary: str = ""

    @property
    def fire(self) -> bool:
        """Tell whether this is trouble (negative, mixed) rather than praise or buzz."""
        return self.mood in {"negative", "mixed"}

    @property
    def open(self) -> bool:
        """Tell whether somebody may still have to act."""
        return self.state != "resolved"
