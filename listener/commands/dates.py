"""What `hinoban check` says of calendars: public holidays, events, and what comes next."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.decode import SettingsError
from config.settings import Brand, Settings
from listener.agenda import almanac, public_holidays
from listener.agenda.invitations import Found
from listener.commands.checklist import Checklist
from models.event import Event
from models.keyword import KeywordList

NEXT = 3
ALWAYS = 0.5
"""An event in so much of the next month is no exception any more."""
MONTH = timedelta(days=30)


def look(found: Checklist, settings: Settings, lists: Sequence[KeywordList], now: datetime) -> None:
    """Note the public holidays and the calendars of every brand that has a keyword list."""
    brands = sorted({one.brand for one in lists})
    for brand in brands:
        given, zone = settings.brand.get(brand, Brand()), almanac.zone_of(settings, brand)
        _holidays(found, brand, given, now.astimezone(zone))
        topics = {
            topic
            for one in lists
            if one.brand == brand
            for topic in (*(t.slug for t in one.topics), *(k.topic for k in one.keywords))
        }
        for path in given.calendars:
            _calendar(found, f"brand.{brand}.calendars", path, zone, topics, now)


def _holidays(found: Checklist, brand: str, given: Brand, now: datetime) -> None:
    days = public_holidays.of(given.country, given.subdivision)
    if days is None:
        return
    day, name = next(days.coming(now.date()), (None, ""))
    coming = f"; the next is {day} ({name})" if day else ""
    found.note("ok", f"brand.{brand}.country", f"public holidays of {days.place} count as Sundays{coming}")


def _calendar(
    found: Checklist, check: str, path: Path, zone: ZoneInfo, topics: Iterable[str], now: datetime
) -> None:
    try:
        calendar = almanac.read(path, zone, topics, now=now)
    except SettingsError as error:
        found.note("mistake", check, str(error))
        return
    coming = list(itertools.islice(almanac.coming(calendar.events, now), NEXT))
    told = "; ".join(spoken(event, zone) for event in coming) or "none to come"
    count = len(calendar.events)
    found.note("ok", check, f"{path}: {count} event{'s' * (count != 1)}, next: {told}")
    for why in _doubts(calendar, now):
        found.note("warning", check, f"{path}: {why}")


def _doubts(calendar: Found, now: datetime) -> Iterable[str]:
    if calendar.left_out:
        first, count = calendar.left_out[0], len(calendar.left_out)
        yield (
            f"{count} without a kind left out (the first: {first}); write [campaign], [broadcast], [launch],"
            " [sale], [announcement] or [other] before the title of what is an event"
        )
    if (part := _covered(calendar.events, now)) > ALWAYS:
        yield (
            f"events cover {part:.0%} of the next 30 days; what is always on is the usual:"
            " leave it out, or the usual cannot be learned"
        )


def _covered(events: Iterable[Event], now: datetime) -> float:
    """Return the part of the next month in which some event is on."""
    covered, reached = timedelta(), now
    for event in almanac.coming(events, now):
        start, end = max(event.start, reached), min(event.end, now + MONTH)
        if end > start:
            covered, reached = covered + (end - start), end
    return covered / MONTH


def spoken(event: Event, zone: ZoneInfo) -> str:
    """Return an event as people read it, on the brand's clock."""
    start, end = event.start.astimezone(zone), event.end.astimezone(zone)
    about = f" ({', '.join(event.topics)})" if event.topics else ""
    name = f" {event.note}" if event.note else ""
    return f"{event.kind}{name}{about} {start:%Y-%m-%d %H:%M} to {end:%m-%d %H:%M}, up to {event.expected:g}x"
