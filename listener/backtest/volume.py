"""How many mentions there would be: what was stored is counted, what was sampled is scaled up."""

from math import sqrt

from listener.backtest.report import Estimate

Z = 1.645
"""Standard deviations that leave 5 % on either side."""


class Volume:
    """A sum of weights: 1 is a stored post, more is a sampled one that stands for so many."""

    __slots__ = ("_found", "_sampled", "_squares", "_stored")

    def __init__(self) -> None:
        self._stored = self._sampled = 0
        self._found: float = 0
        self._squares: float = 0

    def add(self, weight: float) -> None:
        """Take in one mention."""
        if weight > 1.0:
            self._sampled += 1
            self._found += weight
            self._squares += weight * weight
        else:
            self._stored += 1

    def estimate(self, *, unit: float = 0.0) -> Estimate:
        """Return how many mentions that makes.

        *unit* is for how many posts a sampled one would stand where the sample had none: it may have missed
        a few. The interval is Byar's approximation to the exact Poisson one (Breslow and Day 1987, The design
        and analysis of cohort studies, table 2.11), for weights scaled as by Fay and Feuer (1997).

        >>> volume = Volume()
        >>> for weight in (1, 100, 100):
        ...     volume.add(weight)
        >>> estimate = volume.estimate()
        >>> (estimate.value, round(estimate.low), round(estimate.high))
        (201.0, 37, 621)
        """
        scale = self._squares / self._found if self._sampled else unit
        low, high = _interval(self._found / scale if scale else 0.0)
        return Estimate(
            value=self._stored + self._found,
            low=self._stored + low * scale,
            high=self._stored + high * scale,
            stored=self._stored,
            sampled=self._sampled,
        )


def _interval(count: float) -> tuple[float, float]:
    low = count * max(0.0, 1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3 if count else 0.0
    above = count + 1
    return low, above * (1 - 1 / (9 * above) + Z / (3 * sqrt(above))) ** 3
