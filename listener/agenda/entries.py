"""The entries of an iCalendar file: read, checked, and unrolled where they repeat."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any, NamedTuple

from config.document import SettingsError
from config.mistakes import spoken

Entry = Any  # a VEVENT: what its properties are, only the file knows

MOST = 5_000
"""Occurrences of one file; more is a mistake in a rule."""
SHOWN = 120
"""Characters of what a library says about a file, which may quote all of it."""
DAY = timedelta(days=1)
MIDNIGHT = time()
_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_ONCE = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "UID", "SUMMARY")
_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}


class Occurrence(NamedTuple):
    """One time at which an entry takes place; ``uid`` and ``entry`` say which."""

    uid: str
    entry: Entry
    start: datetime
    end: datetime


def read(text: str, file: Path) -> list[Entry]:
    """Return the entries of an iCalendar file; raises SettingsError."""
    from icalendar import Calendar  # noqa: PLC0415 - only where there is such a file

    try:
        calendar = Calendar.from_ical(text)
    except Exception as error:  # noqa: BLE001 - the library raises whatever its parts do
        advice = "export it again from the calendar"
        raise SettingsError(f"{file}: not a whole iCalendar file ({_plain(error)}); {advice}") from None
    return list(calendar.walk("VEVENT"))


def uid(entry: Entry) -> str:
    """Return what an entry and its occurrences share."""
    return str(entry.get("UID") or id(entry))


def title(entry: Entry) -> str:
    """Return the title of an entry."""
    return str(entry.get("SUMMARY") or "")


def fail(file: Path, entry: Entry, why: str) -> SettingsError:
    """Return the error that says *why* an entry cannot be used."""
    start = entry.get("DTSTART")
    given = start.to_ical() if hasattr(start, "to_ical") else b""
    said = given.decode() if isinstance(given, bytes) else str(given)
    when = f" ({said})" if said else ""
    return SettingsError(f"{file}: the event {spoken(title(entry))}{when}: {why}")


def refuse_impossible(entry: Entry, file: Path, *, no_end: str) -> None:
    """Raise SettingsError for times that the libraries would guess at; *no_end* is what to do about one."""
    for why in _troubles(entry, no_end):
        raise fail(file, entry, why)


def occurrences(
    ours: list[Entry],
    file: Path,
    zone: tzinfo,
    between: tuple[datetime, datetime],
    *,
    day_begins: time = MIDNIGHT,
) -> Iterator[Occurrence]:
    """Yield what takes place *between* two instants; local times and whole days are in *zone*."""
    for number, occurrence in enumerate(_expanded(ours, file, between)):
        if number >= MOST:
            raise SettingsError(f"{file}: more than {MOST} events in two years; check the rules that repeat")
        start, end = occurrence.start, occurrence.end
        if start == end and not isinstance(start, datetime):
            end = start + DAY
        start, end = _instant(start, zone, day_begins), _instant(end, zone, day_begins)
        if str(occurrence.get("STATUS") or "").upper() == "CANCELLED":
            continue
        if end <= start:
            raise fail(file, occurrence, "it ends before it starts; change one of the two")
        yield Occurrence(uid(occurrence), occurrence, start, end)


def _troubles(entry: Entry, no_end: str) -> Iterator[str]:
    """Find what is wrong with the times of an entry; what comes later presumes what came before."""
    for name, why in entry.errors:
        if name in _TIMES:
            yield f"{name} cannot be read ({str(why)[:SHOWN]}); enter it again"
    yield from (f"it has several {name}; keep one" for name in _ONCE if isinstance(entry.get(name), list))
    if entry.get("DTSTART") is None:
        yield "it has no start (DTSTART); say when it begins"
    start, end = entry["DTSTART"], entry.get("DTEND")
    for instant in (start, end):
        if instant is not None and _zone_is_unknown(instant):
            yield f"unknown time zone {spoken(str(instant.params['TZID']))}; use a name like Asia/Tokyo"
    if end is None and entry.get("DURATION") is None and isinstance(start.dt, datetime):
        yield f"it has no end; {no_end}"
    if end is not None and (type(start.dt) is not type(end.dt) or not _in_order(start.dt, end.dt)):
        yield "it ends before it starts; change one of the two"
    rules = entry.get("RRULE")
    for rule in rules if isinstance(rules, list) else [rules] if rules is not None else []:
        if (often := str((rule.get("FREQ") or [""])[0]).upper()) in _OFTEN:
            yield f"it repeats {often.lower()}; once a day is the most"


def _zone_is_unknown(instant: Any) -> bool:
    return "TZID" in instant.params and isinstance(instant.dt, datetime) and instant.dt.tzinfo is None


def _in_order(start: date, end: date) -> bool:
    if isinstance(start, datetime) and isinstance(end, datetime) and bool(start.tzinfo) != bool(end.tzinfo):
        return True  # one is local: only the owner's zone tells
    return start < end or (start == end and not isinstance(start, datetime))


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
    except Exception as error:  # noqa: BLE001 - as in ``read``
        advice = "enter it again"
        raise SettingsError(
            f"{file}: a rule that repeats cannot be read ({_plain(error)}); {advice}"
        ) from None


def _plain(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:SHOWN] or type(error).__name__


def _instant(given: date, zone: tzinfo, day_begins: time = MIDNIGHT) -> datetime:
    """Return a time of a calendar as an instant."""
    if not isinstance(given, datetime):
        given = datetime.combine(given, day_begins)
    return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
