"""When an alarm may be called off: who says so, and after how much quiet."""

from datetime import datetime, timedelta

import msgspec

from alerts.incident import Incident

_NO_FIRE = frozenset({"noise", "campaign", "not_us"})


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Agreed beforehand, per brand: who declares a critical fire over, after how many quiet minutes."""

    declared_by: str = ""
    quiet_minutes: int = 180


class StandDown(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says of one incident: from when on it may be called off; None while it burns."""

    incident: str
    declared_by: str
    quiet_minutes: int
    since: datetime | None
    at: datetime | None

    def allowed(self, now: datetime) -> bool:
        """Tell whether it may be called off at *now*."""
        return self.at is not None and now >= self.at


def stand_down(incident: Incident, rule: Rule) -> StandDown | None:
    """Apply *rule* to *incident*; None where nothing need be called off: it was not critical, or no fire.

    Quiet counts from the end of the last flame, also when somebody closed the incident while it burnt.
    """
    if not incident.fire or incident.verdict in _NO_FIRE or not _was_critical(incident):
        return None
    since = _quiet_since(incident)
    return StandDown(
        incident=incident.id,
        declared_by=rule.declared_by,
        quiet_minutes=rule.quiet_minutes,
        since=since,
        at=None if since is None else since + timedelta(minutes=rule.quiet_minutes),
    )


def _was_critical(incident: Incident) -> bool:
    raised = any(entry.what == "severity critical" for entry in incident.timeline)
    return incident.severity == "critical" or raised


def _quiet_since(incident: Incident) -> datetime | None:
    if any(part.burning for part in incident.parts):
        return None
    ends = [part.at for part in incident.parts]
    return max(ends) if ends else incident.resolved_at
