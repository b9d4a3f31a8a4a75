"""What a series makes a habit of: so loud every day, and at this time of day."""

from math import exp, inf, log1p, sqrt
from typing import NamedTuple

DAY = 86400.0
SLOTS = 48
"""Half-hours of a day."""
WEEK = 7
FEWEST = 7.0
"""Rows of a block at least: where a row is a day, a week of them."""
HALF_LIFE = 14.0
"""Days (or blocks, where they are longer) after which half of the usual maximum is forgotten."""
EARLY_MEAN, EARLY_SPREAD, EARLY_WEIGHT = 2.0, 0.7, 3.0
"""The logarithm of 1 + a day's highest evidence before anything was heard, and the days that is worth."""
NARROWEST = 0.3
RARE = 1.0
"""So many spreads above the usual highest of a day: one day in a week, were the highest Gumbel's."""
OUTRAGEOUS = 3.0
"""A day teaches at most so many spreads: one great fire must not excuse the next."""
STEEPEST = 2.0
PEAK_HALF_LIFE = 43200.0
"""Seconds after which half of the loudest evidence is forgotten."""
PEAK_ROWS = 2.0
"""Rows for which it is remembered at least: what follows a great day is still in the windows."""
LOUDER = 2.0
"""How many times the evidence last said makes news: the same fire is not news twice."""
STALE, QUIET = 0.6, 0.5
"""What evidence counts that is no news, and the most it counts, in bars: never an alarm of its own."""
KEPT = 0.2
"""What evidence counts at least at a time of day that is loud on most days."""


class Hours:
    """The highest evidence of each half-hour of the last seven days."""

    def __init__(self) -> None:
        self._heard = [[0.0] * WEEK for _ in range(SLOTS)]
        self._slot = -1
        self._usual = 0.0

    def usual(self, at: float, evidence: float) -> float:
        """Return what this time of day said at least twice in the week before, and remember *evidence*."""
        slot = int(at // (DAY / SLOTS))
        place, day = slot % SLOTS, slot // SLOTS % WEEK
        if slot != self._slot:
            self._slot = slot
            self._heard[place][day] = 0.0
            around = (self._heard[(place + step) % SLOTS] for step in (-1, 0, 1))
            self._usual = max(sorted(days)[-2] for days in around)
        self._heard[place][day] = max(self._heard[place][day], evidence)
        return self._usual


class Bar:
    """The evidence that one day in a week reaches, from the highest of each day on a log scale."""

    def __init__(self, block: float, least: float) -> None:
        self._block = block
        self._least = least
        self._keep = 0.5 ** (1.0 / HALF_LIFE)
        self._weight = EARLY_WEIGHT
        self._mean = EARLY_MEAN
        self._square = EARLY_MEAN**2 + EARLY_SPREAD**2
        self._highest = 0.0
        self._now: int | None = None
        self._settle()

    def hear(self, at: float, evidence: float) -> None:
        """Take the evidence of a row; a new day closes the one before."""
        block = int(at // self._block)
        if self._now is not None and block != self._now:
            self._close()
        self._now = block
        self._highest = max(self._highest, evidence)

    def _close(self) -> None:
        loud = min(log1p(self._highest), self._mean + OUTRAGEOUS * self.spread)
        weight = self._weight * self._keep + 1.0
        self._mean += (loud - self._mean) / weight
        self._square += (loud * loud - self._square) / weight
        self._weight, self._highest = weight, 0.0
        self._settle()

    def _settle(self) -> None:
        self.spread = max(sqrt(max(self._square - self._mean**2, 0.0)), NARROWEST)
        self.height = max(self._least, exp(self._mean + RARE * self.spread))


class Heard(NamedTuple):
    """What one row said in one direction."""

    evidence: float
    bar: float
    score: float


class Voice:
    """Turns evidence into a score: above habit, measured in bars, and only as far as it is news."""

    def __init__(self, row: float, least: float) -> None:
        # Where a day is a handful of rows, the highest of one says little.
        self._bar = Bar(max(DAY, FEWEST * row), least)
        self._hours = Hours() if row * SLOTS / 8.0 <= DAY else None
        self._peak, self._last = 0.0, -inf
        self._half_life = max(PEAK_HALF_LIFE, PEAK_ROWS * row)

    @property
    def bar(self) -> float:
        """Return h: what evidence is half a score."""
        return self._bar.height

    def hear(self, at: float, evidence: float) -> Heard:
        """Weigh the evidence of a row, and remember it."""
        bar, spread = self._bar.height, self._bar.spread
        above = evidence
        if self._hours is not None:
            above = max(KEPT * evidence, evidence - self._hours.usual(at, evidence))
        faded = self._peak * 0.5 ** (max(at - self._last, 0.0) / self._half_life)
        news = above >= LOUDER * faded
        # Only what was an alarm makes the next row stale: a fire may grow into one row by row.
        self._peak, self._last = above if news and above >= bar else faded, at
        self._bar.hear(at, above)
        said = above if news else min(STALE * above, QUIET * bar)
        # A heavier tail needs more bars for the same rarity: on the log scale, spreads above the bar.
        odds = (said / bar) ** min(1.0 / spread, STEEPEST)
        return Heard(above, bar, odds / (1.0 + odds))
