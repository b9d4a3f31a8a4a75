"""Who answered a call, and how fast: read off an incident's timeline and the pages that went out."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from alerts.digest.material import Sent
from alerts.incident import Entry, Incident
from alerts.lifecycle import WATCH

_ASKS = frozenset({"opened", "ember seen", "reopened", "asked again"})
_ANSWERS = frozenset({"acknowledged", "snoozed", "resolved"})


class Answer(NamedTuple):
    """One round of asking: from its first page to whoever answered; nobody did where ``at`` is None."""

    asked: datetime
    at: datetime | None = None
    by: str = ""
    channel: str = ""

    @property
    def seconds(self) -> float | None:
        """Return how long it took."""
        return None if self.at is None else (self.at - self.asked).total_seconds()


class _Moment(NamedTuple):
    at: datetime
    rank: int  # at one instant: first what asks, then the page, then the answer
    entry: Entry | None


def answers(incident: Incident, sent: Iterable[Sent]) -> list[Answer]:
    """Return every round in which *incident* asked for somebody, oldest first.

    A page to somebody who owns it already asks nothing; a round that burnt out by itself has no answer.
    """
    found: list[Answer] = []
    asked: datetime | None = None
    waits = True
    for at, rank, entry in sorted(_moments(incident, sent), key=lambda one: one[:2]):
        if entry is None:
            asked = asked or (at if waits else None)
        elif rank == 0:
            waits = True
        else:
            if asked is not None:
                ours = entry.by != WATCH
                found.append(Answer(asked, at, entry.by, entry.channel) if ours else Answer(asked))
            asked, waits = None, False
    return found if asked is None else [*found, Answer(asked)]


def _moments(incident: Incident, sent: Iterable[Sent]) -> Iterator[_Moment]:
    for page in sent:
        if page.incident == incident.id and page.rings:
            yield _Moment(page.at, 1, None)
    for entry in incident.timeline:
        if entry.what in _ASKS:
            yield _Moment(entry.at, 0, entry)
        elif entry.what in _ANSWERS or entry.what.startswith("verdict "):
            yield _Moment(entry.at, 2, entry)


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the value that *share* of *values* do not exceed (nearest rank); None of nothing.

    >>> quantile([60, 360, 120, 240], 0.5), quantile([60, 360, 120, 240], 0.9)
    (120, 360)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None
