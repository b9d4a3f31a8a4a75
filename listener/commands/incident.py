"""`hinoban incidents list`, `show` and `responded`: what burns, one incident, and when the brand answered."""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from alerts.rota import wall
from alerts.wording import Language
from config.decode import SettingsError
from config.settings import Settings
from listener import assembly, routes
from listener.commands import incident_card, incident_table, incidents
from listener.commands.formats import for_people
from listener.commands.places import Config, place
from listener.terminal import answered_in, spoken
from models.clock import SystemClock

Format = Annotated[Literal["auto", "json", "table"], Parameter(help="json lines, or words for people.")]
Spoken = Annotated[Language | None, Parameter(help="Else the terminal's.")]

DONE = 0
DAY = timedelta(days=1)


def listed(
    *,
    days: Annotated[int, Parameter(help="Also those resolved within so many days.")] = 0,
    config: Config = None,
    language: Spoken = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """List open incidents: headlines for people, a json line each for programs."""
    settings = assembly.read_settings(place(config))
    rows = asyncio.run(incidents.listed(assembly.socket_path(settings), days=days))
    if for_people(format):
        sys.stdout.write(incident_table.table(rows, _reader(settings, language)) + "\n")
    else:
        sys.stdout.writelines(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
    return DONE


def show(
    incident: str,
    *,
    config: Config = None,
    language: Spoken = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """Show one incident: what it is, who has it, when the brand answered, and what happened."""
    settings = assembly.read_settings(place(config))
    told = asyncio.run(incidents.shown(assembly.socket_path(settings), incident, language or answered_in()))
    if for_people(format):
        sys.stdout.write(incident_card.card(told, _reader(settings, language)) + "\n")
    else:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
    return DONE


def responded(
    incident: str,
    *,
    at: Annotated[
        str, Parameter(help="Like 02:51 or 2026-11-21T02:51, by the watch's clock; else now.")
    ] = "",
    by: str = "",
    reason: Annotated[str, Parameter(help="How and where: a call, the evening news.")] = "",
    config: Config = None,
) -> int:
    """Note when the brand first answered where no source shows it: by phone, on television, elsewhere."""
    settings = assembly.read_settings(place(config))
    when = instant(at, ZoneInfo(settings.time_zone), SystemClock().now()) if at else None
    socket = assembly.socket_path(settings)
    answer = asyncio.run(incidents.responded(socket, incident, at=when, by=by, reason=reason))
    sys.stdout.write(answer.text + "\n")
    return DONE


def instant(given: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Read a time as people type it: of a time of day, the last one that was.

    >>> instant("23:50", ZoneInfo("Asia/Tokyo"), datetime(2026, 11, 20, 17, 40, tzinfo=UTC)).isoformat()
    '2026-11-20T14:50:00+00:00'
    """
    local = wall.shown(now, zone)
    try:
        if len(given) <= len("02:51:00"):
            today = datetime.combine(local.date(), datetime.strptime(given, "%H:%M").time())  # noqa: DTZ007 - a time of day
            return wall.instant(today if today <= local else today - DAY, zone)
        read = datetime.fromisoformat(given)
    except ValueError:
        raise SettingsError(f"--at {given}: no time; write it like 02:51 or 2026-11-21T02:51") from None
    return read.astimezone(UTC) if read.tzinfo else wall.instant(read, zone)


def _reader(settings: Settings, language: Language | None) -> incident_card.Reader:
    name_of = routes.people(settings, ()).shown
    return incident_card.Reader(language or spoken(), ZoneInfo(settings.time_zone), name_of)
