"""What to expect of a topic of which nothing is known: what its brand's topics, and all others, are like."""

from collections.abc import Iterable, Sequence
from math import exp, log
from typing import NamedTuple

from models.keyword import TopicKey
from models.volume.baseline import LEVEL_WEIGHT, Baseline
from models.volume.settings import DetectionSettings

GUESS_WORTH = 0.1
"""What the configured guess is worth beside topics that are known, in topics."""
OTHERS_WORTH = 0.5
"""What the topics of all brands are worth beside the brand's own, in topics."""
FAR = 1.0
"""A topic further from the middle than this (in logarithms) counts as if it were no further."""
LEAST_WORTH, MOST_WORTH = 0.25, 10.0
"""Bounds of what the prior of the level is worth, in posts."""


class Prior(NamedTuple):
    """The level and share to start from, and how many posts the level is worth."""

    level: float
    share: float
    worth: float


class _Known(NamedTuple):
    """A value on its logarithmic scale, and how well it is known, from 0 to 1."""

    value: float
    weight: float


def prior(brand: str, topics: Iterable[tuple[TopicKey, Baseline]], settings: DetectionSettings) -> Prior:
    """Pool what is known of *topics*: within the *brand*, that within all brands, that with the guess.

    Partial pooling by evidence (Gelman & Hill 2006, ch. 12), each group a worth of topics for the next;
    on logarithms and clipped around the median, so that one huge topic does not speak for all. The more
    alike the brand's topics are, the more the level is worth: 1 / the variance of its logarithm, which
    is the shape of a Gamma so wide.
    """
    known = [(key.brand == brand, base, _weight(base, settings)) for key, base in topics]
    levels = [(kin, _Known(log(max(base.level, 0.01)), weight)) for kin, base, weight in known]
    shares = [(kin, _Known(_logit(base.share), weight)) for kin, base, weight in known]
    level, spread = _both(levels, log(settings.level_prior))
    share, _ = _both(shares, _logit(settings.share_prior))
    return Prior(exp(level), 1.0 / (1.0 + exp(-share)), min(max(1.0 / spread, LEAST_WORTH), MOST_WORTH))


def _weight(base: Baseline, settings: DetectionSettings) -> float:
    return min(1.0, base.hours / settings.cold_hours) * base.posts / (base.posts + 1.0)


def _both(values: Sequence[tuple[bool, _Known]], guess: float) -> tuple[float, float]:
    everywhere = _pooled([known for _, known in values], guess, GUESS_WORTH)
    kin = [known for is_kin, known in values if is_kin]
    middle = _pooled(kin, everywhere, OTHERS_WORTH)
    whole = sum(known.weight for known in kin)
    apart = sum(known.weight * (known.value - middle) ** 2 for known in kin)
    return middle, (1.0 / LEVEL_WEIGHT + apart) / (1.0 + whole)


def _pooled(values: Sequence[_Known], guess: float, worth: float) -> float:
    """Return the weighted mean of *values*, those far from their median brought near, and of the *guess*."""
    if not values:
        return guess
    middle = _median(values)
    near = [(min(max(known.value, middle - FAR), middle + FAR), known.weight) for known in values]
    whole = worth + sum(weight for _, weight in near)
    return (worth * guess + sum(value * weight for value, weight in near)) / whole


def _median(values: Sequence[_Known]) -> float:
    half = sum(known.weight for known in values) / 2.0
    passed = 0.0
    for known in sorted(values):
        passed += known.weight
        if passed >= half:
            return known.value
    return values[-1].value


def _logit(share: float) -> float:
    share = min(max(share, 0.01), 0.9)
    return log(share / (1.0 - share))
