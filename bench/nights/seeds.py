"""Which seeds are for tuning and which for the figures, and how chance is made from one."""

from zlib import crc32

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Rates = NDArray[np.float64]
Counts = NDArray[np.int64]

TUNE = range(1000, 2000)
"""Constants of the detector may be chosen on these nights."""
FIGURES = range(9000, 10000)
"""What the README claims comes from these; nobody looks at a single one of them while tuning."""
RANGES = {"tune": TUNE, "figures": FIGURES}


def chance(seed: int, *what: object) -> Generator:
    """Return the chance of one part of one night: parts do not disturb each other."""
    return np.random.default_rng([seed, crc32("|".join(map(str, what)).encode())])


def between(chance: Generator, low: float, high: float) -> float:
    """Draw evenly on a logarithmic scale."""
    return float(np.exp(chance.uniform(np.log(low), np.log(high))))
