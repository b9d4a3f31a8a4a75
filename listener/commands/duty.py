"""What `hinoban check` says of rotas: whether they can be read, who is on call, and the gaps to come."""

from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from alerts.rota.rota import Rota
from alerts.rota.vacancies import LATER, SOON
from config.decode import SettingsError
from config.settings import Settings
from listener.commands.checklist import TO_WAKE, Checklist
from listener.rota import copies, reading
from listener.rota.copies import Copies, FetchError
from listener.rota.reading import Read

Secret = Callable[[str], str]


async def look(found: Checklist, settings: Settings, now: datetime, secret: Secret, *, online: bool) -> None:
    """Note every rota; one on the web is fetched where *online*, else its last good copy is looked at."""
    for name in settings.rota:
        try:
            read = await _read(found, settings, name, now, secret, online=online)
        except SettingsError as error:
            found.note("mistake", f"rota.{name}", str(error))
        except FetchError as error:
            found.note("unreachable", f"rota.{name}", str(error))
        else:
            if read:
                _rota(found, name, read, now)
                _doubts(found, settings, name, read, now)


async def _read(
    found: Checklist, settings: Settings, name: str, now: datetime, secret: Secret, *, online: bool
) -> Read | None:
    url = reading.address(settings.rota[name], secret)
    if not url:
        return reading.read(settings, name, now=now)
    if urlsplit(url).scheme == "http" and urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}:
        found.note("warning", f"rota.{name}", "is fetched by http: who is on call can be changed on the way")
    kept = Copies(settings.storage.path).load(name, url)
    text = await copies.fetch(url) if online else kept.text if kept else ""
    if text:
        return reading.read(settings, name, now=now, copy=text)
    found.note("warning", f"rota.{name}", "was not fetched yet; try with hinoban check --online")
    return None


def _rota(found: Checklist, name: str, read: Read, now: datetime) -> None:
    people = ", ".join(read.rota.on_call(now)) or "nobody"
    team = len(read.rota.team())
    until = read.rota.covered_until(now)
    covered = f"covered until {_time(until, read.zone)}" if until else "a gap now"
    found.note("ok", f"rota.{name}", f"on call now: {people}, of {team}; {covered} ({read.zone})")


def _doubts(found: Checklist, settings: Settings, name: str, read: Read, now: datetime) -> None:
    for why in (*_gaps(read.rota, read.zone, now), *_left_out(read), *_asleep(read.rota, settings)):
        found.note("warning", f"rota.{name}", why)


def _gaps(rota: Rota, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    gaps = rota.gaps(now, now + LATER)
    if gaps and gaps[0].since < now + SOON:
        first = gaps[0]
        more = f", and {len(gaps) - 1} more within 14 days" if len(gaps) > 1 else ""
        end = f"to {_time(first.until, zone)}" if first.until < now + LATER else "on"
        times = f"from {_time(first.since, zone)} {end}{more}"
        yield f"nobody is on call {times}: the fallback would be paged (hinoban rota gaps lists all)"


def _left_out(read: Read) -> Iterator[str]:
    if read.left_out:
        first, count = read.left_out[0], len(read.left_out)
        advice = "add to `names` in [receivers.NAME] what the calendar calls them"
        yield f"{count} events name no receiver and are left out (the first: {first}); {advice}"


def _asleep(rota: Rota, settings: Settings) -> Iterator[str]:
    """Find people whom no channel can wake."""
    for who in rota.team():
        receiver = settings.receivers[who]
        ways = (*receiver.channels, *receiver.backup, *receiver.louder)
        if not any(_wakes(settings, way) for way in ways):
            yield f"{who} has no channel that wakes a sleeper; {TO_WAKE}"


def _wakes(settings: Settings, channel: str) -> bool:
    given = settings.channels[channel]
    return bool(getattr(given.settings, "wakes", False))


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
