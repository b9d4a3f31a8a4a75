"""Which incident a flare-up belongs to: a fire is the brand's, not the keyword's."""

from collections.abc import Iterable
from datetime import timedelta

from alerts.incident import Incident
from alerts.lifecycle import incident_id
from alerts.severity import PRAISE
from models.flareup import FlareUp

MERGE_WITHIN = timedelta(hours=2)


def claimed_by(
    flare: FlareUp, incidents: Iterable[Incident], within: timedelta = MERGE_WITHIN
) -> Incident | None:
    """Return the incident that *flare* belongs to, or None when it is a new one.

    First its own, by the flare-up's start; then, for fires, one of the same brand that overlaps within
    *within*; then whatever is open on the same topic. Its own that is over is not taken up again while the
    topic burns in a newer one, as of a risk class. Praise and fire never meet, unless praise turns.
    """
    of_brand = [incident for incident in incidents if incident.brand == flare.key.brand]
    kin = [incident for incident in of_brand if incident.fire == is_fire(flare)]
    own = [incident for incident in kin if _same_flare(incident, flare)]
    burnt = [incident for incident in own if incident.severity != "ember"]
    near = [incident for incident in kin if joins(flare, incident, within)]
    if flare.transition == "grown":
        near = near or [incident for incident in kin if incident.open and incident.severity != "ember"]
    return (
        _newest(incident for incident in burnt if incident.open)
        or _newest(incident for incident in near if incident.open and flare.key.topic in incident.topics)
        or _newest(burnt)
        or _newest(near)
        or _newest(own)
        or _newest(incident for incident in kin if incident.open and flare.key.topic in incident.topics)
        or _newest(incident for incident in of_brand if incident.id == incident_id(flare))
    )


def is_fire(flare: FlareUp) -> bool:
    """Tell whether a flare-up is trouble rather than praise or buzz."""
    return flare.mood not in PRAISE


def joins(flare: FlareUp, incident: Incident, within: timedelta = MERGE_WITHIN) -> bool:
    """Tell whether an opening flare-up overlaps a burning or just extinguished fire of its brand."""
    if not is_fire(flare) or flare.transition not in {"opened", "reignited"} or incident.severity == "ember":
        return False
    if incident.open:
        return flare.started_at <= incident.updated_at + within
    elsewhere = flare.key.topic not in incident.topics
    if incident.verdict not in {None, "real"} and elsewhere:
        return False
    return incident.resolved_at is not None and flare.started_at <= incident.resolved_at + within


def _same_flare(incident: Incident, flare: FlareUp) -> bool:
    return incident.id == incident_id(flare) or any(
        part.topic == flare.key.topic and part.started_at == flare.started_at for part in incident.parts
    )


def _newest(incidents: Iterable[Incident]) -> Incident | None:
    return max(incidents, key=lambda incident: (incident.open, incident.opened_at, incident.id), default=None)
