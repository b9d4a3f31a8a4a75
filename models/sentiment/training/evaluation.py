"""Step `evaluate`: macro-F1 with intervals, per phenomenon, and how far probabilities can be believed."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

RESAMPLES = 1000
RAREST = 3


class Figure(NamedTuple):
    """A measured figure with its 95 % bootstrap interval, and from how many rows."""

    value: float
    low: float
    high: float
    rows: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.rows})"


def macro_f1(truth: Ints, said: Ints, least: int = 1) -> float:
    """Return the mean of the F1 of every class that occurs at least *least* times in *truth*."""
    scores = []
    for label in np.unique(truth):
        if int((truth == label).sum()) < least:
            continue
        right = int(((truth == label) & (said == label)).sum())
        wrong = int(((truth == label) ^ (said == label)).sum())
        scores.append(2 * right / (2 * right + wrong) if right else 0.0)
    return float(np.mean(scores)) if scores else 0.0


def accuracy(truth: Ints, said: Ints) -> float:
    """Return the share of equal labels."""
    return float((truth == said).mean())


def figure(
    truth: Sequence[int],
    said: Sequence[int],
    measure: Callable[[Ints, Ints], float] = macro_f1,
    seed: int = 7,
) -> Figure:
    """Return *measure* with the percentile bootstrap interval over rows (Efron 1979)."""
    one, other = np.asarray(truth), np.asarray(said)
    chance = np.random.default_rng(seed)
    draws = [
        measure(one[chosen], other[chosen])
        for chosen in (chance.integers(0, len(one), len(one)) for _ in range(RESAMPLES))
    ]
    low, high = np.percentile(draws, [2.5, 97.5])
    return Figure(measure(one, other), float(low), float(high), len(one))


def by_group(
    truth: Sequence[int], said: Sequence[int], groups: Sequence[str], least: int = 20
) -> dict[str, Figure]:
    """Return the macro-F1 of each group that has at least *least* rows.

    Rows of a label that fewer than ``RAREST`` of a group have are left out: their F1 is one post's luck.
    """
    table = {}
    for group in sorted(set(groups)):
        rows = [at for at, one in enumerate(groups) if one == group]
        labels = [truth[at] for at in rows]
        judged = [at for at in rows if labels.count(truth[at]) >= RAREST]
        if len(rows) >= least and judged:
            table[group] = figure([truth[at] for at in judged], [said[at] for at in judged])
    return table


def kappa(one: Sequence[int], other: Sequence[int]) -> float:
    """Return Cohen's kappa of two labellings (Cohen 1960)."""
    first, second = np.asarray(one), np.asarray(other)
    observed = float((first == second).mean())
    by_chance = sum(float((first == label).mean() * (second == label).mean()) for label in np.unique(first))
    return (observed - by_chance) / (1 - by_chance)


def recall(truth: Ints, said: Ints, label: int = 0) -> float:
    """Return the share of the rows of a *label*, negative unless told, that are called it."""
    return float((said[truth == label] == label).mean())


def precision(truth: Ints, said: Ints, label: int = 0) -> float:
    """Return the share of the rows called a *label*, negative unless told, that are of it."""
    return recall(said, truth, label) if (said == label).any() else 0.0


class Bin(NamedTuple):
    """A row of a reliability table: scores whose top probability lies in [low, high)."""

    low: float
    high: float
    rows: int
    said: float
    right: float


def reliability(probabilities: Floats, truth: Ints, bins: int = 6) -> list[Bin]:
    """Return how often the label was right among rows of similar top probability."""
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    edges = np.linspace(1 / probabilities.shape[1], 1, bins + 1)
    edges[-1] += 1e-9
    table = []
    for low, high in pairwise(edges):
        chosen = (top >= low) & (top < high)
        if chosen.any():
            table.append(
                Bin(
                    float(low),
                    float(high),
                    int(chosen.sum()),
                    float(top[chosen].mean()),
                    float(right[chosen].mean()),
                )
            )
    return table


def calibration_error(table: Sequence[Bin]) -> float:
    """Return the expected calibration error of a reliability table (Naeini et al. 2015)."""
    total = sum(one.rows for one in table)
    return sum(one.rows * abs(one.said - one.right) for one in table) / total


def predicted(logits: Any, *, polar: bool = False) -> Ints:
    """Return the label of each row; with *polar* the better of negative and positive."""
    scores = np.array(logits, dtype=np.float64)
    if polar:
        scores[:, 1] = -np.inf
    labels: Ints = scores.argmax(axis=1)
    return labels
