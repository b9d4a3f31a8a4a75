"""Running sums over the last rows."""

from collections import deque
from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from models.volume.evidence import SCALES
from models.volume.series.usual import Row

FEWEST = 4
"""The longest window has at least so many rows, however long a row is."""


def widths(minutes: float) -> list[int]:
    """Return the windows of a series in rows: the row itself, and the detector's scales up to two hours."""
    scales = {max(1, ceil(scale / minutes)) for scale in SCALES[1:]}
    return sorted({1, *scales} if max(scales) >= FEWEST else {1, 2, FEWEST})


class Sums(NamedTuple):
    """What a window brought, and what was expected of it."""

    brought: float
    negative: float
    expected: float


class Windows:
    """The last rows, summed from the newest back."""

    def __init__(self, seconds: float, widths: list[int]) -> None:
        self._seconds = seconds
        self._widths = widths
        self._rows: deque[Row] = deque(maxlen=widths[-1])

    def add(self, row: Row) -> None:
        """Take the newest row."""
        self._rows.append(row)

    def sums(self) -> Iterator[Sums]:
        """Yield the sums of each window that is full: after a hole the longer ones wait."""
        brought = negative = expected = 0.0
        newest = self._rows[-1].at
        rows = reversed(self._rows)
        taken = 0
        for width in self._widths:
            if width > len(self._rows):
                return
            while taken < width:
                row = next(rows)
                brought += row.brought
                negative += row.negative
                expected += row.expected
                taken += 1
            if row.at < newest - (1.25 * width + 1.0) * self._seconds:
                return
            yield Sums(brought, negative, expected)
