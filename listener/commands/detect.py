"""`hinoban detect`: judge a plain CSV of counts, row by row."""

import csv
import re
import sys
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import NamedTuple, TextIO

from models.volume.series import Series
from models.volume.settings import DetectionSettings

DONE, PROBLEMS, USAGE, OUTSIDE = 0, 1, 2, 3
REQUIRED = ("timestamp", "value")
OPTIONAL = ("negative", "authors")
HEADER = ("timestamp", "value", "expected", "upper", "anomaly_score", "state")
_UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0}
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
    number: float
    negative: float | None
    authors: float | None


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
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    code = DONE
    for line, text in enumerate(file, start=2):
        if not text.strip():
            continue
        try:
            row = _read(_cells(text), columns)
        except (RowError, csv.Error) as error:
            err.write(f"{name}:{line}: {error}; the row is left out\n")
            code = PROBLEMS
            continue
        said = series.tell(row.at, row.number, row.negative, row.authors)
        expected, upper = round(said.expected, 3), round(said.upper, 3)
        writer.writerow((row.timestamp, row.value, expected, upper, repr(said.score), said.state))
    return code


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


def _read(cells: list[str], columns: dict[str, int]) -> Given:
    if len(cells) <= max(columns.values()):
        raise RowError(f"{len(cells)} columns where the header has {max(columns.values()) + 1} or more")
    text = {column: cells[index] for column, index in columns.items()}
    count = _number("value", text["value"])
    extra = {column: _number(column, text[column]) for column in OPTIONAL if column in text}
    at = _wall(text["timestamp"])
    return Given(text["timestamp"], text["value"], at, count, extra.get("negative"), extra.get("authors"))


def _number(column: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not isfinite(number) or number < 0:
        raise RowError(f"{column} {text!r} is not a number of 0 or more")
    return number


def _wall(text: str) -> float:
    """Return the file's own wall clock in seconds: the season of a series is that of its clock."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise RowError(f"timestamp {text!r} is not a time like 2026-11-20 17:40:00") from error
