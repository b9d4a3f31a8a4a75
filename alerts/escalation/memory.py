"""What an incident keeps of its calls: rounds begun, rings heard, pages postponed."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from alerts import lifecycle
from alerts.escalation.climb import Call, Decision
from alerts.escalation.record import Became, Kind, Postponed, Ring, Round
from alerts.incident import Incident


def begun(
    incident: Incident,
    kind: Kind,
    occasion: str,
    now: datetime,
    *,
    ask: str = "",
    spared: tuple[str, ...] = (),
) -> Incident:
    """Begin a round of asking; what waited for the morning is overtaken by it."""
    asking = Round(at=now, kind=kind, occasion=occasion, ask=ask, spared=spared)
    became: Became = "grew" if kind == "grown" else "over"
    return msgspec.structs.replace(settled(incident, became), round=asking)


def told(incident: Incident, decision: Decision, now: datetime) -> Incident:
    """Take a decision into the incident: its round, its rings, what it postponed, its lines."""
    woken = incident.round is not None and incident.round.until is not None and bool(decision.calls)
    changed = settled(incident, "paged") if woken else incident
    changed = rung(changed, decision.calls, now)
    if decision.postponed is not None:
        changed = postponing(changed, [decision.postponed])
    for note in decision.notes:
        changed = lifecycle.noted(changed, now, note.what, note.why)
    paged_at = now if decision.calls else changed.paged_at
    return msgspec.structs.replace(changed, round=decision.round, paged_at=paged_at)


def rung(incident: Incident, calls: Iterable[Call], now: datetime) -> Incident:
    """Note who was called just now, and by what."""
    rings = {ring.to: ring for ring in incident.rung}
    for call in calls:
        heard = tuple(way for way in call.channels if way not in call.silent)
        known = rings.get(call.to.name)
        rings[call.to.name] = Ring(
            to=call.to.name,
            at=now,
            severity=incident.severity,
            channels=heard,
            sound=call.sound,
            first=(known.first or known.at) if known else None,
            times=known.times + 1 if known else 1,
        )
    return msgspec.structs.replace(incident, rung=tuple(rings.values()))


def postponing(incident: Incident, more: Iterable[Postponed]) -> Incident:
    """Note what quiet hours hold back."""
    return msgspec.structs.replace(incident, postponed=(*incident.postponed, *more))


def settled(incident: Incident, became: Became, until: datetime | None = None) -> Incident:
    """Say what became of the pages that wait: of all, or of those that waited for *until*."""

    def now(one: Postponed) -> Postponed:
        waits = not one.became and (until is None or one.until <= until)
        return msgspec.structs.replace(one, became=became) if waits else one

    return msgspec.structs.replace(incident, postponed=tuple(now(one) for one in incident.postponed))
