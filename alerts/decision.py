"""What a dispatcher decides about one incident, purely: is this old news, who is asked again, which page."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from alerts import lifecycle, routing
from alerts.incident import Explanation, Incident, Quote
from models.flareup import FlareUp

_HARDLY = 3.0  # unhappy people above the usual in half an hour
_ALIGHT = frozenset({"burning", "easing", "ember"})


class Cause(NamedTuple):
    """Why somebody is called: the kind of page, the occasion in its key, and whom to ask before the rota."""

    kind: Literal["first", "grown", "reminder", "escalation", "resolved"]
    occasion: str
    ask: str = ""


OVER = Cause("resolved", "over")
MORNING = Cause("resolved", "morning")
STEP = Cause("escalation", "step")


def opens(flare: FlareUp) -> bool:
    """Tell whether a flare-up that no incident claims is one: an end is not, and growth only if it burns."""
    if flare.transition in {"closed", "eased"}:
        return False
    return flare.transition in {"ember", "opened", "reignited"} or flare.reading.state in _ALIGHT


def reopens(incident: Incident, flare: FlareUp) -> bool:
    """Tell whether a flare-up takes a resolved incident up again; "not a fire" holds until the next x3."""
    again = flare.transition in {"opened", "reignited"}
    again = again or (flare.transition == "grown" and flare.size > incident.announced)
    return again and flare.size >= incident.held_below


def stale(incident: Incident, flare: FlareUp, now: datetime) -> bool:
    """Tell whether a flare-up's transition was taken in already (it is seen again after a crash).

    What lies after *now* was noted by a clock that has been set back since, and makes nothing old.
    """
    if not incident.open:
        return incident.resolved_at is not None and flare.at <= incident.resolved_at <= now
    return any(part.topic == flare.key.topic and flare.at < part.at <= now for part in incident.parts)


def answerable(incident: Incident, *, rose: bool, outgrown: bool, now: datetime) -> Incident:
    """Break a snooze or a hold that growth has overtaken; an owner of a critical fire is asked again."""
    if outgrown:
        return lifecycle.awake(incident, now, "three times what was called not a fire")
    if not rose or incident.held_below:
        return incident
    if incident.state == "snoozed":
        return lifecycle.awake(incident, now, f"grew to {incident.severity}")
    if incident.state == "acknowledged" and incident.severity == "critical":
        return msgspec.structs.replace(incident, ack_until=now + lifecycle.CRITICAL_ACK)
    return incident


def page_for(before: Incident, after: Incident, *, rose: bool, outgrown: bool) -> Cause | None:
    """Return the kind of page a growth earns, and the occasion that keeps its key unique."""
    owner = after.owner if after.state == "acknowledged" else ""
    if outgrown:
        return Cause("grown", f"outgrown-{after.revision}", owner)
    if not rose or after.held_below:
        return None
    if routing.pages(before):
        return Cause("grown", f"{after.reopened}-{after.severity}", owner)
    return Cause("first", str(after.reopened), owner)


def rests(incident: Incident) -> bool:
    """Tell whether hardly anybody is unhappy any more, though it is not over yet."""
    return incident.negative - incident.negative_expected < _HARDLY


def runs_out(incident: Incident) -> datetime | None:
    """Return when an acknowledgement or a snooze of *incident* runs out.

    The owner of a fire that rests may sleep: who would be asked again is asked when it burns on.
    """
    if incident.state == "acknowledged":
        return None if rests(incident) else incident.ack_until
    return incident.snoozed_until if incident.state == "snoozed" else None


def ran_out(incident: Incident, now: datetime) -> str:
    """Say what ran out, an acknowledgement or a snooze; empty when nothing did."""
    until = runs_out(incident)
    if until is None or until > now:
        return ""
    return f"still on it, {incident.owner}?" if incident.state == "acknowledged" else "the snooze is over"


def asked_again(incident: Incident) -> str:
    """Return the occasion of asking again: what ran out, named alike before and after a crash."""
    until = incident.ack_until or incident.snoozed_until
    return f"{incident.reopened}-{until:%Y%m%dT%H%M%SZ}" if until else f"{incident.reopened}"


def embers(fire: Incident, others: Iterable[Incident]) -> list[Incident]:
    """Return the embers of topics that now burn in *fire*, another incident of their brand."""
    if fire.severity == "ember" or not fire.fire:
        return []
    smoulders = (one for one in others if one.severity == "ember" and one.fire and one.id != fire.id)
    return [one for one in smoulders if one.brand == fire.brand and one.topic in fire.topics]


def without(incident: Incident, posts: Collection[str], now: datetime) -> Incident:
    """Drop the quotes of deleted posts."""
    told = incident.explanation

    def kept(quote: Quote | None) -> bool:
        return quote is not None and f"{quote.source}/{quote.id}" not in posts

    left: Explanation = msgspec.structs.replace(
        told,
        quotes=tuple(quote for quote in told.quotes if kept(quote)),
        starter=told.starter if kept(told.starter) else None,
        first=told.first if kept(told.first) else None,
        carriers=tuple(carrier for carrier in told.carriers if carrier.post not in posts),
    )
    return lifecycle.noted(lifecycle.explained(incident, left), now, "quote deleted")
