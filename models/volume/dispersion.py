"""How much wilder than Poisson a topic is, learned for each time scale apart."""

from collections.abc import Sequence
from itertools import accumulate
from math import sqrt

import msgspec

from models.volume.evidence import SCALES

HOURLY, LONGEST = SCALES.index(60), len(SCALES) - 1
PRIOR_WEIGHT = 2.0
"""What the prior is worth, in squared expectations."""
WILDEST, TAMEST = 20.0, 0.01
"""Bounds of the inverse k."""
CAP_INVERSE = 0.25
CAP = 3.0
"""Counts are cut at so many standard deviations, or one fire would excuse the next."""
FEW = 2.0
"""So many people more than that are never cut: they are what a clump is made of."""
ECHO = 0.3
"""People whom one is supposed to bring along at once, until it was seen: hours say nothing of minutes."""


class Dispersion(msgspec.Struct):
    """Inverse k of the negative binomial for each of the scales, by moments.

    1/k = sum[(Y - M)^2 - M] / sum[M^2] over non-overlapping windows, discounted, with a prior.
    """

    prior: float
    excess: list[float] = msgspec.field(default_factory=lambda: [0.0] * len(SCALES))
    weight: list[float] = msgspec.field(default_factory=lambda: [0.0] * len(SCALES))
    half: tuple[int, float, float] | None = None
    """The even hour that waits for the odd one: two hours are one window of the longest scale."""
    supposed: tuple[float, float] = (0.0, 0.0)
    """Sums of M and of M^2 of the hours of which only the sum was known."""
    found: list[float] = []
    """1/k by scale, or nothing where something was learned since."""

    def inverse(self, scale: int) -> float:
        """Return 1/k for the scale with this index."""
        return self._known()[scale]

    def forget(self, keep: float) -> None:
        """Discount what was learned by *keep*."""
        self.excess = [value * keep for value in self.excess]
        self.weight = [value * keep for value in self.weight]
        self.supposed = (self.supposed[0] * keep, self.supposed[1] * keep)
        self.found = []

    def learn(self, scale: int, count: float, expected: float, surety: float = 1.0) -> None:
        """Learn one window of the scale with this index; *surety* is how well the season is known."""
        self._add(scale, count, expected, surety)
        self.found = []

    def learn_hour(
        self, hour: int, counts: Sequence[float], expected: Sequence[float], surety: float = 1.0
    ) -> None:
        """Learn a whole hour of minutes; *hour* counts hours since the epoch."""
        seen = [0.0, *accumulate(counts)]
        means = [0.0, *accumulate(expected)]
        for scale, width in enumerate(SCALES[:-1]):
            for end in range(width, 61, width):
                self._add(scale, seen[end] - seen[end - width], means[end] - means[end - width], surety)
        self.learn_pair(hour, seen[60], means[60], surety)

    def suppose(self, expected: float, surety: float = 1.0) -> None:
        """Suppose that the minutes of an hour of which only the sum is known were as wild as hours are."""
        self.supposed = (
            self.supposed[0] + surety * expected,
            self.supposed[1] + surety * expected * expected,
        )
        self.found = []

    def learn_pair(self, hour: int, count: float, expected: float, surety: float = 1.0) -> None:
        """Learn the longest scale from two neighbouring hours."""
        if hour % 2 == 0:
            self.half = (hour, float(count), expected)
        elif self.half is not None and self.half[0] == hour - 1:
            self._add(len(SCALES) - 1, self.half[1] + count, self.half[2] + expected, surety)
        self.found = []

    def _add(self, scale: int, count: float, expected: float, surety: float) -> None:
        # Bounded here: a cap that widens with what it let through would run away.
        inverse = min(self._known()[scale], CAP_INVERSE)
        cap = expected + CAP * sqrt(expected + expected * expected * inverse) + FEW
        off = min(count, cap) - expected
        self.excess[scale] += surety * (off * off - expected)
        self.weight[scale] += surety * expected * expected

    def _known(self) -> list[float]:
        """Return 1/k of all scales, from the longest on: a shorter window is never tamer than a longer one.

        The mean of a rate over a part of a window varies at least as much as over the whole.
        """
        if not self.found:
            longer, hourly = self.prior, 0.0
            for scale in reversed(range(len(SCALES))):
                excess, weight = self.excess[scale], self.weight[scale] + PRIOR_WEIGHT
                if scale < HOURLY:
                    part = SCALES[scale] / 60.0
                    excess += self.supposed[1] * part * hourly + self.supposed[0] * ECHO
                    weight += self.supposed[1] * part
                own = (excess + PRIOR_WEIGHT * longer) / weight
                longer = min(max(own, TAMEST if scale == LONGEST else longer), WILDEST)
                hourly = longer if scale == HOURLY else hourly
                self.found.append(longer)
            self.found.reverse()
        return self.found
