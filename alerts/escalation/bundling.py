"""Bundling: pages to one person within a minute are one sound."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from alerts.escalation.climb import Call
from alerts.escalation.record import Ring
from alerts.incident import Incident
from alerts.severity import RANK

WITHIN = timedelta(seconds=60)


def bundled(
    call: Call, incident: Incident, others: Iterable[Incident], now: datetime, within: timedelta = WITHIN
) -> Call:
    """Let *call* be silent where its receiver heard another incident, as severe or more, just now.

    A sound that was lesser does not cover it: who took the first page for a warning must hear the critical.
    """
    near = [
        (other, ring)
        for other in others
        if other.id != incident.id
        for ring in other.rung
        if ring.to == call.to.name and _covers(ring, incident, now, within)
    ]
    if not near:
        return call
    silent = frozenset(way for _, ring in near for way in ring.channels if way in call.channels)
    whole = silent.issuperset(call.channels)
    return call._replace(
        silent=silent,
        beside=tuple(other.id for other, _ in near if other.open),
        sound=near[0][1].sound if whole else call.sound,
    )


def _covers(ring: Ring, incident: Incident, now: datetime, within: timedelta) -> bool:
    fresh = timedelta(0) <= now - ring.at < within
    return fresh and RANK.get(ring.severity, 0) >= RANK[incident.severity]
