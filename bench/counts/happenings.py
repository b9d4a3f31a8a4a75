"""What happens in a series: bursts that are its habit, and events that are not."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from bench.nights.seeds import Rates, between


class Happening(NamedTuple):
    """Something out of the ordinary, by rows."""

    kind: str
    start: int
    end: int


def onsets(chance: Generator, length: int, count: int, reach: int) -> list[int]:
    """Draw rows for *count* events after the first sixth of a series, apart from each other."""
    found: list[int] = []
    apart = max(reach, length // (4 * max(count, 1)))
    for _ in range(2000):
        if len(found) == count:
            break
        at = int(chance.integers(length // 6, length - reach))
        if all(abs(at - other) > apart for other in found):
            found.append(at)
    return sorted(found)


def decay(rows: int, rise: float, fall: float, power: float) -> Rates:
    """Return an outburst that rises in *rise* rows and then decays by a power law, 1 at its peak.

    Attention to news decays like t^-p (Crane and Sornette 2008).
    """
    age = np.arange(rows, dtype=float)
    up = np.minimum(1.0, (age + 1.0) / (rise + 1.0))
    return up * (1.0 + np.maximum(age - rise, 0.0) / fall) ** -power


def bursts(chance: Generator, length: int, per_row: float, tail: float, most: float) -> Rates:
    """Return the habitual bursts in times of the rate: Pareto heights up to *most*, power-law decays."""
    extra = np.zeros(length)
    for at in np.flatnonzero(chance.random(length) < per_row).tolist():
        height = min(0.5 * (chance.pareto(tail) + 1.0), most)
        rows = min(length - at, 150)
        extra[at : at + rows] += height * decay(rows, between(chance, 0.3, 4), between(chance, 1, 10), 1.4)
    return extra


def viral(chance: Generator, extra: Rates, at: int, height: float) -> Happening:
    """Add an outburst of *height* times the rate."""
    rows = min(len(extra) - at, 600)
    rise, fall = between(chance, 0.3, 12), between(chance, 3, 40)
    extra[at : at + rows] += height * decay(rows, rise, fall, chance.uniform(1.1, 1.8))
    return Happening("viral", at, at + int(2 * fall + rise) + 2)


def change(kind: str, factor: Rates, at: int, rows: int, times: float) -> Happening:
    """Multiply *rows* rows by *times*: an outage, a holiday, a lasting shift."""
    end = min(len(factor), at + rows)
    factor[at:end] *= times
    return Happening(kind, at, end)
