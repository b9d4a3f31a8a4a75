"""How widely a series spreads about what is expected, both ways, on each of its windows."""

from math import log, sqrt

from models.volume.dispersion import PRIOR_WEIGHT, WILDEST
from models.volume.evidence import FLOOR

CAP, CAP_INVERSE = 6.0, 0.5
"""Counts are cut at so many standard deviations."""
TAMEST = 1e-4
"""The smallest inverse k: a large series may be as steady as one in a hundred."""


class Spread:
    """The dispersion's inverse k by moments (1/k = sum[(Y - M)^2 - M] / sum[M^2]), with drops counted too."""

    def __init__(self, prior: float, windows: int) -> None:
        self._prior = prior
        self._excess = [0.0] * windows
        self._weight = [0.0] * windows
        self.inverse = [prior] * windows

    def learn(self, window: int, count: float, expected: float, pad: float = 0.0) -> None:
        """Learn one stretch of a window's length; the inverse k is that of counts with *pad* added."""
        # Bounded here: a cap that widens with what it let through would run away.
        bounded = min(self.inverse[window], CAP_INVERSE)
        padded = expected + pad
        cap = CAP * sqrt(expected + padded * padded * bounded)
        off = max(-cap, min(count - expected, cap))
        self._excess[window] += off * off - expected
        self._weight[window] += padded * padded
        self._settle(window)

    def forget(self, keep: float) -> None:
        """Discount what was learned by *keep*."""
        self._excess = [value * keep for value in self._excess]
        self._weight = [value * keep for value in self._weight]
        for window in range(len(self._weight)):
            self._settle(window)

    def _settle(self, window: int) -> None:
        excess = self._excess[window] + PRIOR_WEIGHT * self._prior
        self.inverse[window] = min(max(excess / (self._weight[window] + PRIOR_WEIGHT), TAMEST), WILDEST)


def shortfall(count: float, expected: float, inverse_k: float) -> float:
    """Return in nats how much better a lowered mean explains *count*: the mirror image of surprise."""
    mean = max(expected, FLOOR)
    if count >= mean:
        return 0.0
    k = 1.0 / inverse_k
    # Y ln(Y / M) is 0 where nothing came at all.
    own = count * log(count / mean) if count > 0 else 0.0
    return max(0.0, own - (count + k) * log((count + k) / (mean + k)))
