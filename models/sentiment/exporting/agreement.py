"""How much two scorers say the same."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from models.mention import Score
from models.sentiment.batching import score_all
from models.sentiment.scorer import Scorer

_BATCH = 8


class Agreement(NamedTuple):
    """The share of equal labels, and the mean and largest difference of a probability."""

    equal: float
    mean: float
    largest: float
    texts: int


def agreement(one: Scorer, other: Scorer, texts: Sequence[str]) -> Agreement:
    """Compare two scorers on *texts*, in micro-batches as the daemon makes them."""
    return compare(score_all(one, texts, _BATCH), score_all(other, texts, _BATCH))


def compare(ones: Sequence[Score], others: Sequence[Score]) -> Agreement:
    """Compare the scores of the same texts by two scorers."""
    apart = np.abs(_table(ones) - _table(others))
    equal = [one.label == other.label for one, other in zip(ones, others, strict=True)]
    return Agreement(float(np.mean(equal)), float(apart.mean()), float(apart.max()), len(ones))


def _table(scores: Sequence[Score]) -> np.typing.NDArray[np.float64]:
    return np.array([[score.negative, score.neutral, score.positive] for score in scores])
