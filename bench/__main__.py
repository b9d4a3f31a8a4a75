"""Runs every bench of this folder and prints one Markdown table: `make bench`, or `make bench ARGS=matching`.

A bench is a module with ``measure()``, which returns rows: what was measured, the figure, the goal, and
whether the goal was met (True, False, or None where it is only reported).
"""

import importlib
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
VERDICT = {True: "yes", False: "**no**", None: ""}


class Row(NamedTuple):
    """One line of the table."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None


def rows_of(name: str) -> Iterator[Row]:
    """Run the bench *name*, and tell what could not be measured here in a row as well."""
    try:
        measure = getattr(importlib.import_module(f"bench.{name}"), "measure", None)
        rows: Iterable[tuple[object, ...]] = measure() if measure is not None else ()
        for what, figure, *rest in rows:
            goal, met = [*rest, "", None][:2]
            yield Row(str(what), str(figure), str(goal), None if met is None else bool(met))
    except (ImportError, OSError) as error:
        yield Row(name, f"not measured: {error}")


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield "| What | Figure | Goal | Met |"
    yield "|---|---|---|---|"
    for row in rows:
        yield f"| {row.what} | {row.figure} | {row.goal} | {VERDICT[row.met]} |"


def main(asked: list[str]) -> int:
    """Run the benches *asked* for, or all; returns 1 when a goal was missed."""
    there = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    if unknown := [name for name in asked if name not in there]:
        print(f"there is no bench {', '.join(unknown)}; there is: {', '.join(there)}", file=sys.stderr)
        return 2
    cores = len(os.sched_getaffinity(0))
    print(f"Python {platform.python_version()}, {platform.machine()}, {cores} cores, all in one run\n")
    rows: list[Row] = []
    for name in asked or there:
        print(f"measuring {name}", file=sys.stderr)
        rows.extend(rows_of(name))
    print(*table(rows), sep="\n")
    return 1 if any(row.met is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
