"""Carrying out commands: pure, with an answer for whoever asked."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts import first_response, lifecycle
from alerts.command import Answer, Command
from alerts.incident import Incident
from alerts.lifecycle import IllegalChangeError
from alerts.mute import late as too_late

_NAMES = 5
_UTC = ZoneInfo("UTC")


def respond(
    command: Command,
    incident: Incident | None,
    now: datetime,
    known: Sequence[str] = (),
    candidates: Sequence[str] = (),
    *,
    zone: ZoneInfo = _UTC,
) -> tuple[Answer, Incident | None]:
    """Return the answer to *command*, and the changed incident unless it was refused.

    Without an *incident* the answer names the *candidates* its reference may mean, else what is *known*.
    Times are told by the clock of *zone* as well.
    """
    if command.expires is not None and command.expires <= now:
        return _refused(command, f"the command expired at {command.expires:%Y-%m-%d %H:%M:%S}Z"), None
    if incident is None:
        return _refused(command, unknown(command.incident, known, candidates)), None
    try:
        changed = _carried_out(command, incident, now)
    except IllegalChangeError as error:
        return _refused(command, str(error), incident), None
    return _done(command, incident, changed, zone), changed


def unknown(reference: str, known: Sequence[str], candidates: Sequence[str]) -> str:
    """Say in one sentence why *reference* is no incident: it means several, or none."""
    if candidates:
        return f"{reference!r} may mean {', '.join(candidates[:_NAMES])}: say which"
    return f"no incident is called {reference!r}; open now: {', '.join(known[:_NAMES]) or 'none'}"


def _carried_out(command: Command, incident: Incident, now: datetime) -> Incident:
    by, channel, why, minutes = command.by, command.channel, command.reason, command.minutes
    if command.mute and command.verdict != "not_us":
        raise IllegalChangeError("only the verdict not_us mutes a spelling: say not_us, or leave mute out")
    if command.mute and too_late(incident.resolved_at, now):
        raise IllegalChangeError(f"{incident.id} is over for more than a day: give the verdict without mute")
    if command.action == "responded":
        return first_response.told(incident, command.at or now, now, by=by, channel=channel, why=why)
    if command.action == "snooze":
        return lifecycle.snoozed(incident, by=by, channel=channel, at=now, minutes=minutes, why=why)
    late = command.action == "resolve" and not incident.open and command.verdict is not None
    if command.action == "resolve" and not late:
        return lifecycle.resolved(incident, by=by, channel=channel, at=now, why=why, verdict=command.verdict)
    if command.action == "verdict" or late:
        # After the all-clear, which comes by itself, all that is left to say is what it was.
        if command.verdict is None:
            raise IllegalChangeError("a verdict is one of real, noise, campaign, not_us")
        return lifecycle.judged(incident, command.verdict, by=by, channel=channel, at=now, why=why)
    if minutes is not None and not 1 <= minutes <= lifecycle.LONGEST_SNOOZE:
        longest = lifecycle.LONGEST_SNOOZE
        raise IllegalChangeError(f"an acknowledgement lasts from 1 to {longest} minutes, not {minutes}")
    acknowledged = lifecycle.acknowledged(incident, by=by, channel=channel, at=now, minutes=minutes, why=why)
    if command.verdict is None:
        return acknowledged
    return lifecycle.judged(acknowledged, command.verdict, by=by, channel=channel, at=now, why=why)


def _refused(command: Command, text: str, incident: Incident | None = None) -> Answer:
    return Answer(
        ok=False,
        text=text,
        action=command.action,
        incident=command.incident,
        by=command.by,
        state=incident.state if incident else "",
    )


def _done(command: Command, before: Incident, incident: Incident, zone: ZoneInfo) -> Answer:
    until = incident.ack_until or incident.snoozed_until
    text = f"{incident.id} is {incident.state}"
    if command.verdict is not None:
        text += f", verdict {incident.verdict}"
    if command.action == "responded" and incident.first_response is not None:
        text += f", answered at {_time(incident.first_response.at, zone)}"
    elif until is not None:
        text += f" until {_time(until, zone)}"
    return Answer(
        ok=True,
        text="; ".join((text, *_beside(command, before, incident))),
        action=command.action,
        incident=incident.id,
        by=command.by,
        state=incident.state,
    )


def _beside(command: Command, before: Incident, incident: Incident) -> Iterator[str]:
    """Yield what whoever asked may not know: whose it was, and that nobody will be asked again."""
    if before.state in {"acknowledged", "snoozed"} and incident.open and before.owner != incident.owner:
        yield f"taken over from {before.owner}"
    if command.action == "ack" and incident.held_below and command.verdict is None:
        yield f"it was called {incident.verdict}: silent until it is three times as big"


def _time(at: datetime, zone: ZoneInfo) -> str:
    told = f"{at:%Y-%m-%d %H:%M}Z"
    return told if zone is _UTC else f"{told} ({at.astimezone(zone):%H:%M} {zone.key})"
