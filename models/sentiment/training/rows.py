"""Reads the public sets of ``data/sentiment``: gzip, tab-separated, ``text label lang split native``."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """One row of a public set; ``label`` is the set's own grouping, ``native`` its own label."""

    text: str
    label: str
    lang: str
    split: str
    native: str


def read(folder: Path, name: str) -> Iterator[Row]:
    """Yield the rows of the set *name*; SystemExit with a sentence when it is not there."""
    path = folder / f"{name}.tsv.gz"
    if not path.is_file():
        raise SystemExit(f"{path}: is missing; give the folder of public sets with --data")
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        next(lines)
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            yield Row(*(fields + [""] * 5)[:5])
