"""Fitting a page to a phone: at most 900 characters, and 20 rows of a bubble 360 px wide."""

import math
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from alerts.defuse import width
from alerts.incident import Quote

CHARACTERS = 900
ROWS = 20
ROW = 48  # half-width cells of a row: letters of 14 px in 336 px
HEADLINE = 80  # half-width cells: 40 full-width characters
SHORT = 70  # characters of a short message
_QUOTES = (132, 108, 84, 72, 60, 48, 38, 32)  # cells of a quote, tried in this order
_SHORT_QUOTE = 60  # before quotes become shorter than this, convenience goes
CONVENIENT = 8  # how much a line can be spared that saves only typing
# A row may break between wide characters, and in what is narrow after a blank or a hyphen.
_UNIT = re.compile(r"[!-~]*[ -]|[!-~]+|.", re.DOTALL)


class Line(NamedTuple):
    """A line of the page; those with the highest ``spare`` are left out first, 0 never.

    ``CONVENIENT`` ones go before quotes become short.
    """

    text: str
    spare: int = 0


Compose = Callable[[int], tuple[list[Line], list[Quote]]]


def fitted(headline: str, compose: Compose) -> tuple[str, list[Quote]]:
    """Shorten quotes first, then leave out what can best be spared, until the page fits."""
    lines: list[Line] = []
    quotes: list[Quote] = []
    for cells in _QUOTES:
        lines, quotes = compose(cells)
        if cells < _SHORT_QUOTE:
            lines = [line for line in lines if line.spare < CONVENIENT]
        if _fits(headline, lines):
            return _joined(headline, lines), quotes
    while not _fits(headline, lines) and any(line.spare for line in lines):
        lines.remove(max(lines, key=lambda line: line.spare))
    return _joined(headline, lines)[:CHARACTERS], quotes


def rows(text: str) -> int:
    """Return how many rows of a phone *text* takes."""
    return sum(_rows(line) for line in text.split("\n"))


def _rows(line: str) -> int:
    full, used = 1, 0
    for unit in _UNIT.findall(line):
        cells = width(unit.rstrip())
        if used and used + cells > ROW:
            full, used = full + 1, 0
        broken = max(0, math.ceil(cells / ROW) - 1)
        full, used = full + broken, used + width(unit) - broken * ROW
    return full


def _fits(headline: str, lines: list[Line]) -> bool:
    text = _joined(headline, lines)
    return len(text) <= CHARACTERS and rows(text) <= ROWS


def _joined(headline: str, lines: Iterable[Line]) -> str:
    return "\n".join((headline, *(line.text for line in lines)))
