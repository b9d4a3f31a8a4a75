"""The figures of any scorer on the test part and on the public sets' own development parts."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from models.mention import Score
from models.sentiment.batching import score_all
from models.sentiment.labels import LABELS, VOICES
from models.sentiment.scorer import Scorer
from models.sentiment.training import corpus, mixture
from models.sentiment.training.evaluation import (
    Bin,
    Figure,
    Floats,
    accuracy,
    by_group,
    figure,
    precision,
    predicted,
    recall,
    reliability,
)
from models.sentiment.training.example import Example

_BATCH = 8


class Line(NamedTuple):
    """A line of the table of accuracy: on what, and macro-F1 with its interval."""

    what: str
    figure: Figure


class Judged(NamedTuple):
    """Rows and what a scorer said of them: probabilities (rows, 3) and labels (rows,)."""

    rows: list[Example]
    scores: list[Score]

    @property
    def probabilities(self) -> Floats:
        """Return the probabilities of negative, neutral and positive."""
        return np.array([[one.negative, one.neutral, one.positive] for one in self.scores])

    @property
    def truth(self) -> list[int]:
        """Return the true labels."""
        return [one.label for one in self.rows]

    def said(self, *, polar: bool = False) -> list[int]:
        """Return the scorer's labels; with *polar* the better of negative and positive."""
        return [int(label) for label in predicted(self.probabilities, polar=polar)]

    def of(self, lang: str) -> "Judged":
        """Return the rows of one language."""
        both = [(row, score) for row, score in zip(self.rows, self.scores, strict=True) if row.lang == lang]
        return Judged([row for row, _ in both], [score for _, score in both])


def judged(scorer: Scorer, rows: Sequence[Example]) -> Judged:
    """Return what *scorer* says of *rows*, in micro-batches as the daemon makes them."""
    return Judged(list(rows), score_all(scorer, [row.text for row in rows], _BATCH))


def own(scorer: Scorer) -> Judged:
    """Return what *scorer* says of the test part."""
    return judged(scorer, list(corpus.examples(corpus.rows(corpus.TEST))))


def halves() -> tuple[list[Example], list[Example]]:
    """Return the test part in two halves by digest.

    One fits the temperatures, which change no label; the other checks them.
    """
    rows = list(corpus.examples(corpus.rows(corpus.TEST)))
    even = [int(mixture.digest_of(row.text), 16) % 2 == 0 for row in rows]
    fitted = [row for row, yes in zip(rows, even, strict=True) if yes]
    return fitted, [row for row, yes in zip(rows, even, strict=True) if not yes]


def on_own(found: Judged) -> Iterator[Line]:
    """Yield macro-F1 on the test part: per language and per phenomenon."""
    for lang in ("ja", "en"):
        part = found.of(lang)
        yield Line(f"own test part, {lang}", figure(part.truth, part.said()))
    groups = [row.phenomenon for row in found.rows]
    for name, value in by_group(found.truth, found.said(), groups).items():
        yield Line(f"own test part, {name}", value)


def on_outcries(scorer: Scorer) -> Iterator[Line]:
    """Yield how short outcries and their look-alikes are told apart, per language."""
    found = judged(scorer, corpus.outcries())
    for lang in ("ja", "en"):
        part = found.of(lang)
        yield Line(f"short outcries, {lang}", figure(part.truth, part.said()))
        for name, measure in (("recall", recall), ("precision", precision)):
            value = figure(part.truth, part.said(), measure)
            yield Line(f"short outcries, {lang}, {name} of negative", value)


def voice(found: Judged) -> Figure:
    """Return the accuracy of the voice on the test part."""
    heard = [VOICES.index(one.voice) for one in found.scores]
    return figure([row.voice for row in found.rows], heard, accuracy)


def believed(found: Judged) -> list[Bin]:
    """Return the reliability table."""
    return reliability(found.probabilities, np.array(found.truth))


def on_public(scorer: Scorer, data: Path) -> Iterator[Line]:
    """Yield macro-F1 on the development parts of the public sets."""
    emotions = judged(scorer, mixture.held_out(data, "goemotions", "dev"))
    yield Line("GoEmotions dev, three classes", figure(emotions.truth, emotions.said()))
    economy = judged(scorer, mixture.polar_held_out(data, "economy_watchers", "val"))
    yield Line("economy_watchers 2024, polar", figure(economy.truth, economy.said(polar=True)))
    reports = judged(scorer, mixture.held_out(data, "chabsa", "val"))
    yield Line("chABSA val, three classes", figure(reports.truth, reports.said()))


def shares(found: Judged, label: str = "negative") -> tuple[float, float]:
    """Return the true share of *label* and what the probabilities say it is."""
    at = LABELS.index(label)
    return float(np.mean([one == at for one in found.truth])), float(found.probabilities[:, at].mean())
