"""How soon fires are found, what pages for nothing, and what it costs: on seeded synthetic nights.

The nights are those that nobody tunes on (``bench/nights/seeds.py``); beside Hinoban run the three rules
that most people write first, on negative posts. More of them, or others: ``python -m bench.nights --help``.
Pictures of four nights are drawn into ``bench/out/``.
"""

import sys
from collections.abc import Iterator

from bench.nights import cost, plots
from bench.nights.plan import cases
from bench.nights.seeds import FIGURES
from bench.nights.table import rows
from bench.nights.trial import trials

NIGHTS = 5
"""Nights for each kind of fire: three to five minutes on one core."""


def measure(nights: int = NIGHTS) -> Iterator[tuple[object, ...]]:
    """Yield the rows of `make bench`."""
    yield from rows(list(trials(cases(nights, FIGURES))))
    yield from cost.rows()
    for case in plots.PICTURES:
        print(f"drawn: {plots.drawn(case)}", file=sys.stderr)
