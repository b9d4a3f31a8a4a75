"""From the label names of any classifier to negative, neutral and positive."""

import re
from collections.abc import Mapping, Sequence
from typing import cast, get_args

from models.mention import Label, Voice
from models.sentiment.scorer import ScorerError

LABELS: tuple[Label, ...] = get_args(Label)
VOICES: tuple[Voice, ...] = get_args(Voice)
_KNOWN: dict[str, Label] = {
    "negative": "negative", "neg": "negative", "ネガティブ": "negative",
    "neutral": "neutral", "neu": "neutral", "ニュートラル": "neutral", "中立": "neutral",
    "positive": "positive", "pos": "positive", "ポジティブ": "positive",
}  # fmt: skip
_STARS = re.compile(r"([1-5])[ _-]*(?:stars?|★|つ星)?", re.IGNORECASE)
_OF_STARS: tuple[Label, ...] = ("negative", "negative", "neutral", "positive", "positive")


def columns(names: Sequence[str], label_map: Mapping[str, str], where: str) -> list[int]:
    """Return, for each output of a classifier, the index in ``LABELS`` that it speaks for.

    A name is looked up in *label_map*, then among the usual ones, then read as stars (1-2 negative,
    3 neutral, 4-5 positive); raises ScorerError with the map to write for names that nobody knows.
    """
    found = [_label(name, label_map) for name in names]
    if not names or None in found or not {"negative", "positive"} <= set(found):
        raise ScorerError(_advice(names, label_map, where))
    return [LABELS.index(label) for label in found if label is not None]


def voices(names: Sequence[str], where: str) -> list[Voice]:
    """Return the voices that *names* spell; ScorerError when one is none of ours."""
    for name in names:
        if name not in VOICES:
            raise ScorerError(f"{where}: {name!r} is no voice; id2voice may name {', '.join(VOICES)}")
    return [cast("Voice", name) for name in names]


def _label(name: str, label_map: Mapping[str, str]) -> Label | None:
    if name in label_map:
        mapped = label_map[name]
        return mapped if mapped in LABELS else None
    if stars := _STARS.fullmatch(name.strip()):
        return _OF_STARS[int(stars[1]) - 1]
    return _KNOWN.get(name.strip().casefold())


def _advice(names: Sequence[str], label_map: Mapping[str, str], where: str) -> str:
    if not names:
        return f"{where}: the model names no labels; its config needs id2label"
    wanted = ", ".join(f'"{name}" = "..."' for name in names)
    said = f" (label_map now says {dict(label_map)})" if label_map else ""
    return (
        f"{where}: cannot tell negative from positive among the labels {', '.join(names)}{said}; "
        f"write label_map = {{ {wanted} }} with negative, neutral or positive for each"
    )
