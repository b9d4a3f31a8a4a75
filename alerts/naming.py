"""Which incident somebody means who does not type its whole id at three in the morning."""

from collections.abc import Iterable, Sequence

from alerts import routing
from alerts.incident import Incident


def named(reference: str, incidents: Iterable[Incident]) -> list[Incident]:
    """Return the incidents that *reference* may mean: one is an answer, several need a question.

    It is an id, a brand, a topic, ``brand:topic``, the id's last part, or the beginning of one of them. What
    pages goes before what only glows, what is open before what is over, a whole name before a beginning.
    """
    wanted = reference.strip().casefold()
    if not wanted:
        return []
    known = list(incidents)
    exact = [incident for incident in known if incident.id.casefold() == wanted]
    return exact or next((found for tier in _tiers(known) if (found := _meant(wanted, tier))), [])


def short(incident: Incident) -> str:
    """Return the name that a page tells its reader to type: the brand, which seldom burns twice at once."""
    return incident.brand


def _tiers(incidents: Sequence[Incident]) -> Iterable[list[Incident]]:
    yield [incident for incident in incidents if incident.open and routing.pages(incident)]
    yield [incident for incident in incidents if incident.open]
    yield [incident for incident in incidents if not incident.open and routing.pages(incident)]
    yield list(incidents)


def _meant(wanted: str, incidents: Sequence[Incident]) -> list[Incident]:
    whole = [incident for incident in incidents if wanted in _names(incident)]
    return whole or [i for i in incidents if any(name.startswith(wanted) for name in _names(i))]


def _names(incident: Incident) -> tuple[str, ...]:
    pairs = (f"{incident.brand}:{topic}" for topic in incident.topics)
    last = incident.id.rpartition(":")[2]
    names = (incident.id, incident.brand, *incident.topics, *pairs, last)
    return tuple(name.casefold() for name in names)
