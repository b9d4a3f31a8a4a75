"""What the model learns from: one text and whatever is known about it."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from models.sentiment.gist import gist, language
from models.sentiment.labels import LABELS, VOICES

UNKNOWN = -100
MORALS = ("permissible", "wrong")


class Example(NamedTuple):
    """A text to learn from.

    ``label``, ``voice`` and ``moral`` are indices into ``LABELS``, ``VOICES`` and ``MORALS``, ``UNKNOWN``
    where nobody said; ``polar`` marks rows of sets that have no neutral class: the model is then only told
    which of negative and positive is right; ``soft`` holds a teacher's probabilities instead of a label.
    """

    text: str
    label: int = UNKNOWN
    voice: int = UNKNOWN
    moral: int = UNKNOWN
    polar: bool = False
    weight: float = 1.0
    lang: str = ""
    source: str = ""
    phenomenon: str = ""
    soft: tuple[float, ...] = ()


def labelled(text: str, label: str, source: str, **more: object) -> Example:
    """Return an example with the named *label*."""
    known = {"lang": language(gist(text))} | more
    return Example(text=text, label=LABELS.index(label), source=source, **known)  # type: ignore[arg-type]


def voice_index(name: str) -> int:
    """Return the index of a voice."""
    return VOICES.index(name)


def grams(text: str, size: int = 4) -> frozenset[str]:
    """Return the character n-grams of the gist of *text*."""
    bare = gist(text).replace(" ", "")
    return frozenset(bare[at : at + size] for at in range(max(1, len(bare) - size + 1)))


class Neighbours:
    """Finds near-duplicates: texts that share at least a given part of their character 4-grams (Jaccard)."""

    def __init__(self, texts: Iterable[str], likeness: float = 0.6) -> None:
        self._likeness = likeness
        self._texts: list[frozenset[str]] = []
        self._where: dict[str, list[int]] = {}
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Remember *text*."""
        mine = grams(text)
        for gram in mine:
            self._where.setdefault(gram, []).append(len(self._texts))
        self._texts.append(mine)

    def near(self, text: str) -> int | None:
        """Return the index of the most similar remembered text that is a near-duplicate, or None."""
        mine = grams(text)
        shared: dict[int, int] = {}
        for gram in mine:
            for index in self._where.get(gram, ()):
                shared[index] = shared.get(index, 0) + 1
        if not shared:
            return None
        likeness = {at: both / (len(mine) + len(self._texts[at]) - both) for at, both in shared.items()}
        best = max(likeness, key=likeness.__getitem__)
        return best if likeness[best] >= self._likeness else None


def counts(examples: Iterable[Example]) -> dict[str, list[int]]:
    """Return, per source, how many rows there are of each label and without one."""
    table: dict[str, list[int]] = {}
    for one in examples:
        row = table.setdefault(one.source, [0] * (len(LABELS) + 1))
        row[one.label if one.label != UNKNOWN else len(LABELS)] += 1
    return table


def shuffled(examples: Iterable[Example], seed: int) -> list[Example]:
    """Return the examples in a random order that depends on the seed alone."""
    rows = list(examples)
    return [rows[index] for index in np.random.default_rng(seed).permutation(len(rows))]
