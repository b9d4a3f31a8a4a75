"""For step `quantise`: one temperature per language, and below which probability a score is unsure.

Temperature scaling after Guo et al. 2017: the logits are divided by the T that minimises the log loss on
held-out rows.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from models.sentiment.logits import softmax
from models.sentiment.training.evaluation import Floats, Ints

_GRID = np.geomspace(0.4, 5.0, 120)
_LEAST = 100
UNSURE_RIGHT = 0.6  # below the threshold a label is right less often than this


def temperature(logits: Floats, truth: Ints) -> float:
    """Return the temperature of the smallest mean log loss."""
    return float(min(_GRID, key=lambda one: log_loss(softmax(logits / one), truth)))


def log_loss(probabilities: Floats, truth: Ints) -> float:
    """Return the mean negative log probability of the truth."""
    return float(-np.log(np.maximum(probabilities[np.arange(len(truth)), truth], 1e-12)).mean())


def temperatures(logits: Floats, truth: Ints, languages: Sequence[str]) -> dict[str, float]:
    """Return a temperature per language with enough rows, and ``*`` over all."""
    found = {"*": round(temperature(logits, truth), 3)}
    spoken = np.asarray(languages)
    for one in sorted(set(languages) - {""}):
        chosen = spoken == one
        if int(chosen.sum()) >= _LEAST:
            found[one] = round(temperature(logits[chosen], truth[chosen]), 3)
    return found


def calibrated(logits: Floats, languages: Sequence[str], warmth: Mapping[str, float]) -> Floats:
    """Return the probabilities after the temperature of each row's language."""
    divide = np.array([warmth.get(one, warmth["*"]) for one in languages])
    return softmax(logits / divide[:, None])


def unsure_below(probabilities: Floats, truth: Ints, least: float = UNSURE_RIGHT) -> float:
    """Return the top probability below which labels are right in less than the share *least* of cases.

    Looked for with a window of neighbouring rows, as reliability is noisy; never above .75.
    """
    top = probabilities.max(axis=1)
    order = np.argsort(top)
    right = (probabilities.argmax(axis=1) == truth)[order]
    window = min(len(truth), max(20, len(truth) // 25))
    share = np.convolve(right, np.ones(window) / window, mode="valid")
    good = np.flatnonzero(share >= least)
    at = int(good[0]) + window // 2 if len(good) else len(truth) - 1
    return round(min(0.75, float(top[order][at])), 3)
