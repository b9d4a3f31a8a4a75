"""How something rises and falls: factors per minute, 1 at the peak."""

import numpy as np
from numpy.random import Generator

from bench.nights.character import Mix
from bench.nights.seeds import Counts, Rates

LN19 = float(np.log(19.0))
FAINT = 0.04
"""Below this part of the peak it is over."""
ONSET = 0.05
"""The part of the peak from which delay is measured."""
BLOCK = 10


def logistic(growth: float, hold: float, half_life: float) -> Rates:
    """Return logistic growth (*growth* minutes from 5 % to 95 %), a plateau and an exponential end."""
    pace = growth / (2 * LN19)
    middle = float(np.ceil(pace * np.log(199.0)))
    full = middle + pace * LN19 + hold
    length = int(full + half_life * np.log2(1 / FAINT)) + 1
    minutes = np.arange(float(length))
    rise = 1.0 / (1.0 + np.exp(-(minutes - middle) / pace))
    shape = rise * 0.5 ** (np.maximum(minutes - full, 0.0) / half_life)
    whole: Rates = shape / shape.max()
    return whole


def broadcast(chance: Generator) -> Rates:
    """Return the spikes of a television programme: up within minutes, down within the hour."""
    starts = np.sort(chance.uniform(0, chance.uniform(1, 120), chance.integers(1, 5)))
    minutes = np.arange(300.0)
    shape = np.zeros(300)
    for start in starts:
        since = minutes - start
        fall = np.exp(-np.maximum(since, 0) / chance.uniform(5, 40))
        shape += (
            chance.uniform(0.3, 1.0) * (since >= 0) * fall * np.minimum(1.0, since / chance.uniform(1, 4))
        )
    whole: Rates = shape / shape.max()
    return whole


def onset(shape: Rates) -> int:
    """Return the first minute with 5 % of the peak."""
    return int(np.argmax(shape >= ONSET * shape.max()))


def drawn(rate: Rates, mix: Mix, chance: Generator) -> Counts:
    """Draw negative, neutral and positive posts (rows) for a *rate* per minute, wilder than Poisson."""
    shape = chance.uniform(4.0, 25.0)
    noise = chance.gamma(shape, 1 / shape, len(rate) // BLOCK + 1).repeat(BLOCK)[: len(rate)]
    totals = chance.poisson(rate * noise)
    moods: Counts = chance.multinomial(totals, np.asarray(mix)).T
    return moods
