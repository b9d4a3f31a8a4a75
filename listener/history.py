"""Hourly counts of the past, from a CSV file: what ends a cold start."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple, TextIO

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


def read(lines: TextIO, name: str) -> Iterator[Hour]:
    """Yield the hours of a CSV with the header ``brand,topic,hour,people,negative``; raises HistoryError."""
    rows = csv.DictReader(lines)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise HistoryError(f"{name}, line 1: the header must be {','.join(COLUMNS)}")
    for number, row in enumerate(rows, 2):
        try:
            yield _hour(row)
        except (ValueError, TypeError) as error:
            raise HistoryError(f"{name}, line {number}: {error}") from None


def _hour(row: dict[str, str]) -> Hour:
    hour = datetime.fromisoformat(row["hour"])
    if hour.tzinfo is None:
        raise ValueError(f"hour {row['hour']!r} has no zone; write it like 2026-11-20T10:00:00Z")
    people, negative = int(row["people"]), int(row["negative"])
    if not 0 <= negative <= people:
        raise ValueError(f"negative ({negative}) must lie between 0 and people ({people})")
    return Hour(TopicKey(row["brand"], row["topic"]), hour.astimezone(UTC), people, negative)
