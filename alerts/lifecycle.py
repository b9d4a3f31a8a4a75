"""The life of an incident: every change is pure, legal or refused, and a line of its timeline."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from alerts import answer_wording
from alerts import reasons as reasons_of
from alerts.incident import Entry, Explanation, Incident, IncidentState, Part, Severity, Verdict
from models.flareup import FlareUp, Reason

WATCH = "hinoban"
CRITICAL_ACK = timedelta(minutes=30)
LONGEST_SNOOZE = 24 * 60
GROWTH = 3.0


class IllegalChangeError(Exception):
    """A change that an incident's state does not allow; ``answer_wording`` tells ``why``, with its facts."""

    def __init__(self, why: str, **facts: Any) -> None:
        super().__init__(answer_wording.refused(why, facts))
        self.why = why
        self.facts = facts


def incident_id(flare: FlareUp) -> str:
    """Name an incident by where and when it began; free of ``+``, so that it can stand in an MQTT topic."""
    return f"{flare.key.brand}:{flare.key.topic}:{flare.started_at:%Y%m%dT%H%MZ}"


def opened_by(
    flare: FlareUp, severity: Severity, reasons: tuple[Reason, ...], decided: tuple[str, ...] = ()
) -> Incident:
    """Open an incident for a flare-up that no incident claims."""
    part = part_of(flare)
    what = "ember seen" if severity == "ember" else "opened"
    return with_figures(
        Incident(
            id=incident_id(flare),
            brand=flare.key.brand,
            topic=flare.key.topic,
            topics=(flare.key.topic,),
            state="triggered",
            severity=severity,
            mood=flare.mood,
            started_at=flare.started_at,
            opened_at=flare.at,
            updated_at=flare.at,
            reasons=reasons,
            decided=decided,
            found_late=flare.found_late,
            learning_since=flare.reading.learning_since,
            planned=flare.reading.planned,
            announced=part.size,
            opened_size=part.size,
            opened_sources=len(flare.reading.sources),
            sources=flare.reading.sources,
            parts=(part,),
            timeline=(Entry(at=flare.at, what=what, by=WATCH, why=", ".join(r.signal for r in reasons)),),
        )
    )


def part_of(flare: FlareUp) -> Part:
    """Return what a flare-up contributes to its incident at this moment."""
    reading = flare.reading
    return Part(
        topic=flare.key.topic,
        started_at=flare.started_at,
        at=flare.at,
        burning=flare.transition != "closed",
        size=flare.size,
        negative=reading.negative,
        negative_expected=reading.negative_expected,
        share=reading.share,
        share_low=reading.share_low,
        share_high=reading.share_high,
        risks=reading.risks,
    )


def updated(incident: Incident, flare: FlareUp) -> Incident:
    """Take in a topic's newest figures; a topic that is new to the incident merges into it."""
    part = part_of(flare)
    others = tuple(old for old in incident.parts if old.topic != part.topic)
    merged = part.topic not in incident.topics
    return _changed(
        incident,
        flare.at,
        "merged" if merged else "",
        why=part.topic if merged else "",
        topics=(*incident.topics, part.topic) if merged else incident.topics,
        parts=(*others, part),
        sources=tuple(dict.fromkeys((*incident.sources, *flare.reading.sources))),
        mood=flare.mood if flare.mood in {"negative", "mixed"} else incident.mood,
        found_late=incident.found_late or flare.found_late,
        learning_since=incident.learning_since or flare.reading.learning_since,
        planned=tuple(dict.fromkeys((*incident.planned, *flare.reading.planned))),
    )


def noted(
    incident: Incident, at: datetime, what: str, why: str = "", *, by: str = "", channel: str = ""
) -> Incident:
    """Add a line to the timeline without changing the state."""
    return _changed(incident, at, what, by=by, channel=channel, why=why)


def announced(incident: Incident, at: datetime) -> Incident:
    """Note a growth by x3: the present size is the one that was announced last."""
    line = f"{incident.size:.0f} negative people per hour"
    return _changed(incident, at, "grown", why=line, announced=incident.size)


def raised(
    incident: Incident,
    severity: Severity,
    reasons: tuple[Reason, ...],
    at: datetime,
    decided: tuple[str, ...] = (),
) -> Incident:
    """Raise the severity, with the reasons that raised it."""
    why = ", ".join(reason.signal for reason in reasons)
    changed = _changed(incident, at, f"severity {severity}", why=why, severity=severity, reasons=reasons)
    return msgspec.structs.replace(changed, decided=decided)


def explained(incident: Incident, explanation: Explanation) -> Incident:
    """Attach what the page quotes."""
    told = reasons_of.with_evidence(incident.reasons, explanation.reasons)
    return msgspec.structs.replace(incident, explanation=explanation, reasons=told)


def measured(incident: Incident, flare: FlareUp, reasons: tuple[Reason, ...]) -> Incident:
    """Take in the *reasons* as they stand now, if *flare* is of the topic whose figures are told."""
    if not incident.parts or lead(incident).topic != flare.key.topic:
        return incident
    fresh = reasons_of.refreshed(incident.reasons, reasons, incident.decided)
    told = reasons_of.with_evidence(fresh, incident.explanation.reasons)
    return msgspec.structs.replace(incident, reasons=told)


def acknowledged(
    incident: Incident, *, by: str, channel: str, at: datetime, minutes: int | None = None, why: str = ""
) -> Incident:
    """Let somebody own the incident; a critical one is asked about again after 30 minutes.

    What was called "not a fire" stays so whoever owns it: only growth, or ``real``, asks again.
    """
    _refuse_resolved(incident, "acknowledge")
    until = at + timedelta(minutes=minutes) if minutes and not incident.held_below else None
    if incident.severity == "critical" and not incident.held_below:
        until = min(until or at + CRITICAL_ACK, at + CRITICAL_ACK)
    changed = _changed(
        incident, at, "acknowledged", by=by, channel=channel, why=why, owner=by, ack_until=until
    )
    return _in_state(changed, "acknowledged", snoozed_until=None)


def snoozed(
    incident: Incident, *, by: str, channel: str, at: datetime, minutes: int | None, why: str = ""
) -> Incident:
    """Keep quiet until a wake-up time; growth to a higher severity breaks it.

    Whoever wants to be asked again does not call it "not a fire": that hold ends here.
    """
    _refuse_resolved(incident, "snooze")
    if minutes is None or not 1 <= minutes <= LONGEST_SNOOZE:
        raise IllegalChangeError("snooze_minutes", id=incident.id, longest=LONGEST_SNOOZE)
    until = at + timedelta(minutes=minutes)
    changed = _changed(
        incident, at, "snoozed", by=by, channel=channel, why=why or f"for {minutes} min", owner=by
    )
    return _in_state(changed, "snoozed", snoozed_until=until, ack_until=None, held_below=0.0)


def awake(incident: Incident, at: datetime, why: str) -> Incident:
    """Ask again: an acknowledgement ran out, a snooze ended or was broken, a hold was outgrown."""
    changed = _changed(incident, at, "asked again", by=WATCH, why=why, held_below=0.0)
    state: IncidentState = "reopened" if incident.reopened else "triggered"
    return _in_state(changed, state, ack_until=None, snoozed_until=None)


def judged(
    incident: Incident, verdict: Verdict, *, by: str, channel: str, at: datetime, why: str = ""
) -> Incident:
    """Record what it really was; anything but ``real`` holds until the next x3, and nobody is asked again."""
    changed = _changed(incident, at, f"verdict {verdict}", by=by, channel=channel, why=why, verdict=verdict)
    if verdict == "real":
        return unheld(changed, at)
    changed = msgspec.structs.replace(changed, held_below=GROWTH * max(incident.size, 1.0))
    if not incident.open:
        return changed
    owner = incident.owner if incident.state == "acknowledged" else by
    return _in_state(changed, "acknowledged", owner=owner, ack_until=None, snoozed_until=None)


def unheld(incident: Incident, at: datetime) -> Incident:
    """End a hold: from *at* on the owner of what is critical is asked again, as of any other fire."""
    asked = incident.held_below > 0 and incident.state == "acknowledged" and incident.severity == "critical"
    until = at + CRITICAL_ACK if asked else incident.ack_until
    return msgspec.structs.replace(incident, held_below=0.0, ack_until=until)


def resolved(
    incident: Incident, *, by: str, channel: str, at: datetime, why: str = "", verdict: Verdict | None = None
) -> Incident:
    """Close the incident; a re-ignition reopens it."""
    _refuse_resolved(incident, "resolve")
    if verdict is not None:
        incident = judged(incident, verdict, by=by, channel=channel, at=at, why=why)
    changed = _changed(incident, at, "resolved", by=by, channel=channel, why=why)
    return _in_state(changed, "resolved", resolved_at=at, ack_until=None, snoozed_until=None)


def reopened(
    incident: Incident,
    flare: FlareUp,
    severity: Severity,
    reasons: tuple[Reason, ...],
    decided: tuple[str, ...] = (),
) -> Incident:
    """Take up a resolved incident again: the same fire burns on."""
    if incident.open:
        raise IllegalChangeError("still_open", id=incident.id)
    changed = _changed(
        updated(incident, flare),
        flare.at,
        "reopened",
        by=WATCH,
        severity=severity,
        reasons=reasons,
        decided=decided,
        reopened=incident.reopened + 1,
        announced=flare.size,
        held_below=0.0,
        verdict=None,
    )
    changed = msgspec.structs.replace(changed, round=None, rung=())
    return _in_state(changed, "reopened", owner="", resolved_at=None, paged_at=None)


def _refuse_resolved(incident: Incident, action: str) -> None:
    if incident.state == "resolved":
        since = incident.resolved_at or incident.updated_at
        raise IllegalChangeError("resolved", id=incident.id, since=since, action=action)


def _in_state(incident: Incident, state: IncidentState, **changes: Any) -> Incident:
    return msgspec.structs.replace(incident, state=state, **changes)


def _changed(
    incident: Incident,
    at: datetime,
    what: str,
    *,
    by: str = "",
    channel: str = "",
    why: str = "",
    **changes: Any,
) -> Incident:
    line = (Entry(at=at, what=what, by=by, channel=channel, why=why),) if what else ()
    changed = msgspec.structs.replace(
        incident,
        timeline=(*incident.timeline, *line),
        updated_at=max(at, incident.updated_at),
        revision=incident.revision + 1,
        **changes,
    )
    return with_figures(changed)


def lead(incident: Incident) -> Part:
    """Return the part whose figures are the incident's: the one that burns most."""
    return max(incident.parts, key=lambda part: (part.burning, part.negative, part.size, part.topic))


def with_figures(incident: Incident) -> Incident:
    """Return *incident* with the figures of its lead, as they are told."""
    if not incident.parts:
        return incident
    part = lead(incident)
    return msgspec.structs.replace(
        incident,
        size=part.size,
        peak=max(incident.peak, part.size),
        negative=round(part.negative),
        negative_expected=part.negative_expected,
        share=part.share,
        share_low=part.share_low,
        share_high=part.share_high,
        risks={
            name: max(part.risks.get(name, 0) for part in incident.parts)
            for name in sorted({name for part in incident.parts for name in part.risks})
        },
    )
