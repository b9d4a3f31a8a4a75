"""Hourly counts of the past, as CSV or JSON lines: what ends a cold start."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

import msgspec

from listener.sources.json_frame import WIDE
from models.keyword import TopicKey

COLUMNS = ("brand", "topic", "hour", "people", "negative")


class HistoryError(Exception):
    """A history file cannot be used: the sentence names the line."""


class Hour(NamedTuple):
    """One topic in one hour: how many people spoke of it, and how many of them with displeasure."""

    key: TopicKey
    hour: datetime
    people: int
    negative: int


class Refused(NamedTuple):
    """A line that cannot be used, by its number, and the sentence that says why."""

    number: int
    raw: str
    why: str


class _Line(msgspec.Struct):
    brand: str
    topic: str
    hour: datetime
    people: int
    negative: int


_line = msgspec.json.Decoder(_Line)


def read(lines: Iterable[str], name: str) -> Iterator[Hour]:
    """Yield the hours of a CSV with the header ``brand,topic,hour,people,negative``, or of JSON lines.

    Raises HistoryError at the first line that is wrong.
    """
    for number, row in rows(lines, name):
        if isinstance(row, Refused):
            raise HistoryError(f"{name}, line {number}: {row.why}")
        yield row


def rows(lines: Iterable[str], name: str) -> Iterator[tuple[int, Hour | Refused]]:
    """Yield each line's number, and its hour or why not; raises HistoryError for a wrong header."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    first = next(numbered, None)
    if first is not None:
        start, line = first[0], first[1].removeprefix("\ufeff")
        if "\0" in line:
            raise HistoryError(f"{name}, line {start}: {WIDE}")
        rest = chain([(start, line)], numbered)
        yield from _json(rest) if line.lstrip().startswith("{") else _csv(rest, name)


def hour_of(raw: str) -> Hour:
    """Return the hour in a JSON line; raises ValueError with a sentence."""
    try:
        read = _line.decode(raw.encode("utf-8", "surrogateescape"))
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
    return _checked(read.brand, read.topic, read.hour, read.people, read.negative)


def _json(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, Hour | Refused]]:
    for number, line in lines:
        try:
            yield number, hour_of(line)
        except ValueError as error:
            yield number, Refused(number, line, str(error))


def _csv(lines: Iterable[tuple[int, str]], name: str) -> Iterator[tuple[int, Hour | Refused]]:
    for number, line in lines:
        cells = next(csv.reader([line]))
        if tuple(cells) == COLUMNS:
            break
        raise HistoryError(f"{name}, line {number}: the header must be {','.join(COLUMNS)}")
    for number, line in lines:
        try:
            brand, topic, hour, people, negative = next(csv.reader([line]))
            yield number, _checked(brand, topic, datetime.fromisoformat(hour), int(people), int(negative))
        except ValueError as error:
            yield number, Refused(number, line, str(error))


def _checked(brand: str, topic: str, hour: datetime, people: int, negative: int) -> Hour:
    if hour.tzinfo is None:
        raise ValueError(f"hour {hour.isoformat()!r} has no zone; write it like 2026-11-20T10:00:00Z")
    if not 0 <= negative <= people:
        raise ValueError(f"negative ({negative}) must lie between 0 and people ({people})")
    at = hour.astimezone(UTC)
    if at.minute or at.second or at.microsecond:
        raise ValueError(f"hour {hour.isoformat()!r} is no full hour; write its first minute")
    return Hour(TopicKey(brand, topic), at, people, negative)
