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
CONVENIENT = 8  # how much a line can be spared that saves only typing
LINKED = 7  # the same of one whose address takes three rows, and that another link leads to as well
THIRD = 6  # how much the third quote can be spared
_WORD = 24  # characters; what is longer is an address
_ADDRESS = 1.1  # cells of its letters: capitals and figures are wider than half a full-width character
# A row may break between wide characters, and in what is narrow after a blank or a hyphen.
_UNIT = re.compile(r"[!-~]*[ -]|[!-~]+|.", re.DOTALL)


class Room(NamedTuple):
    """The cells of the first quote, which speaks for most people, and of the others."""

    first: int
    others: int


_EVEN = tuple(Room(cells, cells) for cells in (132, 108, 84, 72, 60))
_UNEVEN = (Room(72, 30), Room(60, 30), Room(48, 30), Room(30, 30))  # 30: one row, with its number
# What is tried in this order: lines as easily spared go, and quotes may be longer again for it.
_TRIES = (
    (CONVENIENT + 1, _EVEN),
    (CONVENIENT, _EVEN),
    (LINKED, _EVEN),
    (THIRD, _EVEN),  # two posts that can be read tell more than three beginnings
    (THIRD, _UNEVEN),
)


class Line(NamedTuple):
    """A line of the page; those with the highest ``spare`` are left out first, 0 never.

    ``CONVENIENT`` ones go before quotes become short.
    """

    text: str
    spare: int = 0


Compose = Callable[[Room], tuple[list[Line], list[Quote]]]


def fitted(headline: str, compose: Compose) -> tuple[str, list[Quote]]:
    """Shorten quotes first, then leave out what can best be spared, until the page fits."""
    lines: list[Line] = []
    quotes: list[Quote] = []
    for least, rooms in _TRIES:
        for room in rooms:
            lines, quotes = compose(room)
            lines = [line for line in lines if line.spare < least]
            if _fits(headline, lines):
                return _joined(headline, lines), quotes
    while not _fits(headline, lines) and any(line.spare for line in lines):
        lines.remove(max(lines, key=lambda line: line.spare))
    return _joined(headline, lines)[:CHARACTERS], quotes


def rows(text: str) -> int:
    """Return how many rows of a phone *text* takes."""
    return sum(_rows(line) for line in text.split("\n"))


def _rows(line: str) -> int:
    full, used = 1, 0.0
    for unit in _UNIT.findall(line):
        cells = _reach(unit.rstrip())
        if used and used + cells > ROW:
            full, used = full + 1, 0.0
        broken = max(0, math.ceil(cells / ROW) - 1)
        full, used = full + broken, used + _reach(unit) - broken * ROW
    return full


def _reach(unit: str) -> float:
    """Return the cells that *unit* takes on a phone: an address is of wider letters than a sentence."""
    return width(unit) * (_ADDRESS if len(unit) > _WORD else 1.0)


def _fits(headline: str, lines: list[Line]) -> bool:
    text = _joined(headline, lines)
    return len(text) <= CHARACTERS and rows(text) <= ROWS


def _joined(headline: str, lines: Iterable[Line]) -> str:
    return "\n".join((headline, *(line.text for line in lines)))
