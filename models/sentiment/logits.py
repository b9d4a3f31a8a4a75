"""From the raw outputs of a neural classifier to scores."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models.mention import Score, Voice
from models.sentiment.labels import LABELS
from models.sentiment.scorer import ScorerError

Matrix = npt.NDArray[np.float64]


class Encoded(NamedTuple):
    """A prepared text: its token ids and its language (``ja``, ``en`` or empty)."""

    ids: list[int]
    language: str

    def __len__(self) -> int:
        return len(self.ids)


class Raw(NamedTuple):
    """Outputs of a micro-batch: logits (batch, labels), voice logits or None, languages."""

    logits: Matrix
    voice: Matrix | None
    languages: list[str]


class Head(NamedTuple):
    """How to read logits: the label of each column, temperatures by language, and the doubt threshold."""

    columns: list[int]
    voices: list[Voice]
    temperature: Mapping[str, float]
    unsure_below: float

    def scores(self, raw: Raw) -> list[Score]:
        """Return one score per row; a temperature of ``*`` serves languages without their own.

        Raises ScorerError for what is no number: it would be taken for an opinion.
        """
        if not np.isfinite(raw.logits).all():
            raise ScorerError("the model answers with what is no number (NaN or infinity)")
        default = self.temperature.get("*", 1.0)
        warmth = np.array([self.temperature.get(language, default) for language in raw.languages])
        by_column = softmax(raw.logits / warmth[:, None])
        feelings = np.zeros((len(by_column), len(LABELS)))
        for column, label in enumerate(self.columns):
            feelings[:, label] += by_column[:, column]
        spoken = self._voices(raw)
        return [
            self._score(row, voice, language)
            for row, voice, language in zip(feelings, spoken, raw.languages, strict=True)
        ]

    def _voices(self, raw: Raw) -> list[Voice]:
        if raw.voice is None or not self.voices:
            return ["other"] * len(raw.languages)
        return [self.voices[index] for index in raw.voice.argmax(axis=1)]

    def _score(self, row: Any, voice: Voice, language: str) -> Score:
        best = int(row.argmax())
        negative, neutral, positive = (float(value) for value in row)
        return Score(
            label=LABELS[best],
            negative=negative,
            neutral=neutral,
            positive=positive,
            unsure=float(row[best]) < self.unsure_below or not language,
            voice=voice,
        )


def cut(ids: Sequence[int], length: int) -> list[int]:
    """Return at most *length* ids: two thirds from the beginning, the rest from the end."""
    if len(ids) <= length:
        return list(ids)
    head = length * 2 // 3
    return [*ids[:head], *ids[head - length :]]


def padded(batch: Sequence[Encoded], pad: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return token ids and attention mask, both (batch, longest), padded on the right."""
    longest = max(len(one) for one in batch)
    ids = np.full((len(batch), longest), pad, dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, one in enumerate(batch):
        ids[row, : len(one)] = one.ids
        mask[row, : len(one)] = 1
    return ids, mask


def softmax(logits: Matrix) -> Matrix:
    """Return the softmax over the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Matrix = powers / powers.sum(axis=-1, keepdims=True)
    return result
