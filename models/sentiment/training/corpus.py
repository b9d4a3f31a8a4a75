"""Reads the posts written for this project; GUIDE.md in their folder says what a row means."""

import csv
from collections.abc import Iterator
from pathlib import Path

import msgspec

from models.mention import Label, Voice
from models.sentiment.training.example import Example, Neighbours, labelled, voice_index

FOLDER = Path(__file__).parents[1] / "corpus"
TRAINING, TEST = "train", "test"
OUTCRIES = FOLDER / "outcries.tsv"
"""Short outcries and their look-alikes, to measure by alone: never trained on, chosen by or fitted to."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """One written post; line breaks of the text stand as they are."""

    text: str
    label: Label
    voice: Voice
    lang: str
    business: str
    register: str
    phenomenon: str
    writer: str


def read(path: Path) -> list[Written]:
    """Return the rows of one file of the corpus; ValueError with file and line when one is malformed."""
    with path.open(encoding="utf-8", newline="") as lines:
        found = []
        table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in table:
            try:
                found.append(msgspec.convert(row | {"text": row["text"].replace("\\n", "\n")}, Written))
            except (msgspec.ValidationError, KeyError, AttributeError) as error:
                where = f"{path}, line {table.line_num}"
                raise ValueError(f"{where}: {error}; see GUIDE.md for the columns") from error
        return found


def rows(part: str, folder: Path = FOLDER) -> list[Written]:
    """Return all rows of a part (``train`` or ``test``), file by file."""
    return [row for path in sorted(folder.glob(f"{part}-*.tsv")) for row in read(path)]


def examples(written: list[Written], weight: float = 1.0) -> Iterator[Example]:
    """Yield what the model learns from the rows."""
    for row in written:
        yield labelled(
            row.text, row.label, "corpus", lang=row.lang, voice=voice_index(row.voice),
            phenomenon=row.phenomenon, weight=weight,
        )  # fmt: skip


def outcries() -> list[Example]:
    """Return the short outcries and what only looks like them."""
    with OUTCRIES.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [labelled(row["text"], row["label"], "outcries", lang=row["lang"]) for row in table]


def clean(examples: list[Example], test: list[Example]) -> list[Example]:
    """Return *examples* without those that are near-duplicates of a row of *test*."""
    known = Neighbours(one.text for one in test)
    return [one for one in examples if known.near(one.text) is None]
