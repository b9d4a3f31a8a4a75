"""The floor that every model must beat: naive Bayes on character n-grams, with the port of a scorer."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from models.mention import Score
from models.sentiment.gist import gist
from models.sentiment.labels import LABELS
from models.sentiment.logits import softmax
from models.sentiment.training.example import Example

_SIZES = (1, 2, 3, 4)
_LEAST = 2  # posts that must have an n-gram before it counts
_ADDED = 0.3  # to every count, so that none is zero (Lidstone)


class NGrams:
    """Multinomial naive Bayes over the n-grams that a post has, each counted once."""

    name, version = "n-grams", "1"

    def __init__(self, rows: Sequence[Example]) -> None:
        found = [frozenset(_grams(row.text)) for row in rows]
        often = Counter(gram for grams in found for gram in grams)
        kept = sorted(gram for gram, count in often.items() if count >= _LEAST)
        self._place = {gram: at for at, gram in enumerate(kept)}
        counts = np.full((len(LABELS), len(kept)), _ADDED)
        for row, grams in zip(rows, found, strict=True):
            counts[row.label, [self._place[gram] for gram in grams if gram in self._place]] += 1
        self._given = np.log(counts / counts.sum(axis=1, keepdims=True))
        self._before = np.log(np.bincount([row.label for row in rows], minlength=len(LABELS)) / len(rows))

    def warm_up(self) -> None:
        """Do nothing: it is ready."""

    def prepare(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the places of the n-grams of each text that are known."""
        return [[self._place[gram] for gram in set(_grams(text)) if gram in self._place] for text in texts]

    def infer(self, prepared: Sequence[list[int]]) -> npt.NDArray[np.float64]:
        """Return the log likelihood of each label, (texts, labels)."""
        return np.array([self._before + self._given[:, places].sum(axis=1) for places in prepared])

    def finish(self, raw: npt.NDArray[np.float64]) -> list[Score]:
        """Return one score per text."""
        return [
            Score(label=LABELS[int(row.argmax())], negative=row[0], neutral=row[1], positive=row[2])
            for row in softmax(raw)
        ]


def _grams(text: str) -> Iterator[str]:
    seen = f" {gist(text)} "
    for size in _SIZES:
        for at in range(len(seen) - size + 1):
            yield seen[at : at + size]
