"""What a topic knows while it has seen little: its last three hours count as if they were learned already.

The learning lags three hours behind, and knows neither season nor level at first. Meanwhile what lies
before a window says what is usual there, as far as the topic's own past does not.
"""

from itertools import accumulate
from typing import NamedTuple

from models.volume.baseline import SHARE_WEIGHT, Baseline
from models.volume.counting import HISTORY, WINDOW
from models.volume.settings import DetectionSettings
from models.volume.tally import Tally

LEAST = 15
"""Minutes before a window that must have been seen where nothing else is known."""
GUESS = 3.0
"""A level known by fewer posts than this is a guess."""
UNHAPPY = 0.45
"""The share of negative that is believed of a topic that nobody has seen before: few are worse."""
UNKNOWN = 1e4
"""The inverse k of what nobody can know: nothing is an excess over it."""
GROWING = 1.0
"""Posts that the level may count as known for each hour that was learned: the season is still unknown."""
BEFORE = 30
"""Minutes that do not say what share is usual: a fire may have begun in them."""


class Footing(NamedTuple):
    """Multiples of the expected, and added inverse k, of the last 1, 2, ... WINDOW minutes; and the share."""

    factors: list[float]
    doubts: list[float]
    share: float
    share_doubt: float


def footing(
    baseline: Baseline,
    rates: list[float],
    tally: Tally,
    since: int,
    settings: DetectionSettings,
    began: int | None,
    *,
    renewed: bool = False,
) -> Footing | None:
    """Return where a topic that was watched from the minute *since* on stands, None when it knows enough.

    *began* is the first minute of a fire that is open: it does not say what is usual, and it is not
    doubted any more. Of a topic whose list was *renewed* nothing is an excess before it was seen for a
    while; of one that was never seen, only what nearly everybody says with displeasure.
    """
    if baseline.hours >= settings.cold_hours:
        return None
    seen = min(HISTORY, max(tally.head - since + 1, 0))
    least = 0 if began is None else min(max(tally.head - began + 1, 0), seen)
    known = min(baseline.posts, 0.5 + GROWING * baseline.hours)
    people = _sums(tally.people.ring.values)
    usual = [0.0, *accumulate(rates[::-1])]
    usual += [usual[-1] + rates[0] * (minute + 1) for minute in range(HISTORY - len(rates))]
    factors, doubts = [], []
    for minutes in range(1, WINDOW + 1):
        first = max(minutes, least)
        came, expected = people[seen] - people[min(first, seen)], usual[seen] - usual[min(first, seen)]
        factors.append((known + came) / (known + expected))
        blind = renewed and known < GUESS and seen - first < LEAST and began is None
        doubts.append(UNKNOWN if blind else 1.0 / (known + came + 0.5))
    share, doubt = _share(baseline, tally, seen, max(BEFORE, least))
    strange = not renewed and known < GUESS and seen <= 2 * BEFORE and began is None
    return Footing(factors, doubts, max(share, UNHAPPY) if strange else share, doubt)


def _share(baseline: Baseline, tally: Tally, seen: int, first: int) -> tuple[float, float]:
    """Return the usual share of negative, and what not knowing it adds to the inverse k."""
    first = min(first, seen)
    posts, scored = _between(tally.posts.values, first, seen), _between(tally.scored.values, first, seen)
    judged = min(1.0, scored / posts) if posts else 1.0
    negative = _between(tally.negative.ring.values, first, seen)
    people = max(_between(tally.people.ring.values, first, seen) * judged, negative)
    blamed = baseline.negative + baseline.share_prior * SHARE_WEIGHT + negative
    whole = baseline.negative + baseline.other + SHARE_WEIGHT + people
    return blamed / whole, 1.0 / (blamed + 0.5)


def _sums(values: list[int]) -> list[int]:
    """Return the sums of the last 0, 1, 2, ... minutes."""
    return [0, *accumulate(values[::-1])]


def _between(values: list[int], first: int, last: int) -> int:
    """Return the sum of the minutes from *first* up to *last* minutes ago."""
    return sum(values[len(values) - last : len(values) - first])
