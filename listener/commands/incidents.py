"""`hinoban incidents`: what burns, and what people do about it, through the daemon's socket."""

import getpass
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from alerts.bodies import detail
from alerts.command import Answer, Command, Handle
from alerts.digest.standdown import StandDown
from alerts.incident import Incident, Verdict
from alerts.naming import named
from alerts.notification_log import NotificationLog
from alerts.response import unknown
from alerts.wording import Language
from listener.control import ControlError, Handler, ask
from listener.terminal import answered_in
from models.clock import Clock

_COLUMNS = ("id", "severity", "state", "negative", "size", "owner", "started_at", "summary", "summaries")
CalledOff = Callable[[Incident], StandDown | None]
_ROWS = 500
_REMEMBERED = timedelta(hours=72)  # how long a resolved incident still has a short name


def handlers(
    log: NotificationLog, handle: Handle, clock: Clock, stand_down: CalledOff = lambda _: None
) -> dict[str, Handler]:
    """Return what the daemon serves for these commands, over its log and its dispatcher.

    *stand_down* says from when on a critical incident may be called off.
    """

    async def show_all(request: dict[str, Any]) -> list[dict[str, Any]]:
        days = _whole(request.get("days", 0), "days", 0, 400)
        found = [*await log.open_incidents()]
        if days:
            found += await log.resolved_since(clock.now() - timedelta(days=days))
        return [_row(incident) for incident in found[-_ROWS:]]

    async def show_one(request: dict[str, Any]) -> dict[str, Any]:
        wanted = str(request.get("id", ""))
        incident = await log.incident(wanted)
        if incident is None:
            language: Language = "ja" if request.get("language") == "ja" else "en"
            incident = await _meant(wanted, log, clock.now(), language)
        return detail(incident) | {"stand_down": msgspec.to_builtins(stand_down(incident))}

    async def act(request: dict[str, Any]) -> dict[str, Any]:
        try:
            command = msgspec.convert({**request, "channel": "cli"}, Command)
        except msgspec.ValidationError as error:
            raise ControlError(f"not a command: {error}") from error
        answer = await handle(command)
        if not answer.ok:
            raise ControlError(answer.text)
        return dict(msgspec.to_builtins(answer))

    return {"incidents.list": show_all, "incidents.show": show_one, "incidents.act": act}


async def listed(socket: Path, *, days: int = 0) -> list[dict[str, Any]]:
    """Return the open incidents, and those resolved within *days*, one row each."""
    rows: list[dict[str, Any]] = await ask(socket, {"do": "incidents.list", "days": days})
    return rows


async def shown(socket: Path, incident: str, language: Language = "en") -> dict[str, Any]:
    """Return one incident with its quotes, figures and timeline; a refusal is in *language*."""
    request = {"do": "incidents.show", "id": incident, "language": language}
    told: dict[str, Any] = await ask(socket, request)
    return told


async def acknowledged(socket: Path, incident: str, *, by: str = "", minutes: int | None = None) -> Answer:
    """Take an incident on."""
    return await _act(socket, "ack", incident, by, minutes=minutes)


async def snoozed(socket: Path, incident: str, minutes: int, *, by: str = "") -> Answer:
    """Keep an incident quiet for so many minutes."""
    return await _act(socket, "snooze", incident, by, minutes=minutes)


async def resolved(
    socket: Path,
    incident: str,
    *,
    by: str = "",
    verdict: Verdict | None = None,
    reason: str = "",
    mute: bool = False,
) -> Answer:
    """Close an incident, with a verdict where there is one; *mute* the spelling if it is not us."""
    return await _act(socket, "resolve", incident, by, verdict=verdict, reason=reason, mute=mute)


async def responded(
    socket: Path, incident: str, *, at: datetime | None = None, by: str = "", reason: str = ""
) -> Answer:
    """Note when the brand first answered where no source shows it; now, unless *at* is given."""
    when = at.isoformat() if at else None
    return await _act(socket, "responded", incident, by, at=when, reason=reason)


async def _meant(wanted: str, log: NotificationLog, now: datetime, language: Language) -> Incident:
    burning = await log.open_incidents()
    found = named(wanted, [*burning, *await log.resolved_since(now - _REMEMBERED)])
    if len(found) != 1:
        names = ([each.id for each in burning], [each.id for each in found])
        raise ControlError(unknown(wanted, *names, language))
    return found[0]


async def _act(socket: Path, action: str, incident: str, by: str, **wish: Any) -> Answer:
    request = {"do": "incidents.act", "action": action, "incident": incident, "by": by or getpass.getuser()}
    asked = request | {"language": answered_in()} | wish
    return msgspec.convert(await ask(socket, asked), Answer)


def _row(incident: Incident) -> dict[str, Any]:
    told = detail(incident)
    started: datetime = incident.started_at
    row = {column: told[column] for column in _COLUMNS}
    return row | {"started_at": f"{started:%Y-%m-%dT%H:%M:%SZ}", "size": round(incident.size, 1)}


def _whole(value: Any, name: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ControlError(f"{name} is a whole number from {least} to {most}")
    return value
