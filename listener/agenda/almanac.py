"""The calendars of all brands: read from the files that their settings name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from config.document import SettingsError, read_text
from config.settings import Brand, Settings
from listener.agenda import invitations, public_holidays, tables
from listener.agenda.invitations import Found
from models.event import Event
from models.keyword import TopicKey
from models.volume.calendar import Almanac

AROUND = timedelta(days=400)
"""How far back and ahead events that repeat are looked for; a calendar is read again every month."""

Events = Mapping[str, tuple[Event, ...]]
OnBroken = Callable[[SettingsError], None]
_NOBODY = Brand()


def read(path: Path, zone: tzinfo, topics: Iterable[str], *, now: datetime) -> Found:
    """Read one calendar, an iCalendar file or TOML, of a brand with these *topics*; raises SettingsError."""
    text, known = read_text(path), sorted(topics)
    if path.suffix.lower() == ".toml":
        return Found(tables.parse(text, path, zone, known), [])
    if path.suffix.lower() in {".ics", ".ical", ".ifb"}:
        return invitations.parse(text, path, zone, known, (now - AROUND, now + AROUND))
    raise SettingsError(f"{path}: a calendar ends in .toml or .ics; rename it, or export it again")


def events(
    settings: Settings, topics: Iterable[TopicKey], *, now: datetime, on_broken: OnBroken | None = None
) -> dict[str, tuple[Event, ...]]:
    """Read the calendars of every brand of *topics*; raises SettingsError unless *on_broken* hears of it."""
    keys = list(topics)
    found: dict[str, tuple[Event, ...]] = {}
    for brand in sorted({key.brand for key in keys}):
        own = [key.topic for key in keys if key.brand == brand]
        for path in settings.brand.get(brand, _NOBODY).calendars:
            try:
                more = read(path, zone_of(settings, brand), own, now=now).events
            except SettingsError as error:
                if on_broken is None:
                    raise
                on_broken(error)
            else:
                found[brand] = (*found.get(brand, ()), *more)
    return found


def named(path: Path, settings: Settings, topics: Iterable[TopicKey], *, now: datetime) -> Events:
    """Read one calendar for every brand of *topics*; raises SettingsError."""
    keys = list(topics)
    known = {key.topic for key in keys}
    return {
        brand: tuple(read(path, zone_of(settings, brand), known, now=now).events)
        for brand in sorted({key.brand for key in keys})
    }


def build(settings: Settings, brands: Iterable[str], planned: Events) -> Almanac:
    """Return what the detector goes by: zones, public holidays, and the *planned* events."""
    known = sorted(set(brands))
    places = {brand: settings.brand.get(brand, _NOBODY) for brand in known}
    holidays = {
        brand: days
        for brand, place in places.items()
        if (days := public_holidays.of(place.country, place.subdivision)) is not None
    }
    return Almanac({brand: zone_of(settings, brand) for brand in known}, holidays, planned)


def zone_of(settings: Settings, brand: str) -> ZoneInfo:
    """Return the zone of a brand."""
    return ZoneInfo(settings.brand.get(brand, _NOBODY).zone or settings.time_zone)


def coming(planned: Iterable[Event], now: datetime) -> Iterator[Event]:
    """Yield the events that go on at *now* or come later, the next first."""
    yield from sorted((event for event in planned if event.end > now), key=lambda event: event.start)
