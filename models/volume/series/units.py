"""What one count is: measurements are put on a scale on which their noise is that of counts."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, median
from typing import NamedTuple

CALMER = 0.25
"""Below this share of a count's variance whole numbers are no counts, but a measurement."""
RELIABLE = 5.0
"""From this median on that can be told."""
LEAST = 25.0
"""The usual value is at least so many counts, however noisy."""
FINEST, TINIEST = 1e-12, 1e-100
"""What is finer than that is lost in the arithmetic."""
STILL = 0.01
"""The noise of a flat line, as a share of its level, before anything else is known."""


class Units(NamedTuple):
    """A count is (value - origin) / size; of counts themselves that is the value."""

    origin: float
    size: float
    counts: bool

    def counted(self, value: float) -> float:
        """Return a value in counts; below the origin there is nothing."""
        return max(0.0, (value - self.origin) / self.size)

    def value(self, count: float) -> float:
        """Return what so many counts are in the series' own units."""
        return self.origin + count * self.size

    def fits(self, value: float) -> bool:
        """Tell whether a value can stand on this scale."""
        return value >= self.origin and (not self.counts or value.is_integer())


COUNTS = Units(0.0, 1.0, counts=True)


def fitting(values: Sequence[float]) -> Units:
    """Return the units of a series that began with these values.

    The size is the noise's variance over the level, so that noise is that of a Poisson count at the
    usual level; the noise is the median step from row to row (a robust von Neumann estimate).
    """
    lowest, highest = min(values), max(values)
    noise = _noise(values)
    origin = 0.0 if lowest >= 0 else lowest - 4.0 * (highest - lowest) - 20.0 * noise
    raised = [value - origin for value in values]
    middle = median(raised)
    whole = lowest >= 0 and all(value.is_integer() for value in values)
    if whole and (middle < RELIABLE or noise * noise > CALMER * middle):
        return COUNTS
    level = middle or fmean(raised) or 1.0
    size = max(min(noise * (noise / level), level / LEAST), level * FINEST, TINIEST)
    return Units(origin, size, counts=False)


def _noise(values: Sequence[float]) -> float:
    steps = [abs(after - before) for before, after in pairwise(values)]
    usual = median(steps) / 0.954 if steps else 0.0
    if usual:
        return usual
    moves = [step for step in steps if step]
    if moves:
        return 0.3 * fmean(moves)
    return STILL * (abs(values[0]) or 1.0)
