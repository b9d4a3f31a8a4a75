"""How much wilder than Poisson a topic is, learned for each time scale apart."""

from collections.abc import Sequence
from itertools import accumulate
from math import sqrt

import msgspec

from models.volume.evidence import SCALES

PRIOR_WEIGHT = 2.0
"""What the prior is worth, in squared expectations."""
WILDEST, TAMEST = 20.0, 0.01
"""Bounds of the inverse k."""
CAP_INVERSE = 0.5
CAP = 6.0
"""Counts are cut at so many standard deviations, or one fire would excuse the next."""


class Dispersion(msgspec.Struct):
    """Inverse k of the negative binomial for each of the scales, by moments.

    1/k = sum[(Y - M)^2 - M] / sum[M^2] over non-overlapping windows, discounted, with a prior.
    """

    prior: float
    excess: list[float] = msgspec.field(default_factory=lambda: [0.0] * len(SCALES))
    weight: list[float] = msgspec.field(default_factory=lambda: [0.0] * len(SCALES))
    half: tuple[int, float, float] | None = None
    """The even hour that waits for the odd one: two hours are one window of the longest scale."""

    def inverse(self, scale: int) -> float:
        """Return 1/k for the scale with this index."""
        found = (self.excess[scale] + PRIOR_WEIGHT * self.prior) / (self.weight[scale] + PRIOR_WEIGHT)
        return min(max(found, TAMEST), WILDEST)

    def forget(self, keep: float) -> None:
        """Discount what was learned by *keep*."""
        self.excess = [value * keep for value in self.excess]
        self.weight = [value * keep for value in self.weight]

    def learn(self, scale: int, count: float, expected: float) -> None:
        """Learn one window of the scale with this index."""
        # Bounded here: a cap that widens with what it let through would run away.
        inverse = min(self.inverse(scale), CAP_INVERSE)
        cap = expected + CAP * sqrt(expected + expected * expected * inverse)
        off = min(count, cap) - expected
        self.excess[scale] += off * off - expected
        self.weight[scale] += expected * expected

    def learn_hour(self, hour: int, counts: Sequence[float], expected: Sequence[float]) -> None:
        """Learn a whole hour of minutes; *hour* counts hours since the epoch."""
        seen = [0.0, *accumulate(counts)]
        means = [0.0, *accumulate(expected)]
        for scale, width in enumerate(SCALES[:-1]):
            for end in range(width, 61, width):
                self.learn(scale, seen[end] - seen[end - width], means[end] - means[end - width])
        self.learn_pair(hour, seen[60], means[60])

    def learn_pair(self, hour: int, count: float, expected: float) -> None:
        """Learn the longest scale from two neighbouring hours."""
        if hour % 2 == 0:
            self.half = (hour, float(count), expected)
        elif self.half is not None and self.half[0] == hour - 1:
            self.learn(len(SCALES) - 1, self.half[1] + count, self.half[2] + expected)
