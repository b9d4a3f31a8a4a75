"""`hinoban detect`: judge a plain CSV of counts, row by row."""

import csv
import re
import sys
from pathlib import Path
from statistics import median
from typing import TextIO

from listener.commands import rows
from listener.commands.rows import Given, HeaderError, RowError
from models.volume.series.judging import Series
from models.volume.settings import DetectionSettings

DONE, PROBLEMS, USAGE, OUTSIDE = 0, 1, 2, 3
HEADER = ("timestamp", "value", "expected", "upper", "anomaly_score", "state")
LOOKED_AT = 50
"""Steps after which the interval is compared with what was said."""
OFTEN = 1.5
"""Steps backward among the last rows: once a year a wall clock goes back, and the file is in order."""
NAMED = 10
"""Rows left out that are named each; of a file that is wrong throughout the rest is only counted."""
_UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0}
_INTERVAL = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")


class UsageError(ValueError):
    """The command was called in a way that cannot work: the message says what would be right."""


class Complaints:
    """Names the first rows that are left out, and counts the rest."""

    def __init__(self, name: str, err: TextIO) -> None:
        self._name = name
        self._err = err
        self.count = 0

    def take(self, line: int, error: RowError) -> None:
        """Say why the row of a *line* is left out."""
        self.count += 1
        if self.count <= NAMED:
            self._err.write(f"{self._name}:{line}: {error}; the row is left out\n")

    def close(self, judged: int) -> int:
        """Say how many more were left out, beside so many that were *judged*; return the exit code."""
        if self.count > NAMED:
            self._err.write(
                f"{self._name}: {self.count} rows were left out in all, and {judged} were judged\n"
            )
        return PROBLEMS if self.count else DONE


class Pace:
    """Compares the steps of a file with the interval that was said, and with time's own direction."""

    def __init__(self, minutes: float) -> None:
        self._minutes = minutes
        self._last: float | None = None
        self._steps: list[float] = []
        self._backward = 0.0  # steps backward among about the last fifty
        self._disorder = False

    def remark(self, at: float) -> str | None:
        """Take a row's time; say once when rows are out of order, or at another interval."""
        last, self._last = self._last, at
        if last is None:
            return None
        return self._out_of_order(at - last) or self._other_interval((at - last) / 60.0)

    def _out_of_order(self, step: float) -> str | None:
        self._backward = self._backward * (1 - 1 / LOOKED_AT) + (step < 0)
        if self._disorder or self._backward < OFTEN:
            return None
        self._disorder = True
        return "rows go back in time; each is judged by the rows above it: sort the file, oldest first"

    def _other_interval(self, step: float) -> str | None:
        if self._disorder or len(self._steps) == LOOKED_AT:
            return None
        self._steps.append(step)
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
    name = str(source) if isinstance(source, str | Path) else str(getattr(source, "name", "input"))
    try:
        length = minutes(interval)
        if not isinstance(source, str | Path):
            return judge(source, name, length, out, err)
        if str(source) == "-":
            return judge(sys.stdin, "stdin", length, out, err)
        with Path(source).open(encoding="utf-8-sig", newline="") as file:
            return judge(file, name, length, out, err)
    except UsageError as error:
        err.write(f"{error}\n")
    except UnicodeDecodeError:
        err.write(f'{name}: not UTF-8 text; save it as UTF-8 (Excel: "CSV UTF-8")\n')
    except OSError as error:
        err.write(f"{name}: cannot be read: {error.strerror or error}; name a CSV file or - for stdin\n")
    return USAGE


def judge(file: TextIO, name: str, length: float, out: TextIO, err: TextIO) -> int:
    """Judge every row as it comes; rows that cannot be read are named on *err* and left out."""
    lines = enumerate(file, start=1)
    first, text = next(((number, line) for number, line in lines if line.strip("\ufeff \t\r\n")), (1, ""))
    try:
        header = rows.header(text)
    except HeaderError as error:
        raise UsageError(f"{name}:{first}: {error}") from None
    series = Series(length, DetectionSettings(), negatives=header.negatives)
    pace, complaints, judged = Pace(length), Complaints(name, err), 0
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for number, text in lines:
        if not text.strip():
            continue
        try:
            row = header.row(text, length)
        except RowError as error:
            complaints.take(number, error)
            continue
        if remark := pace.remark(row.at):
            err.write(f"{name}: {remark}\n")
        writer.writerow(_answer(row, series))
        judged += 1
    return complaints.close(judged)


def _answer(row: Given, series: Series) -> tuple[str | float, ...]:
    if row.number is None:
        said = series.miss(row.at)
    else:
        said = series.tell(row.at, row.number, row.negative, row.authors)
    expected, upper = float(f"{said.expected:.6g}"), float(f"{said.upper:.6g}")
    return (row.timestamp, row.value, expected, upper, repr(said.score), said.state)
