"""What a topic knows while it has seen little: its last three hours count as if they were learned already.

The learning lags three hours behind, and knows neither season nor level at first. Meanwhile what lies
before a window says what is usual there, as far as the topic's own past does not.
"""

from typing import NamedTuple

from models.volume.baseline import SHARE_WEIGHT, Baseline
from models.volume.drift import Before
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
    """What is known beside the baseline: multiples of the expected, added inverse k, and the share.

    The level is ``known`` by so many posts.
    """

    before: Before
    known: float
    blind: bool
    share: float
    share_doubt: float
    strange: bool = False

    def factor(self, minutes: int) -> float:
        """Return the multiple of what is expected in the last *minutes*."""
        came, expected = self.before.window(minutes)
        return (self.known + came) / (self.known + expected)

    def doubt(self, minutes: int) -> float:
        """Return what not knowing the level of the last *minutes* adds to the inverse k."""
        if self.blind and self.before.length(minutes) < LEAST:
            return UNKNOWN
        return 1.0 / (self.known + self.before.window(minutes)[0] + 0.5)


def footing(
    baseline: Baseline,
    tally: Tally,
    before: Before,
    aside: int = 0,
    *,
    burning: bool = False,
    renewed: bool = False,
) -> Footing:
    """Return where a topic stands of which little more is known than what came *before* each window.

    The last minutes that are set *aside* may be a fire, and say nothing of the usual share.
    A fire that is *burning* is not doubted any more. Of a topic whose list was *renewed* nothing is an
    excess before it was seen for a while; of one that was never seen, only what nearly everybody says
    with displeasure.
    """
    known = min(baseline.posts, 0.5 + GROWING * baseline.hours)
    share, doubt = _share(baseline, tally, before.seen, max(BEFORE, before.least, aside))
    guess = known < GUESS and not burning
    strange = guess and not renewed and before.seen <= 2 * BEFORE
    share = max(share, UNHAPPY) if strange else share
    return Footing(before, known, guess and renewed, share, doubt, strange)


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


def _between(values: list[int], first: int, last: int) -> int:
    """Return the sum of the minutes from *first* up to *last* minutes ago."""
    return sum(values[len(values) - last : len(values) - first])
