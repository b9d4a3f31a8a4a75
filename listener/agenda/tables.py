"""Events as a brand team writes them in TOML."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from config.document import Document
from config.mistakes import none_of, spoken
from models.event import EXPECTED, Event, EventKind

DAY = timedelta(days=1)


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[[event]]``; ``start`` and ``end`` are whatever TOML has for times."""

    kind: EventKind
    start: Any = msgspec.field(name="from")
    end: Any = msgspec.field(name="to")
    topics: tuple[str, ...] = ()
    expected: Annotated[float, msgspec.Meta(ge=1, le=100)] | None = None
    note: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    schema: Literal[1] = 1
    event: tuple[Written, ...] = ()


def parse(text: str, file: Path, zone: tzinfo, topics: Collection[str]) -> list[Event]:
    """Return the events of a TOML file; raises SettingsError."""
    document = Document(text, str(file))
    table = document.convert(document.table, Table, "")
    return [
        _event(document, f"event[{number}]", written, zone, topics)
        for number, written in enumerate(table.event)
    ]


def _event(document: Document, path: str, written: Written, zone: tzinfo, topics: Collection[str]) -> Event:
    for topic in written.topics:
        if topic not in topics:
            raise document.fail(f"{path}.topics", f"unknown topic: {none_of(topic, sorted(topics))}")
    start = _instant(document, f"{path}.from", written.start, zone)
    end = _instant(document, f"{path}.to", written.end, zone, whole_day=True)
    if end <= start:
        raise document.fail(f"{path}.to", "the event ends before it starts; change one of the two")
    return Event(
        kind=written.kind,
        start=start,
        end=end,
        expected=written.expected or EXPECTED[written.kind],
        topics=written.topics,
        note=written.note,
    )


def _instant(document: Document, path: str, given: Any, zone: tzinfo, *, whole_day: bool = False) -> datetime:
    """Return a time as an instant; without an offset it is the brand's local one, a last day is whole."""
    if isinstance(given, date) and not isinstance(given, datetime):
        given = datetime.combine(given + DAY * whole_day, time())
    if not isinstance(given, datetime):
        why = f"expected a date, or a date and time like 2026-11-20T10:00:00+09:00, got {spoken(given)}"
        raise document.fail(path, why)
    return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
