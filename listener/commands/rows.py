"""The rows of a CSV of counts, as spreadsheets and databases write them."""

import csv
import re
from datetime import UTC, datetime
from math import inf, isnan, nan
from typing import NamedTuple

REQUIRED = ("timestamp", "value")
OPTIONAL = ("negative", "authors")
SEPARATORS = ",;\t"
MISSING = {"", "nan", "null", "none", "na", "n/a", "-"}
"""What stands for a value that is not there: the row is answered, and teaches nothing."""
EPOCH, MILLISECONDS = 1e8, 1e11
"""A bare number is a row's number below the first, seconds below the second, else milliseconds."""
LONGEST = 100_000
"""Characters of a header: what is longer is another kind of file."""
MOST = 1e50
"""Greater numbers are a broken export, not a measurement."""
# Eight digits are a date; other bare numbers count rows, seconds or milliseconds.
_NUMBERED = re.compile(r"(?!\d{8}$)\d+(?:\.\d+)?")
# 2026/1/9 3:05, 2026-1-9, 2026年1月9日 3時5分: the year first, so that there is no doubt.
_YEAR_FIRST = re.compile(
    r"(\d{4})[-/.年]\s?(\d\d?)[-/.月]\s?(\d\d?)日?"
    r"(?:[T\s]\s*(\d\d?)(?::(\d\d)(?::(\d\d)(?:\.\d+)?)?|時(?:(\d\d?)分(?:(\d\d?)秒)?)?))?"
)
_YEAR_LAST = re.compile(r"\d\d?[-/.]\d\d?[-/.]\d{2,4}\b")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")


class HeaderError(ValueError):
    """The first line names no columns: the message says what it must be."""


class RowError(ValueError):
    """One row cannot be read: the message says why."""


class Given(NamedTuple):
    """One row as it stood, and as it reads."""

    timestamp: str
    value: str
    at: float
    number: float | None
    negative: float | None
    authors: float | None


class Header(NamedTuple):
    """Which separator parts the cells, and which column stands where."""

    separator: str
    columns: dict[str, int]

    @property
    def negatives(self) -> bool:
        """Tell whether the negatives are counted."""
        return "negative" in self.columns

    def row(self, line: str, minutes: float) -> Given:
        """Read a line of rows that are *minutes* long; raises RowError."""
        try:
            cells = _cells(line, self.separator)
        except csv.Error as error:
            raise RowError(str(error)) from None
        least = max(self.columns.values()) + 1
        if len(cells) < least:
            raise RowError(f"{len(cells)} columns where the header has {least} or more")
        text = {column: cells[index] for column, index in self.columns.items()}
        extra = {column: self._number(column, text[column]) for column in OPTIONAL if column in text}
        at = wall(text["timestamp"].strip(), minutes)
        missing = text["value"].strip().lower() in MISSING
        # Beside negative or authors the value is a count; by itself it may be a temperature.
        count = None if missing else self._number("value", text["value"], least=0.0 if extra else -inf)
        return Given(text["timestamp"], text["value"], at, count, extra.get("negative"), extra.get("authors"))

    def _number(self, column: str, text: str, least: float = 0.0) -> float:
        bare = text.strip()
        if self.separator == "," and _THOUSANDS.fullmatch(bare):
            bare = bare.replace(",", "")
        try:
            number = float(bare)
        except ValueError:
            number = nan
        if isnan(number) or not max(least, -MOST) <= number <= MOST:
            hint = "; write a decimal point and no thousands" if "," in bare else ""
            raise RowError(f"{column} {text!r} is not a number{' of 0 or more' if least == 0 else ''}{hint}")
        return number


def header(line: str) -> Header:
    """Read the first line; raises HeaderError."""
    if len(line) > LONGEST:
        raise HeaderError(f"the first line has {len(line):,} characters; it must be timestamp,value")
    for separator in SEPARATORS:
        names = [cell.lstrip("\ufeff").strip().lower() for cell in _cells(line, separator)]
        if all(column in names for column in REQUIRED):
            columns = {column: names.index(column) for column in (*REQUIRED, *OPTIONAL) if column in names}
            return Header(separator, columns)
    raise HeaderError(f"{_found(line)}; it must be timestamp,value and may add negative,authors")


def _found(line: str) -> str:
    bare = line.strip().lstrip("\ufeff")
    if not bare:
        return "there is no header, for the file is empty"
    try:
        wall(_cells(bare, ",")[0].strip(), 1.0)
    except RowError:
        return f"the header is {bare[:80]!r}"
    return f"there is no header above the first row {bare[:80]!r}"


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])


def wall(text: str, minutes: float) -> float:
    """Return the file's own wall clock in seconds: the season of a series is that of its clock."""
    if _NUMBERED.fullmatch(text):
        number = float(text)
        if number < EPOCH:
            return number * minutes * 60.0
        return number if number < MILLISECONDS else number / 1000.0
    try:
        return _moment(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        doubt = ": the year comes first" if _YEAR_LAST.match(text) else ""
        raise RowError(f"timestamp {text!r} is not a time like 2026-11-20 17:40:00{doubt}") from None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        if (found := _YEAR_FIRST.fullmatch(text)) is None:
            raise
    year, month, day, *clock = (int(part) for part in found.groups() if part is not None)
    return datetime(year, month, day, *clock)  # type: ignore[arg-type] # at most three  # noqa: DTZ001 - a wall clock
