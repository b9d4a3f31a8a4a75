"""The first public answer to a fire: heard from an account of the brand, or told by somebody; pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from alerts import lifecycle
from alerts.incident import Incident
from alerts.lifecycle import IllegalChangeError
from models.response import FirstResponse

RESPONDED = "responded"
"""The word of the timeline for it."""


class Responses(Protocol):
    """Knows what brands answered in public; may raise ``alerts.notification_log.LogError``."""

    async def first(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime | None = None
    ) -> FirstResponse | None:
        """Return the first answer to what was said on *topics* in [since, until), or statement on them."""
        ...


class NoResponses:
    """Hears no brand answer."""

    async def first(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime | None = None
    ) -> FirstResponse | None:
        """Return nothing."""
        del brand, topics, since, until
        return None


async def heard(
    incidents: Iterable[Incident], responses: Responses, *, anew: bool
) -> list[tuple[Incident, Incident]]:
    """Return the fires that were answered, or earlier than was known, each before and after.

    *anew*: something was heard lately, so that also those are looked at which are over or have an answer.
    """
    found = []
    for incident in sorted(incidents, key=lambda one: (one.opened_at, one.id)):
        if _burnt(incident) and (anew or (incident.open and incident.first_response is None)):
            first = await responses.first(
                incident.brand, incident.topics, incident.started_at, incident.resolved_at
            )
            changed = answered(incident, first) if first is not None else incident
            found += [(incident, changed)] if changed is not incident else []
    return found


def answered(incident: Incident, first: FirstResponse, why: str = "") -> Incident:
    """Take in an answer; one that is not earlier than what is known changes nothing."""
    known = incident.first_response
    if known is not None and known.at <= first.at:
        return incident
    line = {"by": first.by, "channel": first.channel}
    changed = lifecycle.noted(incident, first.at, RESPONDED, why or first.kind, **line)
    return msgspec.structs.replace(changed, first_response=first)


def told(incident: Incident, at: datetime, now: datetime, *, by: str, channel: str, why: str) -> Incident:
    """Take in what somebody says that no source shows; refuse what cannot be."""
    at = at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    if at > now:
        raise IllegalChangeError("to_come", at=at)
    if at < incident.started_at:
        raise IllegalChangeError("too_early", id=incident.id, began=incident.started_at)
    changed = answered(incident, FirstResponse(at=at, kind="told", by=by, channel=channel), why)
    known = incident.first_response
    if changed is incident and known is not None:
        by = f"{known.kind} by {known.by}"
        raise IllegalChangeError("later", id=incident.id, first=known.at, by=by)
    return changed


def waited(incident: Incident) -> timedelta | None:
    """Return how long people waited for the first answer, from the start of the flare-up; None without."""
    first = incident.first_response
    return None if first is None else max(timedelta(), first.at - incident.started_at)


def seen(incidents: Collection[Incident]) -> list[float]:
    """Return the seconds that people waited for the first answer, where there was one."""
    return [wait.total_seconds() for one in incidents if (wait := waited(one)) is not None]


def _burnt(incident: Incident) -> bool:
    return incident.fire and incident.severity != "ember"
