"""Carrying out commands: pure, with an answer for whoever asked."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts import answer_wording, first_response, lifecycle
from alerts.answer_wording import WORDS
from alerts.command import Answer, Command
from alerts.incident import Incident
from alerts.lifecycle import IllegalChangeError
from alerts.mute import late as too_late
from alerts.wording import Language

_NAMES = 5
_UTC = answer_wording.UTC


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
        return _refused(command, _sentence(command, zone, "expired", at=command.expires)), None
    if incident is None:
        return _refused(command, unknown(command.incident, known, candidates, command.language)), None
    try:
        changed = _carried_out(command, incident, now)
    except IllegalChangeError as error:
        return _refused(command, _sentence(command, zone, error.why, **error.facts), incident), None
    return _done(command, incident, changed, zone), changed


def unknown(
    reference: str, known: Sequence[str], candidates: Sequence[str], language: Language = "en"
) -> str:
    """Say in one sentence why *reference* is no incident: it means several, or none."""
    why, names = ("ambiguous", candidates) if candidates else ("unknown", known)
    facts = {"reference": reference, "names": tuple(names[:_NAMES])}
    return answer_wording.refused(why, facts, language)


def _sentence(command: Command, zone: ZoneInfo, why: str, **facts: Any) -> str:
    return answer_wording.refused(why, facts, command.language, zone)


def _carried_out(command: Command, incident: Incident, now: datetime) -> Incident:
    by, channel, why, minutes = command.by, command.channel, command.reason, command.minutes
    if command.mute and command.verdict != "not_us":
        raise IllegalChangeError("mute_what")
    if command.mute and too_late(incident.resolved_at, now):
        raise IllegalChangeError("mute_late", id=incident.id)
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
            raise IllegalChangeError("verdict")
        return lifecycle.judged(incident, command.verdict, by=by, channel=channel, at=now, why=why)
    if minutes is not None and not 1 <= minutes <= lifecycle.LONGEST_SNOOZE:
        raise IllegalChangeError("ack_minutes", longest=lifecycle.LONGEST_SNOOZE, minutes=minutes)
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
    language, words = command.language, WORDS[command.language]
    until = incident.ack_until or incident.snoozed_until
    text = words.done.format(id=incident.id, state=answer_wording.state(incident.state, language))
    if command.verdict is not None:
        text += words.verdict.format(verdict=answer_wording.verdict(incident.verdict, language))
    if command.action == "responded" and incident.first_response is not None:
        text += words.answered.format(at=answer_wording.spelt(incident.first_response.at, language, zone))
    elif until is not None:
        text += words.until.format(until=answer_wording.spelt(until, language, zone))
    return Answer(
        ok=True,
        text=words.end.join((text, *_beside(command, before, incident))),
        action=command.action,
        incident=incident.id,
        by=command.by,
        state=incident.state,
    )


def _beside(command: Command, before: Incident, incident: Incident) -> Iterator[str]:
    """Yield what whoever asked may not know: whose it was, and that nobody will be asked again."""
    words = WORDS[command.language]
    if before.state in {"acknowledged", "snoozed"} and incident.open and before.owner != incident.owner:
        yield words.taken_over.format(owner=before.owner)
    if command.action == "ack" and incident.held_below and command.verdict is None:
        yield words.held.format(verdict=answer_wording.verdict(incident.verdict, command.language))
