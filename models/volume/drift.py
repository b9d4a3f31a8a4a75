"""What a topic drifts: how far the hours before a window say what level to expect in it.

A busy afternoon is likely to stay busy. What is shared by an hour and the two before it is learned from
their covariance, in which chance has no part, and the level is carried forward by the best linear predictor.
"""

from math import sqrt
from typing import NamedTuple

import msgspec

PRIOR_WEIGHT = 20.0
"""What the belief that nothing drifts is worth, in products of expectations."""
CAP, SPREAD, FEW = 3.0, 0.1, 2.0
"""Hours are cut at so many deviations, of so much variance, and people: an outbreak is no drift."""
MOST = 2.0
"""The most, upwards or downwards, that the hours before change what is expected."""
PAST = 2


class Hour(NamedTuple):
    """People counted (outbreaks cut) and expected in one hour since the epoch."""

    hour: int
    people: float
    expected: float


class Before(NamedTuple):
    """The minutes before each window: people counted and expected in the last 0, 1, 2, ... minutes.

    ``seen`` of them were watched, the last ``least`` belong to an open fire and say nothing of the usual.
    """

    people: list[int]
    usual: list[float]
    oldest: float
    seen: int
    least: int

    def window(self, minutes: int) -> tuple[int, float]:
        """Return the people counted and expected in what was watched before the last *minutes*."""
        first = min(max(minutes, self.least), self.seen)
        return self.people[self.seen] - self.people[first], self._expected(self.seen) - self._expected(first)

    def length(self, minutes: int) -> int:
        """Return how many minutes were watched before the last *minutes*."""
        return self.seen - min(max(minutes, self.least), self.seen)

    def _expected(self, minutes: int) -> float:
        last = len(self.usual) - 1
        return self.usual[minutes] if minutes <= last else self.usual[-1] + self.oldest * (minutes - last)


class Drift(msgspec.Struct):
    """Variance of the level (relative to it) that hours share with those before them, and that these have."""

    shared: float = 0.0
    both: float = 0.0
    own: float = 0.0
    squared: float = 0.0
    hours: list[Hour] = []

    def factor(self, people: float, expected: float) -> float:
        """Return the multiple of the level to expect after so many *people* instead of the *expected*."""
        if self.shared <= 0.0:
            return 1.0
        common = min(self.shared / (self.both + PRIOR_WEIGHT), 1.0)
        spread = max(self.own / (self.squared + PRIOR_WEIGHT), common)
        found = 1.0 + common * (people - expected) / (1.0 + spread * expected)
        return min(max(found, 1.0 / MOST), MOST)

    def course(self, hour: int) -> float:
        """Return the multiple of the level that the hours before *hour* said to expect in it."""
        past = self._past(hour)
        return self.factor(*past) if past else 1.0

    def learn(self, hour: int, people: float, expected: float, keep: float, surety: float) -> None:
        """Learn an hour; *keep* discounts the past, *surety* is how well the season is known."""
        spread = min(max(self.own / (self.squared + PRIOR_WEIGHT), 0.0), SPREAD)
        cap = expected + CAP * sqrt(expected + spread * expected * expected) + FEW
        people, past = min(people, cap), self._past(hour)
        if past:
            off, before = people - expected, past[0] - past[1]
            self.shared = self.shared * keep + surety * off * before
            self.both = self.both * keep + surety * expected * past[1]
            self.own = self.own * keep + surety * (before * before - past[1])
            self.squared = self.squared * keep + surety * past[1] * past[1]
        self.hours = [*self.hours, Hour(hour, float(people), expected)][-PAST:]

    def _past(self, hour: int) -> tuple[float, float] | None:
        if [known.hour for known in self.hours] != list(range(hour - PAST, hour)):
            return None
        return sum(known.people for known in self.hours), sum(known.expected for known in self.hours)
