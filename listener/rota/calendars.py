"""A rota out of an iCalendar file: every event that names a receiver is that person's shift."""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import NamedTuple

from alerts.rota.booked import Booking
from alerts.rota.rota import Override
from config.document import SettingsError
from config.mistakes import spoken
from listener.agenda import entries
from listener.agenda.entries import Entry, Occurrence
from listener.rota.people import People

BEHIND, AHEAD = timedelta(days=35), timedelta(days=200)
"""How far back and ahead shifts that repeat are looked for; a calendar is read again every few minutes."""
LARGEST = 5_000_000
"""Characters of a calendar."""

_PLACE = re.compile(r"\[\s*(?P<number>[1-9])\s*\]|【\s*(?P<mark>[1-9])\s*】")
_SECOND = re.compile(r"\b(?:secondary|second|backup|2nd)\b|副当番|副担当|予備|二番手", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(?:override|swap|cover(?:ing)?)\b|交代|代理|代わり", re.IGNORECASE)


class Found(NamedTuple):
    """The shifts and overrides of a calendar, and the titles of events that name nobody."""

    bookings: list[Booking]
    overrides: list[Override]
    left_out: list[str]


def parse(
    text: str, file: Path, people: People, zone: tzinfo, *, now: datetime, day_begins: time = time()
) -> Found:
    """Return the shifts around *now*; whole days begin at *day_begins*; raises SettingsError."""
    if len(text) > LARGEST:
        raise SettingsError(f"{file}: longer than {LARGEST:,} characters; export only the shifts")
    found = entries.read(text, file)
    ours = {entries.uid(entry) for entry in found if _people(entry, people)}
    if not ours:
        why = "no event names a receiver; write one in a title, or invite one, or add to its `names`"
        raise SettingsError(f"{file}: {why} (there is: {', '.join(people.known) or 'none'})")
    for entry in found:
        if entries.uid(entry) in ours:
            entries.refuse_impossible(entry, file, no_end="say until when the shift lasts")
    left_out = [entries.title(entry) for entry in found if entries.uid(entry) not in ours]
    shifts = Found([], [], left_out)
    mine = [entry for entry in found if entries.uid(entry) in ours]
    between = (now - BEHIND, now + AHEAD)
    for one in entries.occurrences(mine, file, zone, between, day_begins=day_begins):
        _add(shifts, one, people)
    _refuse_overlaps(shifts.overrides, file)
    return shifts


def _add(shifts: Found, one: Occurrence, people: People) -> None:
    title = unicodedata.normalize("NFKC", entries.title(one.entry))
    who = _people(one.entry, people)
    if not who:
        shifts.left_out.append(title)
    elif _INSTEAD.search(" ".join((title, *_categories(one.entry)))):
        shifts.overrides.append(Override(who=who[0], since=one.start, until=one.end))
    else:
        first = _place(title)
        shifts.bookings.extend(
            Booking(who=name, since=one.start, until=one.end, place=first + number)
            for number, name in enumerate(who)
        )


def _place(title: str) -> int:
    """Return the place that a title says: [2], 【2】, "backup", 副当番; else the first."""
    if numbered := _PLACE.search(title):
        return int(numbered["number"] or numbered["mark"]) - 1
    return 1 if _SECOND.search(title) else 0


def _people(entry: Entry, people: People) -> tuple[str, ...]:
    """Return whom an event means: by its title, else whom it invites and who has not declined."""
    if named := people.named(entries.title(entry)):
        return named
    given = entry.get("ATTENDEE")
    attendees = given if isinstance(given, list) else [given] if given is not None else []
    coming = [one for one in attendees if str(one.params.get("PARTSTAT", "")).upper() != "DECLINED"]
    found = (who for one in coming for who in people.invited(str(one), str(one.params.get("CN", ""))))
    return tuple(dict.fromkeys(found))


def _categories(entry: Entry) -> Iterator[str]:
    given = entry.get("CATEGORIES")
    for one in given if isinstance(given, list) else [given] if given is not None else []:
        yield from map(str, one.cats)


def _refuse_overlaps(overrides: list[Override], file: Path) -> None:
    overrides.sort(key=lambda one: one.since)
    for before, after in itertools.pairwise(overrides):
        if after.since < before.until and after.who != before.who:
            both = f"{spoken(before.who)} and {spoken(after.who)}"
            when = f"{after.since:%Y-%m-%dT%H:%MZ}"
            raise SettingsError(f"{file}: {both} both stand in at {when}; end one where the other begins")
