"""Events out of an iCalendar file: those whose title, category or description says what kind they are."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any, NamedTuple

from config.document import SettingsError
from config.mistakes import none_of, spoken
from models.event import EXPECTED, Event, EventKind

Entry = Any  # a VEVENT: what its properties are, only the file knows

MOST = 5_000
"""Occurrences of one file; more is a mistake in a rule."""
LEAST, LARGEST = 1.0, 100.0
DAY = timedelta(days=1)

KINDS: dict[str, EventKind] = {
    "campaign": "campaign", "キャンペーン": "campaign", "企画": "campaign",
    "broadcast": "broadcast", "放送": "broadcast", "番組": "broadcast",
    "launch": "launch", "発売": "launch", "新発売": "launch",
    "sale": "sale", "セール": "sale",
    "announcement": "announcement", "発表": "announcement",
    "other": "other", "その他": "other",
}  # fmt: skip
"""How people name the kinds."""
NAMES = {"kind": "kind", "種類": "kind", "topics": "topics", "topic": "topics", "話題": "topics",
         "expected": "expected", "倍率": "expected"}  # fmt: skip
"""What a line of a description may set."""
_TITLE = re.compile(r"\s*[\[【［](?P<kind>[^\]】］]+)[\]】］]\s*(?P<rest>.*)", re.DOTALL)
_LINE = re.compile(r"\s*(?P<name>\w+)\s*[:=]\s*(?P<value>.+?)\s*$")
_BREAK = re.compile(r"<br\s*/?>|</p>|\n", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}


class Found(NamedTuple):
    """The events of a file within a stretch of time, and the titles of the entries without a kind."""

    events: list[Event]
    left_out: list[str]


class Said(NamedTuple):
    """What an entry says of itself."""

    kind: EventKind
    topics: tuple[str, ...]
    expected: float
    note: str


def parse(
    text: str, file: Path, zone: tzinfo, topics: Collection[str], between: tuple[datetime, datetime]
) -> Found:
    """Return the events of an iCalendar file that lie *between* two instants; raises SettingsError.

    An entry that names no kind is somebody's meeting, and is left out.
    """
    entries = _entries(text, file)
    said: dict[str, Said] = {}
    left_out = []
    for entry in entries:
        uid, kind = _uid(entry), _kind(entry)
        if kind is not None:
            said[uid] = _said(entry, kind, file, topics)
            _refuse_impossible(entry, file)
    ours = [entry for entry in entries if _uid(entry) in said]
    left_out = [_title(entry) for entry in entries if _uid(entry) not in said]
    return Found(list(_occurrences(ours, said, file, zone, between)), left_out)


def _entries(text: str, file: Path) -> list[Entry]:
    from icalendar import Calendar  # noqa: PLC0415 - only where there is such a file

    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError) as error:
        why = str(error).strip().partition("\n")[0]
        advice = "export it again from the calendar"
        raise SettingsError(f"{file}: not a whole iCalendar file ({why}); {advice}") from None
    return list(calendar.walk("VEVENT"))


def _uid(entry: Entry) -> str:
    return str(entry.get("UID") or id(entry))


def _title(entry: Entry) -> str:
    return str(entry.get("SUMMARY") or "")


def _kind(entry: Entry) -> EventKind | None:
    """Return the kind that an entry names: in brackets before its title, as a category, or in a line."""
    title = _TITLE.match(_title(entry))
    given = entry.get("CATEGORIES")
    lists = given if isinstance(given, list) else [given] if given is not None else []
    categories = [str(category) for one in lists for category in one.cats]
    names = [title["kind"] if title else "", *categories, _lines(entry).get("kind", "")]
    return next((KINDS[word] for name in names if (word := _plain(name)) in KINDS), None)


def _lines(entry: Entry) -> dict[str, str]:
    """Return what the description sets, line by line; web calendars send it as HTML."""
    found = {}
    for line in _BREAK.split(str(entry.get("DESCRIPTION") or "")):
        match = _LINE.match(unicodedata.normalize("NFKC", _TAG.sub("", line)))
        if match and (name := NAMES.get(match["name"].lower())):
            found[name] = match["value"]
    return found


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


def _said(entry: Entry, kind: EventKind, file: Path, topics: Collection[str]) -> Said:
    lines = _lines(entry)
    named = tuple(filter(None, re.split(r"[,、\s]+", lines.get("topics", ""))))
    for topic in named:
        if topic not in topics:
            raise _fail(file, entry, f"unknown topic: {none_of(topic, sorted(topics))}")
    title = _TITLE.match(_title(entry))
    note = title["rest"] if title and _plain(title["kind"]) in KINDS else _title(entry)
    return Said(kind, named, _expected(entry, lines.get("expected"), kind, file), note.strip())


def _expected(entry: Entry, given: str | None, kind: EventKind, file: Path) -> float:
    if given is None:
        return EXPECTED[kind]
    number = re.fullmatch(r"[x×]?\s*(\d+(?:\.\d+)?)\s*[x×倍]?", given)
    if number is None or not LEAST <= float(number[1]) <= LARGEST:
        raise _fail(file, entry, f"expected: {spoken(given)} is no multiple; write a number from 1 to 100")
    return float(number[1])


def _refuse_impossible(entry: Entry, file: Path) -> None:
    """Raise SettingsError for times that the libraries would guess at."""
    broken = [(name, why) for name, why in entry.errors if name in _TIMES]
    if broken:
        raise _fail(file, entry, f"{broken[0][0]} cannot be read: {broken[0][1]}")
    if entry.get("DTSTART") is None:
        raise _fail(file, entry, "it has no start (DTSTART)")
    start, end = entry["DTSTART"], entry.get("DTEND")
    for instant in (start, end):
        if instant is not None and _zone_is_unknown(instant):
            name = spoken(str(instant.params["TZID"]))
            raise _fail(file, entry, f"unknown time zone {name}; use a name like Asia/Tokyo")
    if end is None and entry.get("DURATION") is None and isinstance(start.dt, datetime):
        raise _fail(file, entry, "it has no end; say until when people will talk of it")
    if end is not None and (type(start.dt) is not type(end.dt) or not _in_order(start.dt, end.dt)):
        raise _fail(file, entry, "it ends before it starts; change one of the two")
    rules = entry.get("RRULE")
    for rule in rules if isinstance(rules, list) else [rules] if rules is not None else []:
        if (often := str((rule.get("FREQ") or [""])[0]).upper()) in _OFTEN:
            raise _fail(file, entry, f"it repeats {often.lower()}; once a day is the most")


def _zone_is_unknown(instant: Any) -> bool:
    return "TZID" in instant.params and isinstance(instant.dt, datetime) and instant.dt.tzinfo is None


def _in_order(start: date, end: date) -> bool:
    if isinstance(start, datetime) and isinstance(end, datetime) and bool(start.tzinfo) != bool(end.tzinfo):
        return True  # one is local: only the brand's zone tells
    return start < end or (start == end and not isinstance(start, datetime))


def _occurrences(
    ours: list[Entry],
    said: dict[str, Said],
    file: Path,
    zone: tzinfo,
    between: tuple[datetime, datetime],
) -> Iterator[Event]:
    for number, occurrence in enumerate(_expanded(ours, file, between)):
        if number >= MOST:
            raise SettingsError(f"{file}: more than {MOST} events in two years; check the rules that repeat")
        start, end = occurrence.start, occurrence.end
        if start == end and not isinstance(start, datetime):
            end = start + DAY
        start, end = _instant(start, zone), _instant(end, zone)
        if str(occurrence.get("STATUS") or "").upper() == "CANCELLED":
            continue
        if end <= start:
            raise _fail(file, occurrence, "it ends before it starts; change one of the two")
        told = said[_uid(occurrence)]
        yield Event(
            kind=told.kind,
            start=start,
            end=end,
            expected=told.expected,
            topics=told.topics,
            note=told.note,
        )


def _expanded(ours: list[Entry], file: Path, between: tuple[datetime, datetime]) -> list[Any]:
    if not ours:
        return []
    from icalendar import Calendar  # noqa: PLC0415 - only where there is such a file
    from recurring_ical_events import (  # type: ignore[import-untyped]  # noqa: PLC0415 - as above; ships no types
        of,
    )

    whole = Calendar()
    for entry in ours:
        if entry.get("UID") is None:
            entry.add("UID", str(id(entry)))
        whole.add_component(entry)
    try:
        return sorted(of(whole).between(*between), key=lambda one: _instant(one.start, UTC))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        why = str(error).strip().partition("\n")[0]
        raise SettingsError(f"{file}: a rule that repeats cannot be read ({why}); enter it again") from None


def _instant(given: date, zone: tzinfo) -> datetime:
    """Return a time of a calendar as an instant; local and whole days are the brand's."""
    if not isinstance(given, datetime):
        given = datetime.combine(given, time())
    return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)


def _fail(file: Path, entry: Entry, why: str) -> SettingsError:
    start = entry.get("DTSTART")
    when = f" ({start.to_ical().decode()})" if start is not None and hasattr(start, "to_ical") else ""
    return SettingsError(f"{file}: the event {spoken(_title(entry))}{when}: {why}")
