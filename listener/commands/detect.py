"""`hinoban detect`: judge a plain CSV of counts, row by row."""

import csv
import re
import sys
from datetime import UTC, datetime
from math import inf, isnan, nan
from pathlib import Path
from statistics import median
from typing import NamedTuple, TextIO

from models.volume.series.judging import Series
from models.volume.settings import DetectionSettings

DONE, PROBLEMS, USAGE, OUTSIDE = 0, 1, 2, 3
REQUIRED = ("timestamp", "value")
OPTIONAL = ("negative", "authors")
HEADER = ("timestamp", "value", "expected", "upper", "anomaly_score", "state")
MISSING = {"", "nan", "null", "none", "na", "n/a", "-"}
"""What stands for a value that is not there: the row is answered, and teaches nothing."""
EPOCH, MILLISECONDS = 1e8, 1e11
"""A bare number is a row's number below the first, seconds below the second, else milliseconds."""
MOST = 1e50
"""Greater numbers are a broken export, not a measurement."""
LOOKED_AT = 50
"""Steps after which the interval is compared with what was said."""
_UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0}
# Eight digits are a date; other bare numbers count rows, seconds or milliseconds.
_NUMBERED = re.compile(r"(?!\d{8}$)\d+(?:\.\d+)?")
_SLASHED = re.compile(r"^(\d{4})/(\d\d)/(\d\d)")
_INTERVAL = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")


class UsageError(ValueError):
    """The command was called in a way that cannot work: the message says what would be right."""


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


class Pace:
    """Compares the steps of a file with the interval that was said."""

    def __init__(self, minutes: float) -> None:
        self._minutes = minutes
        self._last: float | None = None
        self._steps: list[float] = []

    def remark(self, at: float) -> str | None:
        """Take a row's time; once enough were seen, and the interval is another, say so."""
        last, self._last = self._last, at
        if last is None or len(self._steps) == LOOKED_AT:
            return None
        self._steps.append((at - last) / 60.0)
        usual = median(self._steps)
        if len(self._steps) < LOOKED_AT or 2 / 3 <= usual / self._minutes <= 3 / 2:
            return None
        return f"rows come every {usual:g} minutes, not every {self._minutes:g}: is --interval right?"


def minutes(interval: str) -> float:
    """Return an interval such as ``5m``, ``30s``, ``1h`` or ``1d`` in minutes."""
    found = _INTERVAL.fullmatch(interval.strip().lower())
    length = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not 1 / 60 <= length <= _UNITS["d"]:
        raise UsageError(
            f"--interval {interval!r} is not an interval: write 5m, 30s, 1h or 1d (a day at most)"
        )
    return length


def run(source: str | Path | TextIO, interval: str, out: TextIO, err: TextIO) -> int:
    """Judge the CSV *source* (a path, ``-`` for stdin, or an open file) and return the exit code."""
    name = source if isinstance(source, str) else getattr(source, "name", "input")
    try:
        length = minutes(interval)
        if not isinstance(source, str | Path):
            return judge(source, str(name), length, out, err)
        if str(source) == "-":
            return judge(sys.stdin, "stdin", length, out, err)
        with Path(source).open(encoding="utf-8-sig", newline="") as file:
            return judge(file, str(source), length, out, err)
    except (UsageError, UnicodeDecodeError) as error:
        wrong = (
            f"{name}: not UTF-8 text; save it as UTF-8" if isinstance(error, UnicodeDecodeError) else error
        )
        err.write(f"{wrong}\n")
        return USAGE
    except OSError as error:
        err.write(f"{source}: cannot be read: {error.strerror or error}; name a CSV file or - for stdin\n")
        return USAGE


def judge(file: TextIO, name: str, length: float, out: TextIO, err: TextIO) -> int:
    """Judge every row as it comes; rows that cannot be read are named on *err* and left out."""
    columns = _columns(_cells(file.readline()), name)
    series = Series(length, DetectionSettings(), negatives="negative" in columns)
    pace = Pace(length)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    code = DONE
    for line, text in enumerate(file, start=2):
        if not text.strip():
            continue
        try:
            row = _read(_cells(text), columns, length)
        except (RowError, csv.Error) as error:
            err.write(f"{name}:{line}: {error}; the row is left out\n")
            code = PROBLEMS
            continue
        if remark := pace.remark(row.at):
            err.write(f"{name}: {remark}\n")
        writer.writerow(_answer(row, series))
    return code


def _answer(row: Given, series: Series) -> tuple[str | float, ...]:
    if row.number is None:
        said = series.miss(row.at)
    else:
        said = series.tell(row.at, row.number, row.negative, row.authors)
    expected, upper = float(f"{said.expected:.6g}"), float(f"{said.upper:.6g}")
    return (row.timestamp, row.value, expected, upper, repr(said.score), said.state)


def _cells(text: str) -> list[str]:
    return next(csv.reader([text.rstrip("\r\n")]), [])


def _columns(header: list[str], name: str) -> dict[str, int]:
    names = [cell.strip().lstrip("\ufeff").lower() for cell in header]
    missing = [column for column in REQUIRED if column not in names]
    if missing:
        raise UsageError(
            f"{name}:1: the header has no column {' and no '.join(missing)};"
            " it must be timestamp,value and may add negative,authors"
        )
    return {column: names.index(column) for column in (*REQUIRED, *OPTIONAL) if column in names}


def _read(cells: list[str], columns: dict[str, int], length: float) -> Given:
    if len(cells) <= max(columns.values()):
        raise RowError(f"{len(cells)} columns where the header has {max(columns.values()) + 1} or more")
    text = {column: cells[index] for column, index in columns.items()}
    extra = {column: _number(column, text[column]) for column in OPTIONAL if column in text}
    at = _wall(text["timestamp"].strip(), length)
    missing = text["value"].strip().lower() in MISSING
    # Beside negative or authors the value is a count; by itself it may be a temperature.
    count = None if missing else _number("value", text["value"], least=0.0 if extra else -inf)
    return Given(text["timestamp"], text["value"], at, count, extra.get("negative"), extra.get("authors"))


def _number(column: str, text: str, least: float = 0.0) -> float:
    try:
        number = float(text)
    except ValueError:
        number = nan
    if isnan(number) or not max(least, -MOST) <= number <= MOST:
        raise RowError(f"{column} {text!r} is not a number{' of 0 or more' if least == 0 else ''}")
    return number


def _wall(text: str, length: float) -> float:
    """Return the file's own wall clock in seconds: the season of a series is that of its clock."""
    try:
        if _NUMBERED.fullmatch(text):
            number = float(text)
            if number < EPOCH:
                return number * length * 60.0
            return number if number < MILLISECONDS else number / 1000.0
        iso = _SLASHED.sub(r"\1-\2-\3", text)
        return datetime.fromisoformat(iso).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise RowError(f"timestamp {text!r} is not a time like 2026-11-20 17:40:00") from error
