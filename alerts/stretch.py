"""The present stretch of an incident: what burns since the fire began, or since it flared up again."""

from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.incident import Entry, Incident
from alerts.lifecycle import WATCH

AGAIN = "reopened"
OVER = "resolved"
WEIGHED = timedelta(hours=2)
"""What the detector weighs: what was said before it made no fire flare up again, and is no news any more."""


class Stretch(NamedTuple):
    """When it began, from when its posts are read, and the stretch before (from, to) if there was one."""

    began: datetime
    since: datetime
    before: tuple[datetime, datetime] | None = None


def present(incident: Incident) -> Stretch:
    """Return the stretch that burns; of an incident that is over the whole of it, for then it is history."""
    again = next((entry for entry in reversed(incident.timeline) if entry.what == AGAIN), None)
    if again is None or not incident.open:
        return Stretch(incident.started_at, incident.started_at)
    return _second(incident, again)


def lately(incident: Incident, now: datetime) -> datetime:
    """Return from when on the posts of the present stretch say what it is about now."""
    since = present(incident).since
    return max(since, now - WEIGHED) if incident.open else since


def _second(incident: Incident, again: Entry) -> Stretch:
    ends = [entry for entry in incident.timeline if entry.what == OVER and entry.at <= again.at]
    over = max((entry.at for entry in ends), default=incident.started_at)
    # What somebody closed may have burnt on; what burnt out by itself had ended.
    quiet = max((entry.at for entry in ends if entry.by == WATCH), default=incident.started_at)
    # A flare-up that is taken up again keeps its first start; only another one tells its own.
    # What joined it later began nothing.
    began = min((p.started_at for p in incident.parts if over < p.started_at <= again.at), default=None)
    since = began or max(quiet, again.at - WEIGHED)
    return Stretch(began or again.at, since, (incident.started_at, over))
