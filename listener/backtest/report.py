"""What a backtest says: the JSON document (docs/schemas/backtest.json), from which the table is made."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from listener.backtest.trial import Tried

SCHEMA = 1

Certainty = Literal["full", "at_least", "cannot_tell"]
"""How far pages can be trusted: all is stored; new matches are only sampled; too little is known."""
RANK: dict[Certainty, int] = {"full": 0, "at_least": 1, "cannot_tell": 2}

Comparison = Literal["same", "earlier", "later", "missing", "new"]


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """So many mentions: those stored, plus those that the sampled ones stand for, with a 90 % interval."""

    value: float
    low: float
    high: float
    stored: int
    sampled: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one side comes to in the tested days; nights are from 23 to 7 in the zone of the brand."""

    mentions: Estimate
    pages: int
    pages_per_30_days: float
    night_pages: int
    night_pages_per_30_days: float


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The changed side less the current one."""

    mentions: float
    pages: int
    pages_per_30_days: float
    night_pages: int
    night_pages_per_30_days: float


class TopicFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One topic: how many mentions there are, come in and go out, and how far its pages can be trusted."""

    brand: str
    topic: str
    names: dict[str, str]
    current: Estimate
    changed: Estimate
    newly_matched: Estimate
    no_longer_matched: Estimate
    certainty: Certainty


class FireFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One fire: when either side first paged; ``minutes`` is how much later (negative: earlier)."""

    brand: str
    topics: tuple[str, ...]
    started_at: datetime
    current: datetime | None
    changed: datetime | None
    minutes: float | None
    comparison: Comparison
    glows: bool
    certainty: Certainty


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A post that one side matches and the other does not, the words, and why."""

    post: str
    at: datetime
    brand: str
    topic: str
    text: str
    words: tuple[str, ...]
    keyword: str
    why: str
    word: str
    label: str
    stands_for: float


class SourceFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One source: tested posts that were stored and sampled, and its rate (None: cannot tell)."""

    source: str
    stored: int
    sampled: int
    rate: float | None
    silent_hours: float


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Something to know before the figures are believed."""

    code: str
    values: Mapping[str, float | str] = {}
    text: str = ""


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """The tested days, how many were asked for, and what was learned before."""

    asked_days: int
    days: float
    start: datetime
    end: datetime
    learned_from: datetime
    learned_days: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer."""

    schema: int = SCHEMA
    period: Stretch
    tried: tuple[Tried, ...]
    brands: tuple[str, ...]
    certainty: Certainty
    current: Figures
    changed: Figures
    difference: Difference
    topics: tuple[TopicFigures, ...]
    fires: tuple[FireFigures, ...]
    newly_matched: tuple[Example, ...]
    no_longer_matched: tuple[Example, ...]
    sources: tuple[SourceFigures, ...]
    notes: tuple[Note, ...]


def worst(certainties: tuple[Certainty, ...]) -> Certainty:
    """Return the least certain of them."""
    return max(certainties, key=RANK.__getitem__, default="full")
