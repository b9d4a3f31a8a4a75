"""What an explanation could not see, as data: a page without its blind spots would be believed too much."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from alerts.incident import Incident

Kind = Literal["not_watched", "silent", "learning", "found_late", "unscored", "unseen_origin"]
SAMPLED = 0.8
"""Below this share of judged posts the figures rest on a sample."""
_WORD = re.compile(r"[^\W_]+")
_CALLED = {"twitter": "x", "x": "twitter"}


class BlindSpot(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was not seen: ``what`` names it, ``since`` when, ``count`` of ``of`` how much of it."""

    kind: Kind
    what: str = ""
    since: datetime | None = None
    count: int | None = None
    of: int | None = None


def spots(incident: Incident) -> tuple[BlindSpot, ...]:
    """Return what *incident* could not see, the worst first."""
    told, seen = incident.explanation, incident.explanation.observed
    found = [BlindSpot(kind="silent", what=name, since=since) for name, since in told.silent]
    found += [BlindSpot(kind="not_watched", what=name) for name in told.blind]
    if sampled(incident):
        found.append(BlindSpot(kind="unscored", count=seen.posts - seen.judged, of=seen.posts))
    if incident.learning_since is not None:
        found.append(BlindSpot(kind="learning", since=incident.learning_since))
    if incident.found_late:
        found.append(BlindSpot(kind="found_late"))
    if seen.unseen:
        found.append(BlindSpot(kind="unseen_origin", count=seen.unseen, of=seen.people))
    return tuple(found)


def unwatched(blind: Sequence[str], sources: Iterable[str]) -> tuple[str, ...]:
    """Return of what nobody is said to watch what none of the *sources* brings, by its name.

    >>> unwatched(("X", "Instagram", "TikTok"), ("bluesky", "x-stream", "TikTok"))
    ('Instagram',)
    """
    heard = {word for name in sources for word in (name.casefold(), *_WORD.findall(name.casefold()))}
    heard |= {_CALLED[word] for word in heard & _CALLED.keys()}
    return tuple(name for name in blind if name.casefold() not in heard)


def sampled(incident: Incident) -> bool:
    """Tell whether so many posts wait for their score that the share rests on a sample."""
    seen = incident.explanation.observed
    return seen.judged < SAMPLED * seen.posts
