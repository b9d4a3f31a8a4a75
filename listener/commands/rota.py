"""`hinoban rota`: who is on call, the coming shifts, and the times in which nobody is."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from cyclopts import Parameter

from config.decode import SettingsError
from config.mistakes import none_of, spoken
from config.settings import Settings
from listener import assembly, routes
from listener.commands import roster
from listener.commands.check import secret
from listener.commands.formats import Format, for_people
from listener.commands.places import Config, place
from listener.rota import copies, reading
from listener.rota.copies import Copies, FetchError
from listener.rota.reading import Read
from models.clock import SystemClock

DONE, PROBLEMS = 0, 1
FRESH = timedelta(hours=1)
"""A copy younger than this is as good as the calendar itself: the daemon fetches it every 15 minutes."""

Named = Annotated[str, Parameter(name="--rota", help="One of several; else all.")]


def who(
    *,
    at: Annotated[str, Parameter(help="An instant, like 2026-11-23T02:00; else now.")] = "",
    rota: Named = "",
    config: Config = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """Say who is on call: first, second, and who would be next. Exit code 1 when nobody is."""
    now = SystemClock().now()
    nobody = False
    settings = _settings(config)
    shown = routes.people(settings, ()).shown
    for name, read in _apart(_rotas(settings, rota, now), format):
        instant = _instant(at, read, now)
        nobody |= not read.rota.on_call(instant)
        roster.who(name, read, instant, sys.stdout, table=for_people(format), name_of=shown)
    return PROBLEMS if nobody else DONE


def show(
    *,
    days: Annotated[int, Parameter(help="How many days from now.")] = 14,
    rota: Named = "",
    config: Config = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """Show the coming shifts, and the gaps between them."""
    now = SystemClock().now()
    until = now + _length(days)
    settings = _settings(config)
    shown = routes.people(settings, ()).shown
    for name, read in _apart(_rotas(settings, rota, now), format):
        roster.shifts(name, read, (now, until), sys.stdout, table=for_people(format), name_of=shown)
    return DONE


def gaps(
    *,
    days: Annotated[int, Parameter(help="How many days from now.")] = 30,
    rota: Named = "",
    config: Config = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """Show the times in which nobody is on call. Exit code 1 when there are any."""
    now = SystemClock().now()
    until = now + _length(days)
    found = 0
    for name, read in _apart(_rotas(_settings(config), rota, now), format):
        found += roster.gaps(name, read, (now, until), sys.stdout, table=for_people(format))
    return PROBLEMS if found else DONE


async def at_hand(settings: Settings, name: str, now: datetime) -> Read:
    """Read a rota as the daemon has it or would: a web calendar's fresh copy, else the calendar itself.

    Where that cannot be had an older copy will do, which is said on stderr. Raises SettingsError.
    """
    url = reading.address(settings.rota[name], secret)
    kept = Copies(settings.storage.path).load(name, url) if url else None
    text = kept.text if kept else ""
    if url and (kept is None or now - kept.at > FRESH):
        try:
            text = await copies.fetch(url)
        except FetchError as error:
            if kept is None:
                raise SettingsError(f"rota.{name}: {error}, and there is no copy of it yet") from None
            so = f"this is its copy of {kept.at:%Y-%m-%d %H:%MZ}"
            sys.stderr.write(f"hinoban: rota.{name}: {error}; {so}\n")
    return reading.read(settings, name, now=now, copy=text)


def _settings(config: Config) -> Settings:
    settings = assembly.read_settings(place(config))
    if not settings.rota:
        raise SettingsError(f"{place(config)}: there is no rota; add [rota.NAME] (docs/rota.md says how)")
    return settings


def _rotas(settings: Settings, name: str, now: datetime) -> dict[str, Read]:
    if name and name not in settings.rota:
        raise SettingsError(f"--rota: {none_of(name, sorted(settings.rota))}")
    wanted = [name] if name else list(settings.rota)
    return {each: asyncio.run(at_hand(settings, each, now)) for each in wanted}


def _apart(rotas: dict[str, Read], given: str) -> Iterator[tuple[str, Read]]:
    """Yield each rota, with an empty line between two tables."""
    for number, (name, read) in enumerate(rotas.items()):
        if number and for_people(given):
            sys.stdout.write("\n")
        yield name, read


def _instant(given: str, read: Read, now: datetime) -> datetime:
    """Return the instant that somebody typed, local to the rota unless it has an offset."""
    if not given:
        return now
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise SettingsError(f"--at: {spoken(given)} is no time; write it like 2026-11-23T02:00") from None
    return at if at.tzinfo else at.replace(tzinfo=read.zone)


def _length(days: int) -> timedelta:
    if not 1 <= days <= roster.LONGEST:
        raise SettingsError(f"--days: {days} is not possible; write a number from 1 to {roster.LONGEST}")
    return timedelta(days=days)
