"""How many mentions there would be: what was stored is counted, what was sampled is scaled up."""

from collections.abc import Iterable
from math import sqrt

from listener.backtest.report import Estimate

Z = 1.645
"""Standard deviations that leave 5 % on either side."""


def estimated(weights: Iterable[float], *, unit: float = 0.0) -> Estimate:
    """Return the sum of *weights*: 1 is a stored post, more is a sampled one that stands for so many.

    *unit* is for how many posts a sampled one would stand where the sample had none: it may have missed
    a few. The interval is Byar's approximation to the exact Poisson one (Breslow and Day 1987, The design
    and analysis of cohort studies, table 2.11), for weights scaled as by Fay and Feuer (1997).

    >>> estimated([1, 1, 1])
    Estimate(value=3.0, low=3.0, high=3.0, stored=3, sampled=0)
    >>> estimate = estimated([1, 100, 100])
    >>> (estimate.value, round(estimate.low), round(estimate.high))
    (201.0, 37, 621)
    """
    given = list(weights)
    sampled = [weight for weight in given if weight > 1.0]
    stored, found = len(given) - len(sampled), sum(sampled)
    scale = sum(weight * weight for weight in sampled) / found if sampled else unit
    effective = found / scale if scale else 0.0
    low, high = _interval(effective)
    return Estimate(
        value=stored + found,
        low=stored + low * scale,
        high=stored + high * scale,
        stored=stored,
        sampled=len(sampled),
    )


def _interval(count: float) -> tuple[float, float]:
    low = count * max(0.0, 1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3 if count else 0.0
    above = count + 1
    return low, above * (1 - 1 / (9 * above) + Z / (3 * sqrt(above))) ** 3
