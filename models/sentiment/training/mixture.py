"""Which public rows the model learns from: only sets whose licence allows to ship weights."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from models.sentiment.labels import LABELS
from models.sentiment.training import rows
from models.sentiment.training.example import MORALS, Example, labelled, shuffled


class Part(NamedTuple):
    """A public set: how many training rows are drawn, how a row becomes an example, its terms."""

    rows: int
    example: Callable[[rows.Row, str], Example | None]
    licence: str
    attribution: str


def _three(row: rows.Row, source: str) -> Example | None:
    return labelled(row.text, row.label, source) if row.label in LABELS else None


def _polar(row: rows.Row, source: str) -> Example | None:
    return labelled(row.text, row.label, source, polar=True)


def _english(row: rows.Row, source: str) -> Example | None:
    return _three(row, source) if row.lang == "eng" else None


def _moral(row: rows.Row, source: str) -> Example:
    return Example(text=row.text, moral=MORALS.index(row.label), source=source, lang="ja")


MIXTURE: dict[str, Part] = {
    "economy_watchers": Part(
        14_000, _polar, "CC BY 4.0", "Cabinet Office of Japan, Economy Watchers Survey; retarfi"
    ),
    "chabsa": Part(3_000, _three, "CC BY 4.0", "chABSA-dataset, TIS Inc. (chakki)"),
    "goemotions": Part(16_000, _three, "CC BY 4.0", "GoEmotions, Google Research"),
    "vader_tweets": Part(3_000, _three, "MIT", "vaderSentiment, C.J. Hutto"),
    "vader_other": Part(5_000, _three, "MIT", "vaderSentiment, C.J. Hutto"),
    "brighter": Part(3_000, _english, "CC BY 4.0", "BRIGHTER, Muhammad et al."),
    "jcommonsense_morality": Part(
        6_000, _moral, "MIT", "JCommonsenseMorality, Language Media Lab, Hokkaido University"
    ),
}


def public(folder: Path, seed: int, share: float = 1.0) -> Iterator[Example]:
    """Yield the examples of the mixture, drawn by *seed*; *share* scales how many of each set."""
    for name, part in MIXTURE.items():
        found = (part.example(row, name) for row in rows.read(folder, name) if row.split in {"train", "raw"})
        usable = [one for one in found if one is not None and one.text.strip()]
        yield from shuffled(usable, seed)[: int(part.rows * share)]


HAND_LABELLED = Path(__file__).parents[1] / "corpus" / "hand-labelled.tsv"
"""Our labels of texts of unlabelled public sets: the texts stay where they are, a digest finds them."""


def hand_labelled(folder: Path, path: Path = HAND_LABELLED) -> list[Example]:
    """Return the texts of the unlabelled sets that were labelled by hand for this project."""
    known: dict[str, dict[str, str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        source, digest, label = line.split("\t")
        known.setdefault(source, {})[digest] = label
    return [
        labelled(row.text, labels[digest_of(row.text)], source)
        for source, labels in known.items()
        for row in rows.read(folder, source)
        if digest_of(row.text) in labels
    ]


def digest_of(text: str) -> str:
    """Return what stands for a text in the file of labels."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


UNLABELLED = {"real_persona_chat_raw": 0.7, "quasi_reviews_raw": 0.3}
"""Japanese texts without labels: a student learns from what its teachers say of them."""


def unlabelled(folder: Path, seed: int, count: int, longest: int = 120) -> list[Example]:
    """Return *count* unlabelled Japanese texts, drawn by *seed*."""
    found: list[Example] = []
    for name, share in UNLABELLED.items():
        texts = [row.text for row in rows.read(folder, name) if 4 <= len(row.text) <= longest]  # noqa: PLR2004 - one word says nothing
        found += shuffled((Example(text=text, lang="ja", source=name) for text in texts), seed)[
            : int(count * share)
        ]
    return found


def held_out(
    folder: Path, name: str, split: str, example: Callable[[rows.Row, str], Example | None] = _three
) -> list[Example]:
    """Return the rows of a public set's own development part."""
    found = (example(row, name) for row in rows.read(folder, name) if row.split == split)
    return [one for one in found if one is not None and one.text.strip()]


def polar_held_out(folder: Path, name: str, split: str) -> list[Example]:
    """Return the development rows of a set that has no neutral class."""
    return held_out(folder, name, split, _polar)
