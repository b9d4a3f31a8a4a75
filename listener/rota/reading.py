"""Rotas out of what people write: settings, a TOML file, an iCalendar file."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from alerts.rota.booked import Booked
from alerts.rota.rota import Override, Rota
from alerts.rota.rotation import Rotation
from alerts.rota.weekly import Window
from config import rota as written
from config import secrets, weekly
from config.decode import is_zone
from config.document import Document, SettingsError, read_text
from config.mistakes import spoken
from config.settings import Settings
from listener.rota import calendars
from listener.rota.copies import Copies
from listener.rota.people import People


class Read(NamedTuple):
    """A rota, its zone, and the titles of the calendar events that named nobody."""

    rota: Rota
    zone: ZoneInfo
    left_out: tuple[str, ...] = ()


def read(settings: Settings, name: str, *, now: datetime, copy: str = "") -> Read:
    """Read the rota *name*; *copy* is the calendar of one that stands on the web; raises SettingsError."""
    given = settings.rota[name]
    zone = given.zone or settings.time_zone
    if given.file:
        return _file(Path(given.file), given, zone, settings)
    if given.layer:
        return Read(_rota(given.layer, given.override, ZoneInfo(zone)), ZoneInfo(zone))
    if given.calendar:
        return _calendar(read_text(Path(given.calendar)), Path(given.calendar), given, zone, settings, now)
    return _calendar(copy, Path(f"the calendar of rota.{name}"), given, zone, settings, now)


def kept(
    settings: Settings, name: str, *, now: datetime, secret: Callable[[str], str] = secrets.read
) -> Read:
    """Read the rota *name* without the web: of one that stands there the last good copy.

    Raises SettingsError, also where there is no copy.
    """
    url = address(settings.rota[name], secret)
    copy = Copies(settings.storage.path).load(name, url) if url else None
    return read(settings, name, now=now, copy=copy.text if copy else "")


def address(given: written.Rota, secret: Callable[[str], str] = secrets.read) -> str:
    """Return where on the web a rota stands, empty if it does not; raises SettingsError."""
    if not given.url_file:
        return given.url
    found = secret(given.url_file)
    if not written.is_address(found):
        why = "holds no address; write one like https://calendar.example/oncall.ics"
        raise SettingsError(f"{given.url_file}: it {why}")
    return found


def _file(path: Path, given: written.Rota, zone: str, settings: Settings) -> Read:
    document = Document(read_text(path), str(path))
    table: written.RotaFile = document.convert(document.table, written.RotaFile, "")
    zone = table.zone or zone
    if not is_zone(zone):
        raise document.fail("zone", f"unknown time zone {spoken(zone)}; use a name like Asia/Tokyo")
    local = ZoneInfo(zone)
    for key, why in written.layered(table.layer, table.override, settings.receivers, local):
        raise document.fail(key, why)
    if not table.layer:
        raise document.fail("", "it names nobody; add [[layer]] with people = [...]")
    overrides = (*table.override, *given.override)
    for _, why in written.layered(table.layer, overrides, settings.receivers, local):
        raise SettingsError(f"{path}, with the overrides of hinoban.toml: {why}")
    return Read(_rota(table.layer, overrides, local), local)


def _calendar(
    text: str, path: Path, given: written.Rota, zone: str, settings: Settings, now: datetime
) -> Read:
    local = ZoneInfo(zone)
    people = People(settings.receivers)
    day_begins = weekly.handoff(given.handoff)
    found = calendars.parse(text, path, people, local, now=now, day_begins=day_begins)
    # what is written beside a calendar was written for it, and stands above its own exceptions
    overrides = [*_overrides(given.override, local), *found.overrides]
    return Read(Rota([Booked("calendar", found.bookings)], overrides), local, tuple(found.left_out))


def _rota(layers: Sequence[written.Layer], overrides: Iterable[written.Override], zone: ZoneInfo) -> Rota:
    return Rota([_layer(layer, n, zone) for n, layer in enumerate(layers)], _overrides(overrides, zone))


def _layer(layer: written.Layer, number: int, zone: ZoneInfo) -> Rotation:
    at = weekly.handoff(layer.handoff)
    return Rotation(
        written.name_of(layer, number),
        layer.people,
        zone,
        weekly.step(layer.every),
        since=datetime.combine(layer.since, at) if layer.since else None,
        until=datetime.combine(layer.until, at) + written.DAY if layer.until else None,
        only=[Window(*window) for text in layer.only for window in weekly.windows(text)],
    )


def _overrides(given: Iterable[written.Override], zone: ZoneInfo) -> list[Override]:
    return [
        Override(
            who=one.who,
            since=written.moment(one.since, zone),
            until=written.moment(one.until, zone, last=True),
            layer=one.layer,
        )
        for one in given
    ]
